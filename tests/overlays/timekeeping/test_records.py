"""What services write down carries the emulator's time, and what expires does so by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.config import Config

from harness.observe import machine_time
from harness.observe.eventually import eventually
from harness.observe.http import http_client

SOON = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _far_from_the_machines_time(clock):
    ahead = timedelta(microseconds=clock.state()["ahead_ns"] // 1000)
    if ahead < timedelta(days=2):
        clock.advance(timedelta(days=3))


def assert_is_now(at, clock):
    assert abs(at - clock.now()) < SOON


def test_records_carry_the_emulators_time(aws, clock, make_queue, bodies):
    secret = aws("secretsmanager").create_secret(Name="secret", SecretString="x")
    described = aws("secretsmanager").describe_secret(SecretId=secret["ARN"])
    assert_is_now(described["CreatedDate"], clock)

    url, arn = make_queue()
    topic = aws("sns").create_topic(Name="topic")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    aws("sns").publish(TopicArn=topic, Message="x")

    def arrived():
        (body,) = bodies(url)
        return json.loads(body)

    try:
        body = eventually(arrived, within=SOON, retry_on=ValueError)
    finally:
        aws("sns").delete_topic(TopicArn=topic)
    assert_is_now(datetime.fromisoformat(body["Timestamp"]), clock)

    bucket = aws("s3")
    bucket.create_bucket(Bucket="records-of-time")
    bucket.put_object(Bucket="records-of-time", Key="x", Body=b"x")
    head = bucket.head_object(Bucket="records-of-time", Key="x")
    assert_is_now(head["LastModified"], clock)
    assert_is_now(
        datetime.strptime(
            head["ResponseMetadata"]["HTTPHeaders"]["date"], "%a, %d %b %Y %H:%M:%S GMT"
        ).replace(tzinfo=UTC),
        clock,
    )


def test_log_events_and_their_ingestion_have_the_emulators_time(aws, clock):
    logs = aws("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="stream")
    at = int(clock.now().timestamp() * 1000)
    logs.put_log_events(
        logGroupName="group", logStreamName="stream", logEvents=[{"timestamp": at, "message": "x"}]
    )
    (event,) = logs.get_log_events(logGroupName="group", logStreamName="stream")["events"]
    assert event["timestamp"] == at
    assert_is_now(datetime.fromtimestamp(event["ingestionTime"] / 1000, UTC), clock)


def test_credentials_of_a_role_expire_by_the_emulators_time(aws, role, clock):
    answer = aws("sts").assume_role(RoleArn=role, RoleSessionName="session", DurationSeconds=900)
    assert abs(answer["Credentials"]["Expiration"] - clock.now() - timedelta(minutes=15)) < SOON


def test_items_are_deleted_after_their_time_to_live(aws, clock):
    tables = aws("dynamodb")
    tables.create_table(
        TableName="sessions",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.update_time_to_live(
        TableName="sessions",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"},
    )
    for name, days in (("short", 1), ("long", 30)):
        ends = str(int((clock.now() + timedelta(days=days)).timestamp()))
        tables.put_item(TableName="sessions", Item={"id": {"S": name}, "ends": {"N": ends}})
    clock.advance(timedelta(days=2))
    left = tables.scan(TableName="sessions")["Items"]
    tables.delete_table(TableName="sessions")
    assert [item["id"]["S"] for item in left] == ["long"]


@pytest.fixture
def get(emulator) -> Callable[[str], int]:
    with http_client(emulator.endpoint_url, emulator.certificate_authority) as http:
        yield lambda url: http.get(url).status_code


def test_a_presigned_url_expires_by_the_emulators_time(aws, clock, get):
    s3 = aws("s3", config=Config(signature_version="s3v4"))
    s3.create_bucket(Bucket="presigned")
    s3.put_object(Bucket="presigned", Key="x", Body=b"x")
    # Signatures tell whole seconds: one of the second of a jump counts as made before it.
    jumped = machine_time.timestamp().replace(microsecond=0)
    while machine_time.timestamp().replace(microsecond=0) == jumped:
        machine_time.pause(timedelta(milliseconds=20))
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "presigned", "Key": "x"}, ExpiresIn=900
    )
    # Signed by the machine's clock, days behind the emulator's, and yet not expired.
    assert get(url) == 200
    clock.advance(timedelta(minutes=14))
    assert get(url) == 200
    clock.advance(timedelta(minutes=2))
    assert get(url) == 403


def test_a_function_presigns_by_the_emulators_time(aws, create, invoke, clock, get):
    aws("s3").create_bucket(Bucket="presigned-inside")
    aws("s3").put_object(Bucket="presigned-inside", Key="x", Body=b"x")
    function = create(
        """
        import boto3
        from botocore.config import Config
        def handler(event, context):
            s3 = boto3.client("s3", config=Config(signature_version=event,
                                                  s3={"addressing_style": "path"}))
            return s3.generate_presigned_url(
                "get_object", Params={"Bucket": "presigned-inside", "Key": "x"}, ExpiresIn=900)
        """
    )
    urls = [invoke(function, version) for version in ("s3", "s3v4")]
    assert [get(url) for url in urls] == [200, 200]
    clock.advance(timedelta(minutes=16))
    assert [get(url) for url in urls] == [403, 403]
