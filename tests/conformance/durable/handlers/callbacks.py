"""Handlers for AWS's conformance requirements of callbacks."""

from __future__ import annotations

import json
from datetime import datetime

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.serdes import SerDes


def limited(timeout=0, heartbeat=0):
    return CallbackConfig(timeout=Duration(timeout), heartbeat_timeout=Duration(heartbeat))


class Reader(SerDes):
    """Reads results with a function."""

    def __init__(self, read):
        self.read = read

    def serialize(self, value, serdes_context):
        return json.dumps(value)

    def deserialize(self, data, serdes_context):
        return self.read(json.loads(data))


@durable_execution
def basic(event, context):
    return context.create_callback(name=event).result()


@durable_execution
def named(event, context):
    return context.create_callback(name="approval").result()


@durable_execution
def timeout(event, context):
    return context.create_callback(name=event, config=limited(5)).result()


@durable_execution
def heartbeat_timeout(event, context):
    return context.create_callback(name=event, config=limited(heartbeat=5)).result()


@durable_execution
def heartbeat(event, context):
    return context.create_callback(name=event, config=limited(heartbeat=10)).result()


@durable_execution
def then_a_step(event, context):
    callback = context.create_callback(name=event)
    context.step(lambda _: "between")
    return callback.result()


@durable_execution
def then_a_step_until_timeout(event, context):
    callback = context.create_callback(name=event, config=limited(5))
    context.step(lambda _: "between")
    return callback.result()


@durable_execution
def then_a_wait(event, context):
    callback = context.create_callback(name=event)
    context.wait(Duration(5))
    return callback.result()


@durable_execution
def then_a_wait_beyond_the_timeout(event, context):
    callback = context.create_callback(name=event, config=limited(3))
    context.wait(Duration(6))
    return callback.result()


@durable_execution
def before_a_wait(event, context):
    result = context.create_callback(name=event).result()
    context.wait(Duration(2))
    return result


@durable_execution
def caught_before_a_wait(event, context):
    try:
        result = context.create_callback(name=event).result()
    except Exception as error:
        result = str(error)
    context.wait(Duration(2))
    return result


@durable_execution
def timeout_caught_before_a_wait(event, context):
    try:
        result = context.create_callback(name=event, config=limited(3)).result()
    except Exception as error:
        result = str(error)
    context.wait(Duration(2))
    return result


@durable_execution
def read_as_an_object(event, context):
    def read(document):
        at = datetime.fromisoformat(document["timestamp"])
        return {**document, "timestamp": int(at.timestamp())}

    config = CallbackConfig(serdes=Reader(read))
    return {"received": context.create_callback(name=event, config=config).result()}


@durable_execution
def read_as_a_number(event, context):
    config = CallbackConfig(serdes=Reader(int))
    count = context.create_callback(name=event, config=config).result()
    return {"count": count, "doubled": count * 2}


@durable_execution
def one_after_the_other(event, context):
    first = context.create_callback(name=event[0]).result()
    second = context.create_callback(name=event[1]).result()
    return [first, second]


@durable_execution
def both_in_order(event, context):
    first, second = (context.create_callback(name=name) for name in event)
    return [first.result(), second.result()]


@durable_execution
def both_backwards(event, context):
    first, second = (context.create_callback(name=name) for name in event)
    result = second.result()
    return [first.result(), result]
