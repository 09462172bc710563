"""Invocations that name a tenant, or don't.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import ISOLATED, WITHOUT_CLIENT_SIDE_CHECKS

MISSING = (
    "The invoked function is enabled with tenancy configuration. "
    "Add a valid tenant ID in your request and try again."
)
UNEXPECTED = (
    "The invoked function is not enabled with tenancy configuration. "
    "Remove the tenant ID from your request and try again."
)
OPERATIONS = {
    "Invoke": lambda client, **members: client.invoke(**members),
    "Invoke, asynchronous": lambda client, **members: client.invoke(
        InvocationType="Event", **members
    ),
    "Invoke, dry run": lambda client, **members: client.invoke(InvocationType="DryRun", **members),
    "InvokeWithResponseStream": lambda client, **members: client.invoke_with_response_stream(
        **members
    ),
}


@pytest.fixture(params=OPERATIONS)
def invoke(request, aws):
    """Each way to invoke a function, without boto3's own checks."""
    client = aws("lambda", config=WITHOUT_CLIENT_SIDE_CHECKS)
    return lambda **members: OPERATIONS[request.param](client, **members)


def test_an_isolated_function_needs_a_tenant(invoke, isolated):
    assert refusal_of(invoke, FunctionName=isolated) == invalid_parameter(MISSING)


def test_an_ordinary_function_takes_no_tenant(invoke, ordinary):
    refusal = refusal_of(invoke, FunctionName=ordinary, TenantId="ana")
    assert refusal == invalid_parameter(UNEXPECTED)


def test_an_event_source_that_knows_no_tenants_is_refused(lambda_client, isolated):
    """The deprecated InvokeAsync has no member for a tenant."""
    refusal = refusal_of(lambda_client.invoke_async, FunctionName=isolated, InvokeArgs=b"{}")
    assert refusal == invalid_parameter(MISSING)


@pytest.mark.parametrize(
    ("tenant", "constraint"),
    [
        ("a" * 257, "Member must have length less than or equal to 256"),
        ("a!", r"Member must satisfy regular expression pattern: [a-zA-Z0-9\._:\/=+\-@ ]+"),
    ],
    ids=["257 characters", "exclamation mark"],
)
@pytest.mark.parametrize("which", ["isolated", "ordinary", "missing"])
def test_an_illegal_tenant_is_refused_whatever_the_function(
    request, invoke, which, tenant, constraint
):
    function = "no-such-function" if which == "missing" else request.getfixturevalue(which)
    assert refusal_of(invoke, FunctionName=function, TenantId=tenant) == {
        "Error": {
            "Code": "ValidationException",
            "Message": (
                f"1 validation error detected: Value '{tenant}' at 'tenantId' failed to satisfy "
                f"constraint: {constraint}"
            ),
        },
        "Status": 400,
    }


@pytest.mark.parametrize(
    "qualifier", [{}, {"Qualifier": "live"}], ids=["function", "qualifier of a function"]
)
def test_a_function_that_does_not_exist_is_named_first(lambda_client, isolated, qualifier):
    """Lambda answers for what isn't there before it asks for a tenant."""
    name = isolated if qualifier else "no-such-function"
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName=name, TenantId="ana", **qualifier)
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName=name, **qualifier)


def test_versions_and_aliases_need_a_tenant_too(lambda_client, create):
    name = create(TenancyConfig=ISOLATED, Publish=True)["FunctionName"]
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    arn = lambda_client.get_function_configuration(FunctionName=name)["FunctionArn"]
    for named in (f"{name}:1", f"{name}:live", arn, f"{arn}:live", f"{name}:$LATEST"):
        refusal = refusal_of(lambda_client.invoke, FunctionName=named)
        assert refusal == invalid_parameter(MISSING), named


def invalid_parameter(message):
    return {
        "Error": {"Code": "InvalidParameterValueException", "Message": message},
        "Type": "User",
        "message": message,
        "Status": 400,
    }


def refusal_of(call, **members):
    """Return all that a refusal says, with its HTTP status."""
    with pytest.raises(ClientError) as refused:
        call(**members)
    response = dict(refused.value.response)
    return response | {"Status": response.pop("ResponseMetadata")["HTTPStatusCode"]}
