"""Handlers for AWS's conformance requirements of child contexts."""

from __future__ import annotations

import logging
import os
import pathlib
import time

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import (
    ChildConfig,
    Duration,
    JitterStrategy,
    StepConfig,
)
from aws_durable_execution_sdk_python.retries import (
    RetryDecision,
    RetryStrategyConfig,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.serdes import SerDes

ONCE_MORE = StepConfig(
    retry_strategy=create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=2, initial_delay=Duration(1), jitter_strategy=JitterStrategy.NONE
        )
    )
)
NEVER = StepConfig(retry_strategy=lambda error, attempt: RetryDecision.no_retry())
LARGE = 300_000


def failing(told):
    raise RuntimeError("as always")


def note(context, message):
    """Write a line that names the execution, on replays too."""
    arn = context.execution_context.durable_execution_arn
    logging.getLogger().info(message, extra={"executionArn": arn})


@durable_execution
def basic(event, context):
    return context.run_in_child_context(lambda inner: inner.step(lambda _: event))


@durable_execution
def named(event, context):
    return context.run_in_child_context(
        lambda inner: inner.step(lambda _: event["value"]), name=event["name"]
    )


@durable_execution
def sequence(event, context):
    def child(inner):
        first = inner.step(lambda _: event)
        return inner.step(lambda _: first)

    return context.run_in_child_context(child, name="child")


@durable_execution
def failed(event, context):
    return context.run_in_child_context(
        lambda inner: inner.step(failing, config=NEVER), name="child"
    )


@durable_execution
def caught(event, context):
    try:
        return context.run_in_child_context(
            lambda inner: inner.step(failing, config=NEVER), name="child"
        )
    except Exception:
        return context.step(lambda _: event)


@durable_execution
def nested(event, context):
    def outer(middle):
        middle.step(lambda _: event)
        return middle.run_in_child_context(lambda inner: inner.step(lambda _: event), name="inner")

    return context.run_in_child_context(outer, name="outer")


@durable_execution
def retried(event, context):
    def step(told):
        if told.attempt == 1:
            raise RuntimeError("first attempt")
        return event

    return context.run_in_child_context(
        lambda inner: inner.step(step, config=ONCE_MORE), name="child"
    )


@durable_execution
def exhausted(event, context):
    return context.run_in_child_context(
        lambda inner: inner.step(failing, config=ONCE_MORE), name="child"
    )


@durable_execution
def replayed(event, context):
    result = context.run_in_child_context(lambda inner: inner.step(lambda _: event), name="child")
    context.wait(Duration(1))
    return result


@durable_execution
def step_and_wait(event, context):
    def child(inner):
        result = inner.step(lambda _: event)
        inner.wait(Duration(1))
        return result

    return context.run_in_child_context(child, name="child")


@durable_execution
def large(event, context):
    def child(inner):
        note(context, event)
        return inner.step(lambda _: "x") * LARGE

    result = context.run_in_child_context(child, name="child")
    context.wait(Duration(1))
    return len(result)


@durable_execution
def interrupted(event, context):
    def step(told):
        marker = pathlib.Path("/tmp") / event
        if not marker.exists():
            marker.touch()
            # The SDK sends the start of a step while the step runs.
            time.sleep(0.5)
            os._exit(1)
        return event

    return context.run_in_child_context(lambda inner: inner.step(step), name="child")


@durable_execution
def wait_inside(event, context):
    def child(inner):
        inner.wait(Duration(1))
        return event

    result = context.run_in_child_context(child, name="child")
    return context.step(lambda _: result)


class UpperCase(SerDes):
    def serialize(self, value, serdes_context):
        return value.upper()

    def deserialize(self, data, serdes_context):
        return data


@durable_execution
def own_serdes(event, context):
    return context.run_in_child_context(
        lambda inner: inner.step(lambda _: event),
        name="child",
        config=ChildConfig(serdes=UpperCase()),
    )


@durable_execution
def failed_itself(event, context):
    def child(inner):
        raise RuntimeError("no step needed")

    return context.run_in_child_context(child, name="child")


@durable_execution
def nothing(event, context):
    return context.run_in_child_context(lambda inner: None, name="child")


@durable_execution
def logging_alone(event, context):
    def child(inner):
        note(context, event)
        return event

    result = context.run_in_child_context(child, name="child")
    context.wait(Duration(1))
    return result


@durable_execution
def inside_and_after(event, context):
    def child(inner):
        result = inner.step(lambda _: event)
        inner.wait(Duration(1))
        return result

    result = context.run_in_child_context(child, name="child")
    result = context.step(lambda _: result)
    context.wait(Duration(1))
    return result
