"""Kinesis keeps records and iterators by the emulator's time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)
SHARD = "shardId-000000000000"


@pytest.fixture
def iterator(aws):
    def of(name, kind="TRIM_HORIZON"):
        return aws("kinesis").get_shard_iterator(
            StreamName=name, ShardId=SHARD, ShardIteratorType=kind
        )["ShardIterator"]

    return of


def test_records_are_kept_for_the_retention_period(aws, clock, iterator):
    kinesis = aws("kinesis")
    kinesis.create_stream(StreamName="kept", ShardCount=1)

    def data():
        return [
            record["Data"]
            for record in kinesis.get_records(ShardIterator=iterator("kept"))["Records"]
        ]

    kinesis.put_record(StreamName="kept", Data=b"old", PartitionKey="k")
    clock.advance(timedelta(hours=12))
    kinesis.put_record(StreamName="kept", Data=b"new", PartitionKey="k")
    clock.advance(timedelta(hours=11))
    assert data() == [b"old", b"new"]
    clock.advance(timedelta(hours=2))
    assert data() == [b"new"]
    clock.advance(timedelta(hours=12))
    assert data() == []


def test_an_iterator_expires_after_five_minutes(aws, clock, iterator):
    kinesis = aws("kinesis")
    kinesis.create_stream(StreamName="read", ShardCount=1)
    place = iterator("read", "LATEST")
    clock.advance(timedelta(minutes=4))
    kinesis.get_records(ShardIterator=place)
    clock.advance(timedelta(minutes=2))
    with pytest.raises(ClientError, match="tolerated delay of 300000 milliseconds") as problem:
        kinesis.get_records(ShardIterator=place)
    assert problem.value.response["Error"]["Code"] == "ExpiredIteratorException"


def test_a_subscription_ends_after_five_minutes(aws, clock, in_thread):
    kinesis = aws("kinesis")
    kinesis.create_stream(StreamName="subscribed", ShardCount=1)
    summary = kinesis.describe_stream_summary(StreamName="subscribed")
    consumer = kinesis.register_stream_consumer(
        StreamARN=summary["StreamDescriptionSummary"]["StreamARN"], ConsumerName="c"
    )["Consumer"]
    events = kinesis.subscribe_to_shard(
        ConsumerARN=consumer["ConsumerARN"],
        ShardId=SHARD,
        StartingPosition={"Type": "LATEST"},
    )["EventStream"]
    read = in_thread(list, events)
    clock.advance(timedelta(minutes=6))
    assert all(event["SubscribeToShardEvent"]["Records"] == [] for event in read.result(30))


@pytest.fixture(params=["kinesis", "dynamodb"])
def source(request, aws):
    """The ARN of a stream, and what writes a record to it."""
    if request.param == "kinesis":
        kinesis = aws("kinesis")
        kinesis.create_stream(StreamName="mapped", ShardCount=1)
        described = kinesis.describe_stream_summary(StreamName="mapped")
        return described["StreamDescriptionSummary"]["StreamARN"], lambda name: kinesis.put_record(
            StreamName="mapped", Data=name.encode(), PartitionKey="k"
        )
    dynamodb = aws("dynamodb")
    made = dynamodb.create_table(
        TableName="mapped",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    return made["TableDescription"]["LatestStreamArn"], lambda name: dynamodb.put_item(
        TableName="mapped", Item={"id": {"S": name}}
    )


def test_a_mapping_reads_on_after_a_jump(aws, clock, create, make_queue, bodies, source):
    """An iterator from before it would have expired, and the mapping begun anew."""
    arn, write = source
    seen, _ = make_queue()
    function = create(
        f"""
        import boto3
        def handler(event, context):
            for record in event["Records"]:
                sent = record.get("kinesis") or record["dynamodb"]
                number = sent.get("sequenceNumber") or sent["SequenceNumber"]
                boto3.client("sqs").send_message(QueueUrl={seen!r}, MessageBody=number)
        """
    )
    mapping = aws("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
    )
    numbers = []

    def arrived(count):
        def found():
            numbers.extend(bodies(seen))
            assert len(numbers) >= count

        return found

    write("first")
    eventually(arrived(1), within=SOON)
    clock.advance(timedelta(hours=1))
    write("second")
    eventually(arrived(2), within=SOON)
    aws("lambda").delete_event_source_mapping(UUID=mapping["UUID"])

    assert len(numbers) == len(set(numbers)) == 2
