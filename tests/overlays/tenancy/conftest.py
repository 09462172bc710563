"""Functions to invoke, with and without tenant isolation."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

ISOLATED = {"TenantIsolationMode": "PER_TENANT"}
WITHOUT_CLIENT_SIDE_CHECKS = Config(parameter_validation=False)

CODE = """
import pathlib

calls = 0


def handler(event, context):
    global calls
    calls += 1
    if event.get("fail"):
        raise RuntimeError("asked to fail")
    left_behind = pathlib.Path("/tmp/left-behind")
    found = left_behind.read_text() if left_behind.exists() else None
    left_behind.write_text(str(context.tenant_id))
    return {"tenant": context.tenant_id, "calls": calls, "found": found}


def proxy(event, context):
    import json

    return {"statusCode": 200, "body": json.dumps(handler({}, context))}
"""


def archive(source: str) -> bytes:
    """Return a deployment package whose only module is `app`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("app.py", source)
    return packed.getvalue()


@pytest.fixture(scope="module")
def lambda_client(aws: Callable[..., Any]) -> Any:
    return aws("lambda")


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    """The execution role of all functions."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    created = aws("iam").create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps(trust)
    )
    return str(created["Role"]["Arn"])


@pytest.fixture(scope="module")
def create(lambda_client: Any, role: str) -> Callable[..., dict[str, Any]]:
    """Creates a function: `create(TenancyConfig=ISOLATED)`, with any member of CreateFunction."""
    numbers = itertools.count()

    def function(client: Any = lambda_client, **members: Any) -> dict[str, Any]:
        defaults = {
            "FunctionName": f"function-{next(numbers)}",
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": role,
            "Code": {"ZipFile": archive(CODE)},
        }
        answer: dict[str, Any] = client.create_function(**defaults | members)
        return answer

    return function


@pytest.fixture(scope="module")
def isolated(create: Callable[..., dict[str, Any]]) -> str:
    """Name of a tenant-isolated function that nobody changes."""
    return str(create(TenancyConfig=ISOLATED)["FunctionName"])


@pytest.fixture(scope="module")
def ordinary(create: Callable[..., dict[str, Any]]) -> str:
    """Name of a function without isolation that nobody changes."""
    return str(create()["FunctionName"])


@pytest.fixture(scope="module")
def ready(create: Callable[..., dict[str, Any]], lambda_client: Any) -> Callable[..., str]:
    """Creates a function, waits until it may be invoked, and returns its name."""

    def function(**members: Any) -> str:
        name = str(create(**members)["FunctionName"])
        waiter = lambda_client.get_waiter("function_active_v2")
        waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
        return name

    return function


def answer_of(client: Any, function: str, event: Any = None, **members: Any) -> dict[str, Any]:
    """Invoke a function and return what its handler returned."""
    response = client.invoke(FunctionName=function, Payload=json.dumps(event or {}), **members)
    payload: dict[str, Any] = json.load(response["Payload"])
    assert "FunctionError" not in response, payload
    return payload
