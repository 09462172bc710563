"""Records of bus logs: which there are at which level, and what is in them.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-schema.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.overlays.core.event_steps import LogConfig, Step
from harness.overlays.event_logs.levels import LEVEL_OF, LEVELS, is_logged
from harness.overlays.event_logs.log_record import LARGEST, chosen, record_of, text_of

TRACE, INFO, ERROR = "TRACE", "INFO", "ERROR"

SUCCESS = [
    "EVENT_RECEIPT",
    "EVENT_INGEST_SUCCESS",
    "RULE_MATCH_START",
    "RULE_MATCH",
    "INVOCATION_START",
    "INVOCATION_ATTEMPT_START",
    "INVOCATION_ATTEMPT_SUCCESS",
    "INVOCATION_SUCCESS",
]


@pytest.fixture
def logged(make_bus, destination, group):
    """Makes a bus whose logs of all levels go to one group."""

    def make(level, detail="NONE"):
        bus = make_bus(Level=level, IncludeDetail=detail)
        bus.deliver(destination(group.arn))
        return bus

    return make


def types(records):
    return [record["message_type"] for record in records]


def test_a_level_includes_the_ones_before_it():
    for message_type in LEVEL_OF:
        logged_at = [level for level in LEVELS if is_logged(message_type, level)]
        assert logged_at == list(LEVELS[LEVELS.index(LEVEL_OF[message_type]) :])
    assert not any(is_logged(message_type, "OFF") for message_type in LEVEL_OF)


def step(message_type="INVOCATION_FAILURE", detail="FULL", **details):
    return Step(
        "arn:aws:events:us-east-1:1:event-bus/b", LogConfig(TRACE, detail), message_type, 5,
        "request", "event", "invocation", details, {"error_message": "no"},
    )  # fmt: skip


def test_a_record_has_its_members_in_order():
    record = record_of(step(rule_arn="r", target_input="{}"))
    assert list(record) == [
        "resource_arn", "request_id", "event_id", "invocation_id", "message_timestamp_ms",
        "message_type", "log_level", "details", "error",
    ]  # fmt: skip
    assert record["log_level"] == ERROR
    assert record["details"] == {"rule_arn": "r", "target_input": "{}"}


def test_details_are_left_out_unless_they_are_asked_for():
    given = {"rule_arn": "r", "target_input": "{}", "target_properties": "{}", "event_detail": ""}
    assert record_of(step(detail="NONE", **given))["details"] == {"rule_arn": "r"}


LARGE = "x" * (LARGEST // 2)


@pytest.mark.parametrize(
    ("large", "dropped"),
    [
        (["target_input", "target_properties"], ["target_input"]),
        (["target_properties", "target_response_body"], ["target_properties"]),
        (
            ["target_input", "target_properties", "target_response_body"],
            ["target_input", "target_properties"],
        ),
        (["target_input"], None),
    ],
    ids=["two", "the other two", "three", "one"],
)
def test_a_record_that_is_too_large_drops_fields(large, dropped):
    record = record_of(step(rule_arn="r", **dict.fromkeys(large, LARGE)))
    assert record.get("dropped_fields") == dropped
    assert len(text_of(record).encode()) <= LARGEST
    assert record["details"]["rule_arn"] == "r"


def test_a_delivery_chooses_members():
    record = record_of(step())
    assert list(chosen(record, ("message_type", "event_id"))) == ["message_type", "event_id"]
    assert chosen(record, ()) == record


def test_trace_shows_an_event_from_receipt_to_delivery(logged, group, queue_arn, aws_account):
    bus = logged(TRACE)
    bus.target(queue_arn)
    event_id = bus.put({"order": 1})
    records = group.wait_for("INVOCATION_SUCCESS", event_id)
    assert types(records) == SUCCESS
    by_type = {record["message_type"]: record for record in records}
    assert {record["resource_arn"] for record in records} == {bus.arn}
    assert len({record["request_id"] for record in records}) == 1
    assert [record["log_level"] for record in records] == [LEVEL_OF[one] for one in SUCCESS]

    receipt = by_type["EVENT_RECEIPT"]["details"]
    assert receipt.pop("source_time_ms") > 0
    assert receipt == {
        "caller_account_id": aws_account,
        "source": "shop",
        "detail_type": "Order Placed",
        "resources": ["arn:aws:s3:::orders"],
    }
    match = by_type["RULE_MATCH"]["details"]
    assert (match["rule_arn"], match["target_arns"]) == (bus.rule_arn, [queue_arn])
    assert "invocation_id" not in by_type["EVENT_RECEIPT"]
    assert {record.get("invocation_id") for record in records[4:]} == set(match["invocation_ids"])

    attempt = by_type["INVOCATION_ATTEMPT_SUCCESS"]["details"]
    assert (attempt["attempt_type"], attempt["attempt_count"]) == ("FIRST", 1)
    assert attempt["invocation_status"] == "SUCCESS"
    end = by_type["INVOCATION_SUCCESS"]["details"]
    assert end["total_attempts"] == 1
    assert end["final_invocation_status"] == "SUCCESS"
    assert end["ingestion_to_start_latency_ms"] <= end["ingestion_to_success_latency_ms"]
    assert "error" not in by_type["INVOCATION_SUCCESS"]


AT_LEVEL = {
    INFO: ["EVENT_INGEST_SUCCESS", "RULE_MATCH", "INVOCATION_START"],
    TRACE: [
        "EVENT_RECEIPT",
        "EVENT_INGEST_SUCCESS",
        "RULE_MATCH_START",
        "RULE_MATCH",
        "INVOCATION_START",
        "INVOCATION_ATTEMPT_START",
    ],
    ERROR: [],
}


@pytest.mark.parametrize("level", AT_LEVEL)
def test_a_target_that_is_missing_is_logged(logged, group, aws_account, level):
    bus = logged(level)
    missing = f"arn:aws:sqs:us-east-1:{aws_account}:missing"
    bus.target(missing, DeadLetterConfig={"Arn": f"{missing}-too"})
    event_id = bus.put()
    records = group.wait_for("INVOCATION_DLQ", event_id)
    assert types(records) == [
        *AT_LEVEL[level],
        "INVOCATION_ATTEMPT_PERMANENT_FAILURE",
        "INVOCATION_FAILURE",
        "INVOCATION_DLQ",
    ]
    failure = records[-2]
    assert failure["details"]["target_arn"] == missing
    assert failure["details"]["final_invocation_status"] == "NO_RESOURCE"
    assert failure["error"]["http_status_code"] == 400
    assert "does not exist" in failure["error"]["error_message"]
    assert failure["error"]["aws_service"] == "AWSSQS"
    assert "error" in records[-1]


def test_an_event_that_no_rule_matches_is_logged(logged, group):
    bus = logged(INFO)
    event_id = bus.put(source="elsewhere")
    records = group.wait_for("NO_STANDARD_RULES_MATCHED", event_id)
    assert types(records) == ["EVENT_INGEST_SUCCESS", "NO_STANDARD_RULES_MATCHED"]
    assert records[-1]["details"] == {}


def test_an_event_of_aws_is_logged_only_if_a_rule_matches(logged, group):
    bus = logged(TRACE)
    unwanted = bus.put(source="aws.ec2")
    last = bus.put(source="elsewhere")
    group.wait_for("NO_STANDARD_RULES_MATCHED", last)
    assert group.of(unwanted) == []


def test_full_detail_shows_the_event_and_what_is_sent(logged, group, queue_arn):
    bus = logged(TRACE, "FULL")
    bus.target(queue_arn, InputPath="$.detail")
    event_id = bus.put({"order": 12})
    by_type = {
        record["message_type"]: record["details"]
        for record in group.wait_for("INVOCATION_SUCCESS", event_id)
    }
    assert json.loads(by_type["EVENT_RECEIPT"]["event_detail"]) == {"order": 12}
    assert json.loads(by_type["INVOCATION_START"]["target_input"]) == {"order": 12}
    assert by_type["INVOCATION_SUCCESS"]["target_properties"] == "{}"


def test_each_retry_is_logged(logged, group, events, clock, aws):
    bus = logged(TRACE)
    connection = events.create_connection(
        Name="nobody",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    nobody = events.create_api_destination(
        Name="nobody",
        ConnectionArn=connection,
        InvocationEndpoint="http://127.0.0.1:9/",
        HttpMethod="POST",
    )["ApiDestinationArn"]
    role = aws("iam").create_role(RoleName="caller", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    bus.target(nobody, RoleArn=role, RetryPolicy={"MaximumRetryAttempts": 2})
    event_id = bus.put()
    clock.advance(timedelta(minutes=5))
    records = group.wait_for("INVOCATION_FAILURE", event_id)
    attempts = [
        record["details"]
        for record in records
        if record["message_type"] == "INVOCATION_ATTEMPT_RETRYABLE_FAILURE"
    ]
    assert [one["attempt_type"] for one in attempts] == ["FIRST", "RETRY", "RETRY"]
    assert [one["attempt_count"] for one in attempts] == [1, 2, 3]
    assert {one["invocation_status"] for one in attempts} == {"CONNECTION_FAILURE"}
    assert {one["role_arn"] for one in attempts} == {role}
    assert records[-1]["details"]["total_attempts"] == 3


def test_a_key_that_fails_is_logged(aws, events, logged, group):
    bus = logged(ERROR)
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    events.update_event_bus(Name=bus.name, KmsKeyIdentifier=key)
    kms.disable_key(KeyId=key)
    event_id = bus.put()
    [record] = group.wait_for("EVENT_INGEST_FAILURE", event_id)
    assert "disabled" in record["error"]["error_message"]


def test_a_bus_that_is_off_logs_nothing(events, logged, group):
    bus = logged("OFF")
    silent = bus.put()
    events.update_event_bus(Name=bus.name, LogConfig={"Level": INFO})
    last = bus.put()
    group.wait_for("RULE_MATCH", last)
    assert group.of(silent) == []
