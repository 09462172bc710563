"""Requests that a service refuses for their form before it asks who may."""

from __future__ import annotations

from aws_durable_execution_sdk_python_testing.token import CallbackToken
from localstack.services.sts.provider import ROLE_ARN_REGEX, SESSION_NAME_REGEX

from .operations.actions import Operation
from .operations.arns import Parameters

CALLBACK = "SendDurableExecutionCallback"


def is_malformed(operation: Operation, parameters: Parameters) -> bool:
    """Say whether a request has a form that its service refuses first."""
    if (operation.service, operation.name) == ("sts", "AssumeRole"):
        role, session = parameters.get("RoleArn") or "", parameters.get("RoleSessionName") or ""
        return not (ROLE_ARN_REGEX.match(role) and SESSION_NAME_REGEX.match(session))
    if operation.service == "lambda" and operation.name.startswith(CALLBACK):
        return execution_of(str(parameters.get("CallbackId") or "")) is None
    if (operation.service, operation.name) == ("sns", "Unsubscribe"):
        return str(parameters.get("SubscriptionArn") or "").count(":") != 6
    return False


def execution_of(callback_id: str) -> str | None:
    """Return the ARN of the durable execution that a callback id is of; it says so itself."""
    try:
        arn = str(CallbackToken.from_str(callback_id).execution_arn)
    except (ValueError, KeyError, TypeError):
        return None
    return arn if "/durable-execution/" in arn else None
