"""TenancyConfig: set at creation, shown everywhere, never changed.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-configure.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import ISOLATED, WITHOUT_CLIENT_SIDE_CHECKS

OPERATIONS = {
    "GetFunction": lambda client, name: client.get_function(FunctionName=name)["Configuration"],
    "GetFunctionConfiguration": lambda client, name: client.get_function_configuration(
        FunctionName=name
    ),
    "ListFunctions": lambda client, name: next(
        function
        for page in client.get_paginator("list_functions").paginate()
        for function in page["Functions"]
        if function["FunctionName"] == name
    ),
    "ListVersionsByFunction": lambda client, name: client.list_versions_by_function(
        FunctionName=name
    )["Versions"][0],
    "PublishVersion": lambda client, name: client.publish_version(FunctionName=name),
}


def test_creation_answers_with_the_isolation(create):
    assert create(TenancyConfig=ISOLATED)["TenancyConfig"] == ISOLATED


def test_creation_of_an_ordinary_function_answers_without(create):
    assert "TenancyConfig" not in create()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_isolated_function_shows_it(operation, lambda_client, isolated):
    assert OPERATIONS[operation](lambda_client, isolated)["TenancyConfig"] == ISOLATED


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_ordinary_function_shows_none(operation, lambda_client, ordinary):
    assert "TenancyConfig" not in OPERATIONS[operation](lambda_client, ordinary)


def test_a_version_published_at_creation_is_isolated(lambda_client, create):
    created = create(TenancyConfig=ISOLATED, Publish=True)
    version = lambda_client.get_function_configuration(
        FunctionName=created["FunctionName"], Qualifier="1"
    )
    assert version["TenancyConfig"] == ISOLATED


def test_a_function_of_the_same_name_starts_anew(lambda_client, ready, create):
    name = ready(TenancyConfig=ISOLATED)
    lambda_client.delete_function(FunctionName=name)
    assert "TenancyConfig" not in create(FunctionName=name)


def test_a_refused_creation_leaves_the_existing_function_as_it_is(lambda_client, create, ordinary):
    with pytest.raises(lambda_client.exceptions.ResourceConflictException):
        create(FunctionName=ordinary, TenancyConfig=ISOLATED)
    assert "TenancyConfig" not in lambda_client.get_function_configuration(FunctionName=ordinary)


@pytest.mark.parametrize(
    ("tenancy", "value", "constraint"),
    [
        (
            {"TenantIsolationMode": "SHARED"},
            "'SHARED'",
            "Member must satisfy enum value set: [PER_TENANT]",
        ),
        (
            {"TenantIsolationMode": "per_tenant"},
            "'per_tenant'",
            "Member must satisfy enum value set: [PER_TENANT]",
        ),
        ({}, "null", "Member must not be null"),
    ],
    ids=["unknown mode", "mode in lower case", "no mode"],
)
def test_a_malformed_configuration_is_refused(aws, create, tenancy, value, constraint):
    unchecked = aws("lambda", config=WITHOUT_CLIENT_SIDE_CHECKS)
    with pytest.raises(ClientError) as refused:
        create(unchecked, FunctionName="never", TenancyConfig=tenancy)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": (
            f"1 validation error detected: Value {value} at 'tenancyConfig.tenantIsolationMode' "
            f"failed to satisfy constraint: {constraint}"
        ),
    }
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(unchecked.exceptions.ResourceNotFoundException):
        unchecked.get_function(FunctionName="never")


def test_an_update_has_no_member_for_isolation(lambda_client):
    update = lambda_client.meta.service_model.operation_model("UpdateFunctionConfiguration")
    assert "TenancyConfig" not in update.input_shape.members
