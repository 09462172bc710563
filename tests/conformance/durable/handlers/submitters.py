"""Handlers for AWS's conformance requirements of waiting for a callback with a submitter."""

from __future__ import annotations

import json

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import (
    Duration,
    JitterStrategy,
    WaitForCallbackConfig,
)
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from aws_durable_execution_sdk_python.serdes import SerDes


def submit(callback, told):
    """Hand the id to nobody: the runner finds it in the history."""


def limited(timeout=0, heartbeat=0):
    return WaitForCallbackConfig(timeout=Duration(timeout), heartbeat_timeout=Duration(heartbeat))


class Json(SerDes):
    def serialize(self, value, serdes_context):
        return json.dumps(value)

    def deserialize(self, data, serdes_context):
        return json.loads(data)


@durable_execution
def basic(event, context):
    return context.wait_for_callback(submit, name=event)


@durable_execution
def named(event, context):
    return context.wait_for_callback(submit, name="approval")


@durable_execution
def unnamed(event, context):
    return context.wait_for_callback(lambda callback, told: None)


@durable_execution
def timeout(event, context):
    return context.wait_for_callback(submit, name=event, config=limited(3))


@durable_execution
def caught(event, context):
    try:
        return context.wait_for_callback(submit, name=event)
    except Exception:
        return "recovered"


@durable_execution
def submitter_fails(event, context):
    def refuse(callback, told):
        raise RuntimeError("nobody there")

    strategy = create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=2, initial_delay=Duration(1), jitter_strategy=JitterStrategy.NONE
        )
    )
    config = WaitForCallbackConfig(retry_strategy=strategy)
    return context.wait_for_callback(refuse, name=event, config=config)


@durable_execution
def in_a_child_context(event, context):
    return context.run_in_child_context(
        lambda inner: inner.wait_for_callback(submit, name=event), name="wrapper"
    )


@durable_execution
def sequence(event, context):
    context.wait_for_callback(submit, name="first")
    return context.wait_for_callback(submit, name="second")


@durable_execution
def after_a_wait_and_a_step(event, context):
    context.wait(Duration(1))
    context.step(lambda _: "fixed")
    return context.wait_for_callback(submit, name=event)


@durable_execution
def read_as_json(event, context):
    config = WaitForCallbackConfig(serdes=Json())
    return context.wait_for_callback(submit, name=event, config=config)["status"]


@durable_execution
def heartbeat_timeout(event, context):
    return context.wait_for_callback(submit, name=event, config=limited(heartbeat=5))


@durable_execution
def heartbeat(event, context):
    return context.wait_for_callback(submit, name=event, config=limited(heartbeat=10))


@durable_execution
def timeout_caught(event, context):
    try:
        return context.wait_for_callback(submit, name=event, config=limited(3))
    except Exception:
        return "timed-out-handled"
