"""Versions, aliases, updates: which code runs, in which environment.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

import pytest

from .conftest import archive, body_of, settled

COUNTER = """
import os

calls = 0


def handler(event, context):
    global calls
    calls += 1
    return {
        "code": "VERSION",
        "calls": calls,
        "version": context.function_version,
        "arn": context.invoked_function_arn,
        "variable": os.environ.get("VARIABLE"),
    }
"""


def code(version):
    return COUNTER.replace("VERSION", version)


@pytest.fixture
def counter(create):
    return create(code("one"))


@pytest.fixture
def call(lambda_client, counter):
    return lambda **members: body_of(lambda_client.invoke(FunctionName=counter, **members))


def update_code(client, function, version):
    client.update_function_code(FunctionName=function, ZipFile=archive(app=code(version)))
    settled(client, function)


def test_an_environment_is_kept_between_invocations(call):
    assert [call()["calls"] for _ in range(3)] == [1, 2, 3]


def test_new_code_starts_with_new_state(lambda_client, counter, call):
    call()
    update_code(lambda_client, counter, "two")
    answer = call()
    assert (answer["code"], answer["calls"]) == ("two", 1)


def test_a_new_configuration_starts_with_new_state(lambda_client, counter, call):
    call()
    lambda_client.update_function_configuration(
        FunctionName=counter, Environment={"Variables": {"VARIABLE": "set"}}
    )
    settled(lambda_client, counter)
    answer = call()
    assert (answer["variable"], answer["calls"]) == ("set", 1)


def test_a_published_version_keeps_its_code(lambda_client, counter, call):
    version = lambda_client.publish_version(FunctionName=counter)["Version"]
    update_code(lambda_client, counter, "two")
    assert call(Qualifier=version)["code"] == "one"
    assert call(Qualifier=version)["version"] == version
    assert call()["code"] == "two"
    assert call()["version"] == "$LATEST"


def test_versions_have_environments_of_their_own(lambda_client, counter, call):
    version = lambda_client.publish_version(FunctionName=counter)["Version"]
    call()
    assert call(Qualifier=version)["calls"] == 1


def test_an_alias_leads_to_its_version(lambda_client, counter, call):
    first = lambda_client.publish_version(FunctionName=counter)["Version"]
    update_code(lambda_client, counter, "two")
    second = lambda_client.publish_version(FunctionName=counter)["Version"]
    lambda_client.create_alias(FunctionName=counter, Name="live", FunctionVersion=first)
    answer = call(Qualifier="live")
    assert (answer["code"], answer["version"]) == ("one", first)
    assert answer["arn"].endswith(f":function:{counter}:live")
    lambda_client.update_alias(FunctionName=counter, Name="live", FunctionVersion=second)
    assert call(Qualifier="live")["code"] == "two"


def test_a_weighted_alias_leads_to_both_versions(lambda_client, counter, call):
    first = lambda_client.publish_version(FunctionName=counter)["Version"]
    update_code(lambda_client, counter, "two")
    second = lambda_client.publish_version(FunctionName=counter)["Version"]
    lambda_client.create_alias(
        FunctionName=counter,
        Name="canary",
        FunctionVersion=first,
        RoutingConfig={"AdditionalVersionWeights": {second: 0.5}},
    )
    # All of 40 on one side: once in 10^12 runs.
    assert {call(Qualifier="canary")["code"] for _ in range(40)} == {"one", "two"}


def test_the_executed_version_is_told(lambda_client, counter):
    version = lambda_client.publish_version(FunctionName=counter)["Version"]
    lambda_client.create_alias(FunctionName=counter, Name="live", FunctionVersion=version)
    response = lambda_client.invoke(FunctionName=counter, Qualifier="live")
    assert response["ExecutedVersion"] == version


def test_an_unknown_version_is_refused(lambda_client, counter):
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException) as refused:
        lambda_client.invoke(FunctionName=counter, Qualifier="99")
    assert refused.value.response["Error"]["Message"].endswith(f":function:{counter}:99")
