"""Handlers for AWS's conformance requirements of waits."""

from __future__ import annotations

from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def basic(event, context):
    context.wait(Duration(2))


@durable_execution
def named(event, context):
    context.wait(Duration(2), name="custom_wait_name")


@durable_execution
def sequence(event, context):
    context.wait(Duration(2), name="wait-1")
    context.wait(Duration(2), name="wait-2")
    return {"completedWaits": 2}


@durable_execution
def minutes(event, context):
    context.wait(Duration.from_minutes(1))


@durable_execution
def hours(event, context):
    context.wait(Duration.from_hours(1))
