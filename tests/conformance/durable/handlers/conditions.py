"""Handlers for AWS's conformance requirements of waiting for a condition."""

from __future__ import annotations

import base64

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import Duration, JitterStrategy
from aws_durable_execution_sdk_python.serdes import SerDes
from aws_durable_execution_sdk_python.waits import (
    WaitForConditionConfig,
    WaitForConditionDecision,
    WaitStrategyConfig,
    create_wait_strategy,
)


def until(holds, *, state=0, seconds=1, **config):
    """Ask again after some seconds until a state holds."""

    def strategy(state, attempts):
        return (
            WaitForConditionDecision.stop_polling()
            if holds(state)
            else WaitForConditionDecision.continue_waiting(Duration(seconds))
        )

    return WaitForConditionConfig(wait_strategy=strategy, initial_state=state, **config)


def count(state, told):
    return state + 1


def failing(state, told):
    raise RuntimeError("can't tell")


@durable_execution
def basic(event, context):
    return context.wait_for_condition(count, until(lambda state: state >= event))


@durable_execution
def immediate(event, context):
    return context.wait_for_condition(
        lambda state, told: state, until(lambda state: state >= event, state=5)
    )


@durable_execution
def named(event, context):
    return context.wait_for_condition(count, until(lambda state: state >= 2), name="poll-status")


@durable_execution
def from_five(event, context):
    return context.wait_for_condition(count, until(lambda state: state >= event, state=5))


@durable_execution
def fixed_delay(event, context):
    return context.wait_for_condition(count, until(lambda state: state >= event, seconds=2))


@durable_execution
def exhausted(event, context):
    strategy = create_wait_strategy(
        WaitStrategyConfig(
            should_continue_polling=lambda state: True,
            max_attempts=3,
            initial_delay=Duration(1),
            max_delay=Duration(1),
            jitter_strategy=JitterStrategy.NONE,
        )
    )
    config = WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
    return context.wait_for_condition(count, config)


@durable_execution
def failed(event, context):
    return context.wait_for_condition(failing, until(lambda state: True))


@durable_execution
def caught(event, context):
    try:
        return context.wait_for_condition(failing, until(lambda state: True))
    except Exception:
        return "recovered"


@durable_execution
def an_object(event, context):
    def check(state, told):
        attempts = state["attempts"] + 1
        return {"status": "DONE" if attempts >= 2 else "PENDING", "attempts": attempts}

    config = until(
        lambda state: state["status"] == "DONE", state={"status": "PENDING", "attempts": 0}
    )
    return context.wait_for_condition(check, config)


@durable_execution
def nothing(event, context):
    return context.wait_for_condition(lambda state, told: None, until(lambda state: True))


class Encoded(SerDes):
    def serialize(self, value, serdes_context):
        return base64.b64encode(value.encode()).decode()

    def deserialize(self, data, serdes_context):
        return base64.b64decode(data).decode()


@durable_execution
def own_serdes(event, context):
    config = until(lambda state: len(state) >= 2, state="", serdes=Encoded())
    return context.wait_for_condition(lambda state, told: state + "x", config)


@durable_execution
def before_a_step(event, context):
    state = context.wait_for_condition(count, until(lambda state: state >= event))
    return context.step(lambda _: state * 10)


@durable_execution
def sequence(event, context):
    first = context.wait_for_condition(count, until(lambda state: state >= 2))
    return context.wait_for_condition(count, until(lambda state: state >= 4, state=first))
