"""Handlers for AWS's conformance requirements of steps."""

from __future__ import annotations

import json
import os

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import (
    Duration,
    JitterStrategy,
    StepConfig,
    StepSemantics,
)
from aws_durable_execution_sdk_python.retries import (
    RetryDecision,
    RetryStrategyConfig,
    create_retry_strategy,
)
from aws_durable_execution_sdk_python.serdes import SerDes


class TransientError(Exception):
    """What a retry may help against."""


def never(error, attempt):
    return RetryDecision.no_retry()


def steadily(attempts):
    """Retry every second."""
    return create_retry_strategy(
        RetryStrategyConfig(
            max_attempts=attempts,
            initial_delay=Duration(1),
            max_delay=Duration(1),
            jitter_strategy=JitterStrategy.NONE,
        )
    )


def failing_before(attempt, result):
    """Return a step that fails on all attempts before one."""

    def step(told):
        if told.attempt < attempt:
            raise RuntimeError(f"attempt {told.attempt}")
        return result

    return step


def failing(told):
    raise RuntimeError("as always")


@durable_execution
def greet(event, context):
    return context.step(lambda _: f"Hello, {event}!")


@durable_execution
def named(event, context):
    return context.step(lambda _: f"Hello, {event}!", name="custom_step_name")


@durable_execution
def sequence(event, context):
    first = context.step(lambda _: "first")
    return context.step(lambda _: f"{first}_second")


@durable_execution
def nested_object(event, context):
    return context.step(lambda _: {"user": event, "count": len(event["tags"])})


@durable_execution
def nothing(event, context):
    return context.step(lambda _: None)


class UpperCase(SerDes):
    def serialize(self, value, serdes_context):
        return json.dumps(value.upper())

    def deserialize(self, data, serdes_context):
        return json.loads(data)


@durable_execution
def own_serdes(event, context):
    return context.step(lambda _: event, config=StepConfig(serdes=UpperCase()))


@durable_execution
def logger(event, context):
    def step(told):
        told.logger.info("Greeting step started for: %s", event)
        result = f"Hello, {event}!"
        told.logger.info("Greeting step completed with: %s", result)
        return result

    return context.step(step)


@durable_execution
def step_and_wait(event, context):
    result = context.step(lambda _: "computed")
    context.wait(Duration(2))
    return result


@durable_execution
def replayed_result(event, context):
    result = context.step(lambda _: "cached_value")
    context.wait(Duration(1))
    return result


@durable_execution
def replayed_error(event, context):
    try:
        context.step(failing, config=StepConfig(retry_strategy=never))
    except Exception as error:
        message = str(error)
    context.wait(Duration(1))
    return message


@durable_execution
def retried(event, context):
    step = failing_before(2, "Operation succeeded")
    return context.step(step, config=StepConfig(retry_strategy=steadily(3)))


@durable_execution
def exhausted(event, context):
    return context.step(failing, config=StepConfig(retry_strategy=steadily(4)))


@durable_execution
def default_retries(event, context):
    return context.step(failing_before(3, "third"))


@durable_execution
def own_retries(event, context):
    strategy = create_retry_strategy(
        RetryStrategyConfig(
            initial_delay=Duration(2), backoff_rate=3, jitter_strategy=JitterStrategy.NONE
        )
    )
    return context.step(failing_before(3, "third"), config=StepConfig(retry_strategy=strategy))


@durable_execution
def retried_for_its_type(event, context):
    def step(told):
        if told.attempt == 1:
            raise TransientError("for now")
        return "done"

    def strategy(error, attempt):
        is_transient = isinstance(error, TransientError)
        return RetryDecision.retry(Duration(1)) if is_transient else RetryDecision.no_retry()

    return context.step(step, config=StepConfig(retry_strategy=strategy))


@durable_execution
def not_retried_for_its_type(event, context):
    def step(told):
        raise TransientError("for now")

    def strategy(error, attempt):
        is_other = not isinstance(error, TransientError)
        return RetryDecision.retry(Duration(1)) if is_other else RetryDecision.no_retry()

    return context.step(step, config=StepConfig(retry_strategy=strategy))


def crashing_before(attempt, event):
    def step(told):
        told.logger.info(event)
        if told.attempt < attempt:
            os._exit(1)
        return "succeeded on second attempt"

    return step


@durable_execution
def at_most_once(event, context):
    config = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=never)
    return context.step(crashing_before(9, event), name="at_most_once_flaky_step", config=config)


@durable_execution
def at_most_once_each_time(event, context):
    config = StepConfig(
        step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=steadily(2)
    )
    return context.step(crashing_before(2, event), config=config)


@durable_execution
def failed(event, context):
    return context.step(failing, config=StepConfig(retry_strategy=never))


@durable_execution
def caught(event, context):
    try:
        return context.step(failing, config=StepConfig(retry_strategy=never))
    except Exception:
        return context.step(lambda _: "fallback_result")
