"""What a bus is told, and events that go from bus to bus."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from .conftest import Queue


@pytest.fixture(scope="module")
def make_bus(aws):
    def make(name, *, region="us-east-1", account=None):
        return aws("events", region=region, account=account).create_event_bus(Name=name)[
            "EventBusArn"
        ]

    return make


def catch_all(events, bus, queue):
    events.put_rule(Name="all", EventBusName=bus, EventPattern='{"version": ["0"]}')
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "q", "Arn": queue.arn}])


def test_a_bus_keeps_what_it_is_told(aws, events, dead_letters):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    told = {
        "KmsKeyIdentifier": key,
        "DeadLetterConfig": {"Arn": dead_letters.arn},
        "LogConfig": {"IncludeDetail": "FULL", "Level": "TRACE"},
    }
    made = events.create_event_bus(Name="told", Description="first", **told)
    assert made["LogConfig"] == told["LogConfig"]
    described = events.describe_event_bus(Name="told")
    assert {name: described[name] for name in told} == told

    updated = events.update_event_bus(
        Name="told", Description="second", LogConfig={"Level": "ERROR"}
    )
    assert updated["Name"] == "told"
    described = events.describe_event_bus(Name="told")
    assert described["Description"] == "second"
    assert described["LogConfig"] == {"IncludeDetail": "FULL", "Level": "ERROR"}
    assert described["KmsKeyIdentifier"] == key

    events.update_event_bus(Name="told", KmsKeyIdentifier="")
    assert "KmsKeyIdentifier" not in events.describe_event_bus(Name="told")


def test_a_bus_that_is_told_nothing_says_nothing(events):
    events.create_event_bus(Name="silent")
    described = events.describe_event_bus(Name="silent")
    assert not {"KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"} & set(described)


REFUSED = {
    "a level": (
        {"LogConfig": {"Level": "DEBUG"}},
        "Value 'DEBUG' at 'logConfig.level' failed to satisfy constraint: Member must satisfy "
        "enum value set: [OFF, ERROR, INFO, TRACE]",
    ),
    "a detail": (
        {"LogConfig": {"IncludeDetail": "SOME"}},
        "Value 'SOME' at 'logConfig.includeDetail'",
    ),
    "a dead-letter queue": (
        {"DeadLetterConfig": {"Arn": "arn:aws:sns:us-east-1:123456789012:letters"}},
        "is not the ARN of an Amazon SQS queue",
    ),
    "a key": ({"KmsKeyIdentifier": "2ad27f54-9a05-4c1f-8d30-8ae6fe3f1b67"}, "does not exist"),
}


@pytest.mark.parametrize(("members", "message"), REFUSED.values(), ids=REFUSED)
def test_a_bus_is_refused(events, members, message):
    with pytest.raises(ClientError) as refused:
        events.create_event_bus(Name="refused", **members)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert message in error["Message"]
    with pytest.raises(ClientError, match="Event bus refused does not exist"):
        events.describe_event_bus(Name="refused")


def test_a_bus_that_isnt_there_cant_be_updated(events):
    with pytest.raises(ClientError) as refused:
        events.update_event_bus(Name="nowhere", Description="x")
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Event bus nowhere does not exist.",
    }


def test_an_event_stays_what_it_was_on_the_next_bus(
    aws, events, make_bus, make_rule, role, queue, clock
):
    onward = make_bus("onward")
    catch_all(events, "onward", queue)
    rule = make_rule()
    rule.target({"Arn": onward, "RoleArn": role})
    event_id = rule.put({"order": 5}, Time="2026-01-02T03:04:05Z")
    [message] = queue.wait_for()
    assert message["body"]["id"] == event_id
    assert message["body"]["time"] == "2026-01-02T03:04:05Z"
    assert message["body"]["detail"] == {"order": 5}


def test_an_event_crosses_regions_from_bus_to_bus(aws, make_bus, make_rule, role):
    far = make_bus("far", region="eu-west-1")
    queue = Queue(aws("sqs", region="eu-west-1"), "far")
    catch_all(aws("events", region="eu-west-1"), "far", queue)
    rule = make_rule()
    rule.target({"Arn": far, "RoleArn": role})
    event_id = rule.put()
    [message] = queue.wait_for()
    assert message["body"]["region"] == "us-east-1"
    assert message["body"]["id"] != event_id


def test_an_event_crosses_accounts_from_bus_to_bus(
    emulator, aws, aws_account, make_bus, make_rule, role
):
    other = emulator.new_account()
    theirs = make_bus("theirs", account=other)
    queue = Queue(aws("sqs", account=other), "theirs")
    catch_all(aws("events", account=other), "theirs", queue)
    rule = make_rule()
    rule.target({"Arn": theirs, "RoleArn": role})
    event_id = rule.put()
    [message] = queue.wait_for()
    assert (message["body"]["id"], message["body"]["account"]) == (event_id, aws_account)
    emulator.release_account(other)


def test_an_event_reaches_another_accounts_queue_directly(emulator, aws, make_rule, role):
    other = emulator.new_account()
    queue = Queue(aws("sqs", account=other), "direct")
    rule = make_rule()
    rule.target({"Arn": queue.arn, "RoleArn": role})
    event_id = rule.put()
    [message] = queue.wait_for()
    assert message["body"]["id"] == event_id
    emulator.release_account(other)


PLACES = {
    "of the same account and region": ("us-east-1", False, "THIRD_ACCOUNT_HOP_DETECTED"),
    "of another region": ("eu-west-1", False, "THIRD_REGION_HOP_DETECTED"),
    "of another account": ("us-east-1", True, "THIRD_ACCOUNT_HOP_DETECTED"),
}


@pytest.mark.parametrize(("region", "is_others", "code"), PLACES.values(), ids=PLACES)
def test_an_event_goes_no_further_than_the_second_bus(
    emulator, events, make_bus, make_rule, role, dead_letters, region, is_others, code
):
    name = code.lower() + region + str(is_others)
    other = emulator.new_account() if is_others else None
    third = make_bus(f"third-{name}", region=region, account=other)
    second = make_bus(f"second-{name}")
    events.put_rule(Name="on", EventBusName=f"second-{name}", EventPattern='{"version": ["0"]}')
    events.put_targets(
        Rule="on",
        EventBusName=f"second-{name}",
        Targets=[
            {
                "Id": "third",
                "Arn": third,
                "RoleArn": role,
                "DeadLetterConfig": {"Arn": dead_letters.arn},
            }
        ],
    )
    rule = make_rule()
    rule.target({"Arn": second, "RoleArn": role})
    event_id = rule.put()
    [letter] = dead_letters.wait_for()
    assert letter["body"]["id"] == event_id
    assert letter["attributes"]["ERROR_CODE"] == code
    assert letter["attributes"]["TARGET_ARN"] == third


def test_an_account_that_is_forgotten_gets_nothing_more(emulator, aws, clock):
    account = emulator.new_account()
    events = aws("events", account=account)
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["s"]}))
    events.put_targets(
        Rule="r", Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:us-east-1:{account}:missing"}]
    )
    events.put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}"}])
    emulator.release_account(account)
    assert aws("events", account=account).list_rules()["Rules"] == []
