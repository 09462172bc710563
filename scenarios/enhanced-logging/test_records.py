"""What a bus logs of an event, and where it goes."""

from __future__ import annotations

import itertools
import json

import pytest


def types(records):
    return [record["message_type"] for record in records]


@pytest.fixture
def placed(logged, eventually):
    """An order that was placed: two targets get it, one keeps it out; all of it is logged."""
    event_id = logged.put("Order Placed", order=7)

    def ended():
        found = types(logged.in_group(event_id))
        assert found.count("INVOCATION_SUCCESS") == 2
        assert found.count("INVOCATION_FAILURE") == 1

    eventually(ended, within=logged.patience)
    return event_id


@pytest.mark.claim("enhanced-logging.failure-record")
def test_a_blocked_target_yields_a_record_of_an_error(logged, stack, placed):
    [failure] = [
        record
        for record in logged.in_group(placed)
        if record["message_type"] == "INVOCATION_FAILURE"
    ]
    assert failure["log_level"] == "ERROR"
    assert failure["details"]["target_arn"] == stack.outputs["BillingArn"]
    assert failure["details"]["rule_arn"] == stack.outputs["PlacedRule"]
    reason = failure["error"]["error_message"].lower()
    assert "not authorized" in reason
    assert "sqs:sendmessage" in reason


@pytest.mark.claim("enhanced-logging.lifecycle")
def test_trace_shows_an_event_from_ingestion_to_each_delivery(logged, stack, placed):
    records = logged.in_group(placed)
    assert {record["resource_arn"] for record in records} == {stack.outputs["BusArn"]}
    whole = {"EVENT_RECEIPT", "EVENT_INGEST_SUCCESS", "RULE_MATCH_START"}
    assert {one: types(records).count(one) for one in whole} == dict.fromkeys(whole, 1)
    [receipt] = [one for one in records if one["message_type"] == "EVENT_RECEIPT"]
    assert json.loads(receipt["details"]["event_detail"]) == {"order": 7}

    matched = {
        record["details"]["rule_arn"]: record["details"]["invocation_ids"]
        for record in records
        if record["message_type"] == "RULE_MATCH"
    }
    assert set(matched) == {stack.outputs["PlacedRule"], stack.outputs["SeenRule"]}
    for invocation in itertools.chain(*matched.values()):
        steps = types(one for one in records if one.get("invocation_id") == invocation)
        assert {"INVOCATION_START", "INVOCATION_ATTEMPT_START"} <= set(steps)
        assert {"INVOCATION_SUCCESS", "INVOCATION_FAILURE"} & set(steps)


@pytest.mark.claim("enhanced-logging.once-per-bus")
def test_one_configuration_covers_every_rule_and_target(logged, stack, placed):
    started = {
        (record["details"]["rule_arn"], record["details"]["target_arn"])
        for record in logged.in_group(placed)
        if record["message_type"] == "INVOCATION_START"
    }
    outputs = stack.outputs
    assert started == {
        (outputs["PlacedRule"], outputs["OrdersArn"]),
        (outputs["PlacedRule"], outputs["BillingArn"]),
        (outputs["SeenRule"], outputs["EverythingArn"]),
    }


@pytest.mark.claim("enhanced-logging.destinations")
@pytest.mark.parametrize("bucket", ["Archive", "Streamed"])
def test_a_bucket_and_a_stream_get_records_as_the_log_group_does(
    logged, placed, clock, bucket, account
):
    def came():
        assert logged.in_bucket(placed, bucket)

    clock.run_until(came, within=logged.patience)
    objects = logged.in_bucket(placed, bucket)
    if bucket == "Archive":
        assert all(key.startswith(f"AWSLogs/{account}/EventBusLogs/") for key in objects)
    in_group = {json.dumps(one, sort_keys=True) for one in logged.in_group(placed)}
    for record in itertools.chain(*objects.values()):
        assert json.dumps(record, sort_keys=True) in in_group


LEVELS = {
    "TraceGroup": {"TRACE", "INFO", "ERROR"},
    "Archive": {"INFO", "ERROR"},
    "Streamed": {"ERROR"},
}


@pytest.mark.claim("enhanced-logging.levels")
@pytest.mark.parametrize("destination", LEVELS)
def test_each_destination_has_its_own_level_with_those_below(logged, placed, clock, destination):
    def found():
        if destination == "TraceGroup":
            return logged.in_group(placed)
        return list(itertools.chain(*logged.in_bucket(placed, destination).values()))

    def came():
        assert {record["log_level"] for record in found()} == LEVELS[destination]
        assert "INVOCATION_FAILURE" in types(found())

    clock.run_until(came, within=logged.patience)


@pytest.mark.claim("enhanced-logging.cfn-wiring")
def test_the_template_wires_group_source_destination_and_delivery(logged, stack, client):
    logs = client("logs")
    sources = {
        source["name"]: source["logType"]
        for source in logs.describe_delivery_sources()["deliverySources"]
        if source["resourceArns"] == [stack.outputs["BusArn"]]
    }
    assert sorted(sources.values()) == ["ERROR_LOGS", "INFO_LOGS", "TRACE_LOGS"]
    kinds = sorted(
        (sources[delivery["deliverySourceName"]], delivery["deliveryDestinationType"])
        for delivery in logs.describe_deliveries()["deliveries"]
        if delivery["deliverySourceName"] in sources
    )
    assert kinds == [
        ("ERROR_LOGS", "CWL"),
        ("ERROR_LOGS", "FH"),
        ("ERROR_LOGS", "S3"),
        ("INFO_LOGS", "CWL"),
        ("INFO_LOGS", "S3"),
        ("TRACE_LOGS", "CWL"),
    ]
    described = client("events").describe_event_bus(Name=stack.outputs["Bus"])
    assert described["LogConfig"] == {"Level": "TRACE", "IncludeDetail": "FULL"}
