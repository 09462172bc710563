"""Records come out as they went in, in order, from the place that a reader asks for.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

MOST_RECORD_BYTES = 1024 * 1024


def data_of(answer):
    return [record["Data"] for record in answer["Records"]]


def test_records_come_out_in_order_with_their_keys(kinesis, stream, read):
    name = stream(shards=1)
    put = kinesis.put_record(StreamName=name, Data=b"\x00\xff", PartitionKey="a")
    many = kinesis.put_records(
        StreamName=name,
        Records=[{"Data": b"", "PartitionKey": "b"}, {"Data": "ü".encode(), "PartitionKey": "c"}],
    )

    answer = read(name)

    assert data_of(answer) == [b"\x00\xff", b"", "ü".encode()]
    assert [record["PartitionKey"] for record in answer["Records"]] == ["a", "b", "c"]
    numbers = [record["SequenceNumber"] for record in answer["Records"]]
    assert numbers == [put["SequenceNumber"], *(r["SequenceNumber"] for r in many["Records"])]
    assert sorted(map(int, numbers)) == [int(number) for number in numbers]
    assert many["FailedRecordCount"] == 0
    assert answer["MillisBehindLatest"] == 0
    assert "EncryptionType" not in put


def test_a_reader_goes_on_where_it_was(kinesis, stream, read):
    name = stream(shards=1)
    for letter in "abc":
        kinesis.put_record(StreamName=name, Data=letter.encode(), PartitionKey="k")

    first = read(name, limit=2)
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    third = kinesis.get_records(ShardIterator=second["NextShardIterator"])

    assert [data_of(answer) for answer in (first, second, third)] == [[b"a", b"b"], [b"c"], []]
    assert third["NextShardIterator"] != second["NextShardIterator"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("TRIM_HORIZON", [b"a", b"b", b"c"]),
        ("AT_SEQUENCE_NUMBER", [b"b", b"c"]),
        ("AFTER_SEQUENCE_NUMBER", [b"c"]),
        ("LATEST", []),
    ],
)
def test_places_to_start_from(kinesis, stream, read, kind, expected):
    name = stream(shards=1)
    numbers = [
        kinesis.put_record(StreamName=name, Data=letter.encode(), PartitionKey="k")[
            "SequenceNumber"
        ]
        for letter in "abc"
    ]
    members = {"StartingSequenceNumber": numbers[1]} if "SEQUENCE" in kind else {}

    assert data_of(read(name, kind=kind, **members)) == expected


def test_a_reader_starts_at_an_instant(kinesis, stream, read):
    name = stream(shards=1)
    kinesis.put_record(StreamName=name, Data=b"a", PartitionKey="k")
    now = datetime.now(UTC)

    past = read(name, kind="AT_TIMESTAMP", Timestamp=now - timedelta(hours=1))
    to_come = read(name, kind="AT_TIMESTAMP", Timestamp=now + timedelta(hours=1))

    assert (data_of(past), data_of(to_come)) == ([b"a"], [])


def test_keys_are_spread_by_their_digest_and_explicit_ones_decide(kinesis, stream, read):
    name = stream(shards=2)
    ids = {
        kinesis.put_record(StreamName=name, Data=b"x", PartitionKey=f"key-{number}")["ShardId"]
        for number in range(20)
    }
    explicit = kinesis.put_record(
        StreamName=name, Data=b"last", PartitionKey="key-0", ExplicitHashKey=str(2**128 - 1)
    )

    assert ids == {"shardId-000000000000", "shardId-000000000001"}
    assert explicit["ShardId"] == "shardId-000000000001"
    assert data_of(read(name, explicit["ShardId"]))[-1] == b"last"


def test_requests_name_a_stream_by_its_arn_as_well(kinesis, stream):
    name = stream(shards=1)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.put_record(StreamARN=arn, Data=b"a", PartitionKey="k")
    iterator = kinesis.get_shard_iterator(
        StreamARN=arn, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]

    assert data_of(kinesis.get_records(ShardIterator=iterator)) == [b"a"]


def test_what_is_too_large_or_not_there_is_refused(kinesis, stream):
    name = stream(shards=1)

    def refused(operation, **members):
        with pytest.raises(ClientError) as problem:
            getattr(kinesis, operation)(**members)
        error = problem.value.response["Error"]
        return error["Code"], error["Message"]

    code, message = refused(
        "put_record", StreamName=name, Data=b"x" * MOST_RECORD_BYTES, PartitionKey="k"
    )
    assert code == "ValidationException"
    assert message.endswith(f"Member must have length less than or equal to {MOST_RECORD_BYTES}")

    code, message = refused(
        "put_record", StreamName=name, Data=b"x", PartitionKey="k", ExplicitHashKey=str(2**128)
    )
    assert (code, message.partition(".")[0]) == (
        "InvalidArgumentException",
        "Invalid ExplicitHashKey",
    )

    code, message = refused("put_record", StreamName="no-stream", Data=b"x", PartitionKey="k")
    assert code == "ResourceNotFoundException"
    assert message.startswith("Stream no-stream under account ")
    assert message.endswith(" not found.")

    assert refused("get_records", ShardIterator="bm90aGluZw==") == (
        "InvalidArgumentException",
        "Invalid ShardIterator.",
    )
    code, message = refused(
        "get_shard_iterator",
        StreamName=name,
        ShardId="shardId-000000000000",
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber="5",
    )
    assert code == "InvalidArgumentException"
    assert message.endswith("is invalid because it did not come from this stream.")
    code, message = refused(
        "get_shard_iterator",
        StreamName=name,
        ShardId="shardId-000000000007",
        ShardIteratorType="LATEST",
    )
    assert code == "ResourceNotFoundException"
    assert message.endswith("does not exist")


def test_log_events_reach_a_stream_by_a_subscription(aws, kinesis, stream, read):
    name = stream(shards=1)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    role = aws("iam").create_role(RoleName="logs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    logs = aws("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="source")
    logs.put_subscription_filter(
        logGroupName="group",
        filterName="all",
        filterPattern="",
        destinationArn=arn,
        roleArn=role,
    )
    at = int(datetime.now(UTC).timestamp() * 1000)
    logs.put_log_events(
        logGroupName="group",
        logStreamName="source",
        logEvents=[{"timestamp": at, "message": "hello"}],
    )

    def arrived():
        events = [json.loads(gzip.decompress(data)) for data in data_of(read(name))]
        messages = [event["message"] for one in events for event in one["logEvents"]]
        assert "hello" in messages

    eventually(arrived, within=timedelta(seconds=30))
