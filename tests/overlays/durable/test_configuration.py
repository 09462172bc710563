"""DurableConfig: who has it, how it changes, what is refused."""

from __future__ import annotations

import pytest

from .conftest import DURABLE


def test_it_is_told_by_every_operation_that_describes_the_function(durable, lambda_client):
    function = durable("return 1", Publish=True)
    told = lambda_client.get_function(FunctionName=function)["Configuration"]
    assert told["DurableConfig"] == DURABLE
    configuration = lambda_client.get_function_configuration(FunctionName=function)
    assert configuration["DurableConfig"] == DURABLE
    published = lambda_client.get_function_configuration(FunctionName=function, Qualifier="1")
    assert published["DurableConfig"] == DURABLE
    listed = lambda_client.list_functions(FunctionVersion="ALL")["Functions"]
    ours = [each for each in listed if each["FunctionName"] == function]
    assert [each["DurableConfig"] for each in ours] == [DURABLE, DURABLE]


def test_retention_is_two_weeks_when_nothing_is_said(durable, lambda_client):
    function = durable("return 1", DurableConfig={"ExecutionTimeout": 60})
    told = lambda_client.get_function_configuration(FunctionName=function)
    assert told["DurableConfig"] == {"ExecutionTimeout": 60, "RetentionPeriodInDays": 14}


def test_an_update_changes_one_member_and_no_published_version(durable, lambda_client):
    function = durable("return 1", Publish=True)
    lambda_client.update_function_configuration(
        FunctionName=function, DurableConfig={"RetentionPeriodInDays": 30}
    )
    told = lambda_client.get_function_configuration(FunctionName=function)
    assert told["DurableConfig"] == {"ExecutionTimeout": 300, "RetentionPeriodInDays": 30}
    published = lambda_client.get_function_configuration(FunctionName=function, Qualifier="1")
    assert published["DurableConfig"] == DURABLE
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)


def test_an_ordinary_function_cannot_become_durable(durable, refusal, lambda_client):
    function = durable("return 1", DurableConfig=None)
    told = lambda_client.get_function_configuration(FunctionName=function)
    assert "DurableConfig" not in told
    status, code, _ = refusal(
        "update_function_configuration", FunctionName=function, DurableConfig=DURABLE
    )
    assert (status, code) == (400, "InvalidParameterValueException")


def created(role, config):
    return {
        "FunctionName": "refused",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": role,
        "Code": {"ZipFile": b"never opened"},
        "DurableConfig": config,
    }


def test_a_timeout_is_needed(role, refusal):
    config = {"RetentionPeriodInDays": 7}
    assert refusal("create_function", **created(role, config)) == (
        400,
        "InvalidParameterValueException",
        "You cannot create a function with a durable configuration without an executionTimeout",
    )


@pytest.mark.parametrize(
    ("member", "value", "constraint"),
    [
        ("executionTimeout", 31_622_401, "less than or equal to 31622400"),
        ("retentionPeriodInDays", 91, "less than or equal to 90"),
    ],
)
def test_the_members_have_ranges(member, value, constraint, role, refusal):
    name = member[0].upper() + member[1:]
    config = {"ExecutionTimeout": 1, name: value}
    assert refusal("create_function", **created(role, config)) == (
        400,
        "ValidationException",
        f"1 validation error detected: Value '{value}' at 'durableConfig.{member}' failed to "
        f"satisfy constraint: Member must have value {constraint}",
    )
