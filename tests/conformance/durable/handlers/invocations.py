"""Handlers for AWS's conformance requirements of invoking other functions."""

from __future__ import annotations

import json

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import Duration, InvokeConfig
from aws_durable_execution_sdk_python.serdes import SerDes

ECHO = "targets-echo:$LATEST"
FAILS = "targets-fails:$LATEST"
OF_TENANTS = "targets-of_tenants:$LATEST"


class UpperCase(SerDes):
    """Writes and reads text in capitals."""

    def serialize(self, value, serdes_context):
        return json.dumps(value).upper()

    def deserialize(self, data, serdes_context):
        return data.upper()


@durable_execution
def basic(event, context):
    return context.invoke(ECHO, event)


@durable_execution
def named(event, context):
    return context.invoke(ECHO, event["payload"], name=event["name"])


@durable_execution
def nothing(event, context):
    return context.invoke(ECHO, None)


@durable_execution
def failed(event, context):
    return context.invoke(FAILS, event)


@durable_execution
def caught(event, context):
    try:
        return context.invoke(FAILS, event)
    except Exception:
        return "fallback"


@durable_execution
def large(event, context):
    return len(context.invoke(ECHO, "x" * 200_000))


@durable_execution
def for_a_tenant(event, context):
    config = InvokeConfig(tenant_id=event["tenantId"])
    return context.invoke(OF_TENANTS, event["payload"], config=config)


@durable_execution
def replayed(event, context):
    result = context.invoke(ECHO, "kept")
    context.wait(Duration(1))
    return result


@durable_execution
def error_replayed(event, context):
    try:
        result = context.invoke(FAILS, "x")
    except Exception as error:
        result = str(error)
    context.wait(Duration(1))
    return result


@durable_execution
def after_a_step(event, context):
    return context.invoke(ECHO, context.step(lambda _: "step"))


@durable_execution
def before_a_step(event, context):
    result = context.invoke(ECHO, "invoked")
    return context.step(lambda _: result)


@durable_execution
def in_a_child_context(event, context):
    return context.run_in_child_context(lambda inner: inner.invoke(ECHO, "inside"), name="child")


@durable_execution
def sequence(event, context):
    return [context.invoke(ECHO, "first"), context.invoke(ECHO, "second")]


@durable_execution
def own_payload_serdes(event, context):
    return context.invoke(ECHO, event, config=InvokeConfig(serdes_payload=UpperCase()))


@durable_execution
def own_result_serdes(event, context):
    return context.invoke(ECHO, event, config=InvokeConfig(serdes_result=UpperCase()))
