"""Streams as wholes: what they are, who consumes them, what stacks make of them.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import base64
import io
import json
import urllib.request
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)


@pytest.fixture
def arn_of(kinesis):
    return lambda name: kinesis.describe_stream_summary(StreamName=name)[
        "StreamDescriptionSummary"
    ]["StreamARN"]


def code_of(call, **members):
    with pytest.raises(ClientError) as problem:
        call(**members)
    return problem.value.response["Error"]["Code"]


def test_streams_are_listed_by_name_until_they_are_deleted(kinesis):
    names = ["listed-1", "listed-2"]
    for name in names:
        kinesis.create_stream(StreamName=name, ShardCount=1)
    first = kinesis.list_streams(ExclusiveStartStreamName="listed", Limit=1)
    second = kinesis.list_streams(ExclusiveStartStreamName=first["StreamNames"][0], Limit=1)

    assert [*first["StreamNames"], *second["StreamNames"]] == names
    assert first["HasMoreStreams"]
    assert code_of(kinesis.create_stream, StreamName=names[0], ShardCount=1) == (
        "ResourceInUseException"
    )
    kinesis.delete_stream(StreamName=names[0])
    assert names[0] not in kinesis.list_streams()["StreamNames"]
    assert code_of(kinesis.describe_stream, StreamName=names[0]) == "ResourceNotFoundException"


def test_a_request_that_the_model_forbids_is_refused(aws):
    careless = aws("kinesis", config=Config(parameter_validation=False))
    with pytest.raises(ClientError, match="at 'streamName' failed") as problem:
        careless.create_stream()
    assert problem.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_what_is_not_served_is_refused_by_name(kinesis, stream):
    name = stream(shards=1)
    with pytest.raises(ClientError, match="serve EnableEnhancedMonitoring of Kinesis"):
        kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["ALL"])


def test_dates_have_the_form_of_cbor_too(emulator, aws_account, stream):
    """Java's and Go's SDKs speak CBOR; a date is a tagged number of milliseconds there."""
    name = stream(shards=1)

    def text(value):
        return bytes([0x60 + len(value)]) + value.encode()

    request = urllib.request.Request(
        emulator.endpoint_url,
        data=b"\xa1" + text("StreamName") + text(name),
        headers={
            "Content-Type": "application/x-amz-cbor-1.1",
            "X-Amz-Target": "Kinesis_20131202.DescribeStreamSummary",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={aws_account}/20260101/us-east-1/"
            "kinesis/aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request) as answer:
        assert b"StreamCreationTimestamp\xc1\x1b" in answer.read()


def test_tags_and_retention(kinesis, stream):
    name = stream(shards=1)
    kinesis.add_tags_to_stream(StreamName=name, Tags={"a": "1", "b": "2"})
    kinesis.remove_tags_from_stream(StreamName=name, TagKeys=["a"])
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)

    assert kinesis.list_tags_for_stream(StreamName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert described["RetentionPeriodHours"] == 48
    with pytest.raises(ClientError, match="Use DecreaseRetentionPeriod API"):
        kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=24)
    with pytest.raises(ClientError, match=r"Requested retention period \(1 hours\) is too short"):
        kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=1)


def test_encryption_needs_a_key_that_is_there(aws, kinesis, stream):
    name = stream(shards=1)
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)

    put = kinesis.put_record(StreamName=name, Data=b"x", PartitionKey="k")

    assert put["EncryptionType"] == "KMS"
    missing = "00000000-0000-0000-0000-000000000000"
    assert (
        code_of(
            kinesis.start_stream_encryption,
            StreamName=name,
            EncryptionType="KMS",
            KeyId=missing,
        )
        == "KMSNotFoundException"
    )
    kinesis.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert described["EncryptionType"] == "NONE"


def test_consumers_come_and_go(kinesis, stream, arn_of):
    name = stream(shards=1)
    arn = arn_of(name)
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="one")["Consumer"]

    assert consumer["ConsumerARN"].startswith(f"{arn}/consumer/one:")
    assert code_of(kinesis.register_stream_consumer, StreamARN=arn, ConsumerName="one") == (
        "ResourceInUseException"
    )
    described = kinesis.describe_stream_consumer(StreamARN=arn, ConsumerName="one")
    assert described["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE"
    assert code_of(kinesis.delete_stream, StreamName=name) == "ResourceInUseException"
    kinesis.deregister_stream_consumer(ConsumerARN=consumer["ConsumerARN"])
    assert kinesis.list_stream_consumers(StreamARN=arn)["Consumers"] == []


def test_a_subscription_gets_records_as_they_come(kinesis, stream, arn_of):
    name = stream(shards=1)
    consumer = kinesis.register_stream_consumer(StreamARN=arn_of(name), ConsumerName="one")
    events = kinesis.subscribe_to_shard(
        ConsumerARN=consumer["Consumer"]["ConsumerARN"],
        ShardId="shardId-000000000000",
        StartingPosition={"Type": "LATEST"},
    )["EventStream"]
    kinesis.put_records(StreamName=name, Records=[{"Data": b"a", "PartitionKey": "k"}] * 2)

    event = next(e for e in (e["SubscribeToShardEvent"] for e in events) if e["Records"])

    assert [record["Data"] for record in event["Records"]] == [b"a", b"a"]
    assert event["ContinuationSequenceNumber"] == event["Records"][-1]["SequenceNumber"]
    events.close()


@pytest.fixture
def reader(aws):
    """Maps a stream to a function; returns a function that takes what it has seen by now."""
    queue = aws("sqs").create_queue(QueueName=f"seen-{uuid4().hex}")["QueueUrl"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(
            "app.py",
            "import boto3, json\n"
            "def handler(event, context):\n"
            "    sent = json.dumps(event['Records'])\n"
            f"    boto3.client('sqs').send_message(QueueUrl='{queue}', MessageBody=sent)\n",
        )
    role = aws("iam").create_role(RoleName=uuid4().hex, AssumeRolePolicyDocument="{}")
    name, client = f"reader-{uuid4().hex}", aws("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": packed.getvalue()},
    )
    mapped, records = [], []

    def taken():
        found = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        for message in found.get("Messages", []):
            records.extend(json.loads(message["Body"]))
            aws("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return records

    def map_stream(arn):
        mapping = client.create_event_source_mapping(
            FunctionName=name, EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
        )
        mapped.append(mapping["UUID"])
        return taken

    yield map_stream
    for uuid in mapped:
        client.delete_event_source_mapping(UUID=uuid)


def data_of(records):
    return [base64.b64decode(record["kinesis"]["data"]) for record in records]


def test_a_function_gets_records_through_an_event_source_mapping(kinesis, stream, arn_of, reader):
    name = stream(shards=1)
    taken = reader(arn_of(name))
    put = kinesis.put_record(StreamName=name, Data=b"hello", PartitionKey="k")

    def seen():
        (record,) = taken()
        return record

    record = eventually(seen, within=SOON, retry_on=ValueError)
    assert record["eventSource"] == "aws:kinesis"
    assert record["eventID"] == f"shardId-000000000000:{put['SequenceNumber']}"
    assert data_of([record]) == [b"hello"]


def test_a_mapping_goes_on_from_parents_to_children_with_each_record_once(
    kinesis, stream, arn_of, reader
):
    name, half = stream(shards=2), 2**127
    low, high = "1", str(2**128 - 1)

    def put(data, key):
        kinesis.put_record(StreamName=name, Data=data, PartitionKey="k", ExplicitHashKey=key)

    put(b"first", low)
    put(b"other", high)
    kinesis.split_shard(
        StreamName=name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(half // 2)
    )
    put(b"second", low)
    taken = reader(arn_of(name))

    def seen(*expected):
        def found():
            assert sorted(data_of(taken())) == sorted(expected)

        return found

    eventually(seen(b"first", b"other", b"second"), within=SOON)
    kinesis.merge_shards(
        StreamName=name,
        ShardToMerge="shardId-000000000003",
        AdjacentShardToMerge="shardId-000000000001",
    )
    put(b"third", high)
    eventually(seen(b"first", b"other", b"second", b"third"), within=SOON)
    of_low = [d for d in data_of(taken()) if d in (b"first", b"second")]
    assert of_low == [b"first", b"second"]


def template(**properties):
    resource = {"Type": "AWS::Kinesis::Stream", "Properties": properties}
    return json.dumps(
        {
            "Resources": {"Events": resource},
            "Outputs": {
                "Name": {"Value": {"Ref": "Events"}},
                "Arn": {"Value": {"Fn::GetAtt": ["Events", "Arn"]}},
            },
        }
    )


def test_a_stack_makes_changes_and_deletes_a_stream(aws, kinesis, arn_of):
    cloudformation = aws("cloudformation")
    cloudformation.create_stack(
        StackName="s",
        TemplateBody=template(
            ShardCount=2, RetentionPeriodHours=72, Tags=[{"Key": "a", "Value": "1"}]
        ),
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 1}
    )
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    name = outputs["Name"]

    def summary():
        return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]

    assert outputs["Arn"] == arn_of(name)
    made = summary()
    assert (made["OpenShardCount"], made["RetentionPeriodHours"]) == (2, 72)
    assert made["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    tags = kinesis.list_tags_for_stream(StreamName=name)["Tags"]
    assert {"Key": "a", "Value": "1"} in tags

    cloudformation.update_stack(StackName="s", TemplateBody=template(ShardCount=1))
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName="s", WaiterConfig={"Delay": 1}
    )
    changed = summary()
    assert (changed["OpenShardCount"], changed["RetentionPeriodHours"]) == (1, 24)
    tags = kinesis.list_tags_for_stream(StreamName=name)["Tags"]
    assert {"Key": "a", "Value": "1"} not in tags

    cloudformation.delete_stack(StackName="s")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="s", WaiterConfig={"Delay": 1}
    )
    assert name not in kinesis.list_streams()["StreamNames"]


def test_a_stack_says_which_property_is_not_served(aws, kinesis):
    cloudformation = aws("cloudformation")
    cloudformation.create_stack(
        StackName="refused", TemplateBody=template(DesiredShardLevelMetrics=["ALL"])
    )

    def failed():
        events = cloudformation.describe_stack_events(StackName="refused")["StackEvents"]
        reasons = [event.get("ResourceStatusReason", "") for event in events]
        assert any("doesn't serve DesiredShardLevelMetrics" in reason for reason in reasons)

    eventually(failed, within=SOON)
