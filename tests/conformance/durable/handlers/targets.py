"""Functions that the handlers of `invocations` invoke."""

from __future__ import annotations

from aws_durable_execution_sdk_python import durable_execution


@durable_execution
def echo(event, context):
    return event


@durable_execution
def of_tenants(event, context):
    return event


@durable_execution
def fails(event, context):
    raise RuntimeError("the target fails")
