"""Where records go: log groups, buckets, delivery streams, each with the levels it is given."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from harness.observe.eventually import eventually
from harness.overlays.event_logs.destinations import Bucket, object_key, whole_suffix

from .conftest import SOON

BUCKET = "arn:aws:s3:::logs"
AT = 1767323045  # 2026-01-02T03:04:05Z
DEFAULT = "AWSLogs/{account-id}/EventBusLogs/{region}/{yyyy}/{MM}/{dd}/"


@pytest.mark.parametrize(
    ("given", "arn", "whole"),
    [
        (None, BUCKET, DEFAULT),
        ("{region}", BUCKET, "AWSLogs/{account-id}/EventBusLogs/{region}"),
        (None, f"{BUCKET}/mine", "{region}/{yyyy}/{MM}/{dd}/"),
        ("{yyyy}", f"{BUCKET}/mine", "{yyyy}"),
        ("AWSLogs/x/", BUCKET, "AWSLogs/x/"),
    ],
    ids=["default", "own suffix", "own prefix", "both", "whole"],
)
def test_a_destinations_prefix_replaces_the_default(given, arn, whole):
    assert whole_suffix(given, arn) == whole


def key(suffix, arn=BUCKET, *, is_hive=False):
    return object_key(
        Bucket.of(arn), suffix, is_hive=is_hive, account="111122223333", region="eu-west-1",
        bus="orders", at=AT, part="0a",
    )  # fmt: skip


def test_an_objects_key():
    file = "111122223333_EventBusLogs_eu-west-1_orders_20260102T0304Z_0a.log.gz"
    assert key(DEFAULT) == f"AWSLogs/111122223333/EventBusLogs/eu-west-1/2026/01/02/{file}"
    assert key("{yyyy}", f"{BUCKET}/mine/logs") == f"mine/logs/2026/{file}"
    assert key(DEFAULT, is_hive=True) == (
        "AWSLogs/aws-account-id=111122223333/EventBusLogs/region=eu-west-1/year=2026/month=01/"
        f"day=02/{file}"
    )


def test_records_lie_in_a_bucket(make_bus, destination, store, queue_arn, aws_account):
    bus = make_bus(Level="INFO")
    bus.deliver(destination(store.arn), "INFO")
    bus.target(queue_arn)
    bus.put()
    objects = store.wait_for("INVOCATION_SUCCESS")
    for name in objects:
        assert re.fullmatch(
            rf"AWSLogs/{aws_account}/EventBusLogs/us-east-1/\d{{4}}/\d\d/\d\d/"
            rf"{aws_account}_EventBusLogs_us-east-1_{bus.name}_\d{{8}}T\d{{4}}Z_\w+\.log\.gz",
            name,
        )
    types = [one["message_type"] for one in itertools.chain(*objects.values())]
    assert types == ["EVENT_INGEST_SUCCESS", "RULE_MATCH", "INVOCATION_START", "INVOCATION_SUCCESS"]


def test_a_bucket_opens_itself_to_log_delivery(aws, make_bus, destination, store, aws_account):
    bus = make_bus(Level="INFO")
    bus.deliver(destination(store.arn), "INFO", "ERROR")
    policy = json.loads(aws("s3").get_bucket_policy(Bucket=store.name)["Policy"])
    [statement] = policy["Statement"]
    assert statement["Sid"] == "AWSLogDeliveryWrite"
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"] == f"{store.arn}/AWSLogs/{aws_account}/EventBusLogs/*"
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == [
        f"arn:aws:logs:us-east-1:{aws_account}:delivery-source:{bus.name}-{kind}_LOGS"
        for kind in ("INFO", "ERROR")
    ]


def test_a_log_group_opens_itself_to_log_delivery(logs, make_bus, destination, group):
    make_bus(Level="INFO").deliver(destination(group.arn))
    policies = {
        one["policyName"]: json.loads(one["policyDocument"])
        for one in logs.describe_resource_policies()["resourcePolicies"]
    }
    statements = policies["AWSLogDeliveryWrite20150319"]["Statement"]
    mine = [one for one in statements if one["Resource"] == [f"{group.arn}:log-stream:*"]]
    assert len(mine) == 1
    assert mine[0]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]


def test_records_go_through_a_delivery_stream(aws, names, make_bus, destination, store, queue_arn):
    firehose, name = aws("firehose"), names("stream")
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    arn = firehose.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="DirectPut",
        S3DestinationConfiguration={"RoleARN": role, "BucketARN": store.arn, "Prefix": "fh/"},
    )["DeliveryStreamARN"]

    def active():
        found = firehose.describe_delivery_stream(DeliveryStreamName=name)
        assert found["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE"

    eventually(active, within=SOON)
    bus = make_bus(Level="INFO")
    bus.deliver(destination(arn), "INFO")
    tags = firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]
    assert {"Key": "LogDeliveryEnabled", "Value": "true"} in tags
    bus.target(queue_arn)
    bus.put()
    objects = store.wait_for("INVOCATION_SUCCESS")
    assert all(name.startswith("fh/") for name in objects)


def test_each_destination_has_its_own_levels(
    make_bus, destination, group, store, queue_arn, aws_account
):
    bus = make_bus(Level="TRACE")
    to_group, to_bucket = destination(group.arn), destination(store.arn)
    bus.deliver(to_group)
    bus.deliver(to_bucket, "ERROR")
    bus.target(f"arn:aws:sqs:us-east-1:{aws_account}:missing")
    event_id = bus.put()
    records = group.wait_for("INVOCATION_FAILURE", event_id)
    assert {one["log_level"] for one in records} == {"TRACE", "INFO", "ERROR"}
    objects = store.wait_for("INVOCATION_FAILURE")
    assert {one["log_level"] for one in itertools.chain(*objects.values())} == {"ERROR"}


def test_the_buss_level_caps_what_is_delivered(make_bus, destination, group, queue_arn):
    bus = make_bus(Level="INFO")
    bus.deliver(destination(group.arn))
    bus.target(queue_arn)
    records = group.wait_for("INVOCATION_SUCCESS", bus.put())
    assert {one["log_level"] for one in records} == {"INFO"}


def test_one_configuration_covers_every_rule(events, make_bus, destination, group, queue_arn):
    bus = make_bus(Level="INFO")
    bus.deliver(destination(group.arn))
    bus.target(queue_arn)
    other = events.put_rule(
        Name="other", EventBusName=bus.name, EventPattern='{"source": ["shop"]}'
    )["RuleArn"]
    events.put_targets(Rule="other", EventBusName=bus.name, Targets=[{"Id": "t", "Arn": queue_arn}])
    event_id = bus.put()

    def both():
        ended = [one for one in group.of(event_id) if one["message_type"] == "INVOCATION_SUCCESS"]
        assert {one["details"]["rule_arn"] for one in ended} == {bus.rule_arn, other}

    eventually(both, within=SOON)


def test_a_delivery_chooses_its_fields(make_bus, destination, group, queue_arn, logs):
    bus = make_bus(Level="INFO")
    fields = ["message_type", "event_id", "message_timestamp_ms"]
    [delivery] = bus.deliver(destination(group.arn), "INFO", recordFields=fields)
    bus.target(queue_arn)
    [record] = group.wait_for("RULE_MATCH", bus.put())[:1]
    assert list(record) == fields
    logs.update_delivery_configuration(id=delivery, recordFields=[*fields, "log_level"])
    [record] = group.wait_for("RULE_MATCH", bus.put())[:1]
    assert record["log_level"] == "INFO"


def test_a_destination_that_vanishes_holds_up_nothing(
    aws, logs, make_bus, destination, make_group, queue_arn
):
    gone, kept = make_group(), make_group()
    bus = make_bus(Level="TRACE")
    bus.deliver(destination(gone.arn), "TRACE")
    bus.deliver(destination(kept.arn), "INFO")
    bus.target(queue_arn)
    logs.delete_log_group(logGroupName=gone.name)
    event_id = bus.put()
    kept.wait_for("INVOCATION_SUCCESS", event_id)
