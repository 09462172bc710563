"""A table's stream: one record for each item that a write changed.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually


def item(key, **values):
    return {"id": {"S": key}, **values}


@pytest.fixture
def stream_of(dynamodb):
    return lambda name: dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]


@pytest.fixture
def read(streams):
    """Reads a stream from its beginning."""

    def records(arn, kind="TRIM_HORIZON", **members):
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **members
        )["ShardIterator"]
        return streams.get_records(ShardIterator=iterator)["Records"]

    return records


def test_records_tell_what_a_write_changed(dynamodb, table, read, stream_of):
    name = table(view="NEW_AND_OLD_IMAGES")
    blob = {"B": b"\x90"}
    dynamodb.put_item(TableName=name, Item=item("a", blob=blob))
    dynamodb.put_item(TableName=name, Item=item("a", blob=blob))  # changes nothing
    dynamodb.update_item(
        TableName=name,
        Key=item("b"),
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    dynamodb.delete_item(TableName=name, Key=item("a"))
    told = [
        (
            record["eventName"],
            record["dynamodb"].get("OldImage"),
            record["dynamodb"].get("NewImage"),
        )
        for record in read(stream_of(name))
    ]
    assert told == [
        ("INSERT", None, item("a", blob=blob)),
        ("INSERT", None, item("b", n={"N": "1"})),
        ("REMOVE", item("a", blob=blob), None),
    ]


def test_a_record_has_its_place_and_size(dynamodb, table, read, stream_of):
    name = table(view="NEW_AND_OLD_IMAGES")
    dynamodb.put_item(TableName=name, Item=item("Fred"))
    dynamodb.put_item(TableName=name, Item=item("George"))
    first, second = (record["dynamodb"] for record in read(stream_of(name)))
    assert first["SizeBytes"] == 12  # as recorded on AWS for this very item
    assert int(first["SequenceNumber"]) < int(second["SequenceNumber"])
    after = {"kind": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": first["SequenceNumber"]}
    assert [record["dynamodb"]["Keys"] for record in read(stream_of(name), **after)] == [
        item("George")
    ]
    assert read(stream_of(name), "LATEST") == []


@pytest.mark.parametrize(
    ("view", "images"),
    [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"})],
)
def test_a_view_decides_about_images(dynamodb, table, read, stream_of, view, images):
    name = table(view=view)
    for value in ("1", "2"):
        dynamodb.put_item(TableName=name, Item=item("a", n={"N": value}))
    modified = read(stream_of(name))[1]["dynamodb"]
    assert {"NewImage", "OldImage"} & set(modified) == images
    assert modified["StreamViewType"] == view


def test_a_transaction_that_does_not_hold_leaves_no_record(dynamodb, table, read, stream_of):
    name = table(view="KEYS_ONLY")
    condition = {"ConditionExpression": "attribute_exists(id)"}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": name, "Item": item("a")}},
                {"Put": {"TableName": name, "Item": item("b"), **condition}},
            ]
        )
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item("c")}}])
    assert [record["dynamodb"]["Keys"] for record in read(stream_of(name))] == [item("c")]


def test_a_stream_outlives_its_table(dynamodb, streams, table, read, stream_of):
    name = table(view="KEYS_ONLY")
    arn = stream_of(name)
    dynamodb.put_item(TableName=name, Item=item("a"))
    dynamodb.delete_table(TableName=name)
    description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert description["StreamStatus"] == "DISABLED"
    assert "EndingSequenceNumber" in description["Shards"][0]["SequenceNumberRange"]
    assert [record["eventName"] for record in read(arn)] == ["INSERT"]


def test_the_last_page_of_an_ended_shard_has_no_iterator(dynamodb, streams, table, stream_of):
    name = table(view="KEYS_ONLY")
    arn = stream_of(name)
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert "NextShardIterator" in streams.get_records(ShardIterator=start)
    dynamodb.delete_table(TableName=name)
    assert "NextShardIterator" not in streams.get_records(ShardIterator=start)


def test_what_does_not_exist_is_named(streams, table, stream_of):
    arn = stream_of(table(view="KEYS_ONLY"))
    absent = re.sub("stream/.*", "stream/2024-11-18T14:36:44.149", arn)
    with pytest.raises(ClientError, match=re.escape(f"Stream: {absent} not found")):
        streams.describe_stream(StreamArn=absent)
    with pytest.raises(streams.exceptions.ResourceNotFoundException, match="Shard does not exist"):
        streams.get_shard_iterator(
            StreamArn=arn, ShardId="shardId-00000000000000000000-0", ShardIteratorType="LATEST"
        )
    with pytest.raises(ClientError, match="Invalid ShardIterator"):
        streams.get_records(ShardIterator=f"{arn}|1|nonsense")


def test_a_function_gets_the_records(aws, dynamodb, table, stream_of):
    """Through an event source mapping, in order, with numbers as DynamoDB writes them."""
    source = "import json\ndef handler(event, context):\n    print(json.dumps(event['Records']))\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", source)
    functions, logs = aws("lambda"), aws("logs")
    functions.create_function(
        FunctionName="reader",
        Runtime="python3.13",
        Handler="app.handler",
        Role=f"arn:aws:iam::{stream_of(table(view='KEYS_ONLY')).split(':')[4]}:role/reader",
        Code={"ZipFile": packed.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="reader")
    name = table(view="NEW_IMAGE")
    functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=stream_of(name), StartingPosition="TRIM_HORIZON"
    )
    for number in ("1", "2.50"):
        dynamodb.put_item(TableName=name, Item=item("a", n={"N": number}))

    def arrived():
        assert logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/reader")["logGroups"]
        lines = logs.filter_log_events(logGroupName="/aws/lambda/reader")["events"]
        batches = [json.loads(line["message"]) for line in lines if line["message"][0] == "["]
        records = [record for batch in batches for record in batch]
        assert [record["dynamodb"]["NewImage"]["n"] for record in records] == [
            {"N": "1"},
            {"N": "2.5"},
        ]
        return records

    first, _ = eventually(arrived, within=timedelta(seconds=30))
    assert first["eventSource"] == "aws:dynamodb"
    assert first["eventSourceARN"] == stream_of(name)


def test_a_destination_that_would_get_nothing_is_refused(dynamodb, table):
    name = table()
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/events"
    with pytest.raises(ClientError, match="serve EnableKinesisStreamingDestination") as problem:
        dynamodb.enable_kinesis_streaming_destination(TableName=name, StreamArn=arn)
    assert problem.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
