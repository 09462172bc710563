"""Policies about one stream, one queue, one's own user, whose names no request tells."""

from __future__ import annotations

from .conftest import NUMBERS, refusal, statement


def iterator_of(client, **stream):
    return client.get_shard_iterator(
        **stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]


def test_a_shard_iterator_is_of_its_stream(aws, session):
    kinesis, name = aws("kinesis"), f"stream-{next(NUMBERS)}"
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(
        StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    reads = ["kinesis:GetShardIterator", "kinesis:GetRecords"]
    own = session(statement(reads, arn)).client("kinesis")
    other = session(statement(reads, f"{arn}-other")).client("kinesis")
    token = iterator_of(own, StreamName=name)
    assert own.get_records(ShardIterator=token)["Records"] == []
    code, _, message = refusal(other.get_records, ShardIterator=token)
    assert (code, f"on resource: {arn} " in message) == ("AccessDeniedException", True)


def test_a_shard_iterator_is_of_its_tables_stream(aws, session):
    name = f"table-{next(NUMBERS)}"
    arn = aws("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    reads = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]
    streams = session(statement(reads, arn)).client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    token = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert streams.get_records(ShardIterator=token)["Records"] == []


def test_a_user_may_look_at_itself_without_saying_its_name(user):
    own = "arn:aws:iam::*:user/${aws:username}"
    somebody, nobody = user(statement("iam:GetUser", own)), user()
    assert somebody.client("iam").get_user()["User"]["Arn"] == somebody.arn
    _, _, message = refusal(nobody.client("iam").get_user)
    assert f"on resource: user {nobody.arn.rpartition('/')[2]} " in message or (
        f"on resource: {nobody.arn} " in message
    )
