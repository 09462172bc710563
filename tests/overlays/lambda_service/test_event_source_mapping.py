"""SQS event source mappings: batches, what is deleted, what comes back.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

from .conftest import SOON

# Answers as its first message's body says, and tells a second queue what it got.
CONSUMER = """
import json, os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    records = event["Records"]
    sqs.send_message(QueueUrl=os.environ["HEARD"], MessageBody=json.dumps(records))
    answer = json.loads(records[0]["body"])
    if answer == "raise":
        raise ValueError("asked to fail")
    return json.loads(json.dumps(answer).replace("<id>", records[0]["messageId"]))
"""


class Mapping:
    """A queue, the function it feeds, and what that function heard."""

    def __init__(self, sqs, url, heard, uuid, receive):
        self.sqs, self.url, self.heard, self.uuid, self.receive = sqs, url, heard, uuid, receive

    def send(self, *answers):
        """Send messages, all at once."""
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(answer)}
            for number, answer in enumerate(answers)
        ]
        self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def delivered(self):
        """Wait for the function's next batch, and return its records."""
        return json.loads(self.receive(self.heard)["Body"])

    def left(self):
        """Return how many messages are in the queue, whether visible or in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def is_emptied(self):
        def empty():
            assert self.left() == 0

        eventually(empty, within=SOON)


@pytest.fixture(scope="module")
def mapping_of(aws, create, make_queue, receive, lambda_client):
    """Makes a queue with a consumer: `mapping_of(BatchSize=5)`."""

    def mapping(queue="queue-{}", attributes=None, **members):
        url, arn = make_queue(queue, **(attributes or {}))
        heard, _ = make_queue()
        function = create(CONSUMER, Environment={"Variables": {"HEARD": heard}})
        made = lambda_client.create_event_source_mapping(
            EventSourceArn=arn, FunctionName=function, **members
        )
        return Mapping(aws("sqs"), url, heard, made["UUID"], receive)

    return mapping


@pytest.fixture(scope="module")
def plain(mapping_of):
    return mapping_of()


@pytest.fixture(scope="module")
def reporting(mapping_of):
    return mapping_of(FunctionResponseTypes=["ReportBatchItemFailures"], BatchSize=1)


def test_a_message_comes_as_a_record(plain, aws_account):
    plain.sqs.send_message(
        QueueUrl=plain.url,
        MessageBody='{"n": 1}',
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "red"}},
    )
    (record,) = plain.delivered()
    assert record["body"] == '{"n": 1}'
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].startswith(f"arn:aws:sqs:us-east-1:{aws_account}:")
    assert record["awsRegion"] == "us-east-1"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"
    assert record["md5OfBody"]
    assert record["messageId"]
    assert record["receiptHandle"]
    plain.is_emptied()


def test_a_message_that_is_handled_is_deleted(plain):
    plain.send({"fine": True})
    plain.delivered()
    plain.is_emptied()


def test_a_failed_batch_comes_back_after_the_visibility_timeout(mapping_of):
    mapping = mapping_of(attributes={"VisibilityTimeout": "3"})
    mapping.send("raise")
    first, second = mapping.delivered(), mapping.delivered()
    assert first[0]["messageId"] == second[0]["messageId"]
    assert second[0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_what_fails_too_often_goes_to_the_dead_letter_queue(mapping_of, make_queue, receive):
    dead, dead_arn = make_queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    mapping = mapping_of(attributes={"VisibilityTimeout": "3", "RedrivePolicy": redrive})
    mapping.send("raise")
    assert receive(dead)["Body"] == '"raise"'


HANDLED = {
    "no failures": {"batchItemFailures": []},
    "null failures": {"batchItemFailures": None},
    "an empty object": {},
    "null": None,
}


@pytest.mark.parametrize("answer", HANDLED.values(), ids=HANDLED)
def test_an_answer_without_failures_is_complete_success(reporting, answer):
    reporting.send(answer)
    reporting.delivered()
    reporting.is_emptied()


FAILED = {
    "a raised error": "raise",
    "an empty identifier": {"batchItemFailures": [{"itemIdentifier": ""}]},
    "a null identifier": {"batchItemFailures": [{"itemIdentifier": None}]},
    "another key": {"batchItemFailures": [{"id": "<id>"}]},
    "an identifier of another batch": {"batchItemFailures": [{"itemIdentifier": "other"}]},
}


@pytest.mark.parametrize("answer", FAILED.values(), ids=FAILED)
def test_an_answer_that_names_no_message_is_complete_failure(mapping_of, answer):
    mapping = mapping_of(
        attributes={"VisibilityTimeout": "3"},
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    mapping.send(answer)
    assert mapping.delivered()[0]["messageId"] == mapping.delivered()[0]["messageId"]


def test_only_the_messages_named_as_failed_come_back(mapping_of):
    mapping = mapping_of(
        attributes={"VisibilityTimeout": "3"},
        FunctionResponseTypes=["ReportBatchItemFailures"],
        BatchSize=2,
        MaximumBatchingWindowInSeconds=1,
    )
    mapping.send({"batchItemFailures": [{"itemIdentifier": "<id>"}]}, {"fine": True})
    first = mapping.delivered()
    assert len(first) == 2
    (again,) = mapping.delivered()
    assert again["messageId"] == first[0]["messageId"]


def test_without_reporting_an_answer_says_nothing(plain):
    plain.send({"batchItemFailures": [{"itemIdentifier": "<id>"}]})
    plain.delivered()
    plain.is_emptied()


def test_a_batching_window_gathers_messages(mapping_of):
    mapping = mapping_of(BatchSize=3, MaximumBatchingWindowInSeconds=20)
    for number in (1, 2, 3):
        mapping.send(number)
    assert [record["body"] for record in mapping.delivered()] == ["1", "2", "3"]


def test_a_filter_drops_what_doesnt_match(mapping_of):
    pattern = json.dumps({"body": {"kind": ["order"]}})
    mapping = mapping_of(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    mapping.send({"kind": "spam"}, {"kind": "order"})
    assert [json.loads(record["body"])["kind"] for record in mapping.delivered()] == ["order"]
    mapping.is_emptied()


def test_a_fifo_queue_keeps_its_order(mapping_of):
    mapping = mapping_of(
        queue="queue-{}.fifo",
        attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
        BatchSize=1,
    )
    for number in range(5):
        mapping.sqs.send_message(
            QueueUrl=mapping.url, MessageBody=str(number), MessageGroupId="one"
        )
    assert [mapping.delivered()[0]["body"] for _ in range(5)] == ["0", "1", "2", "3", "4"]


def test_a_disabled_mapping_delivers_nothing_until_it_is_enabled(mapping_of, lambda_client):
    mapping = mapping_of(Enabled=False)
    mapping.send({"n": 1})
    lambda_client.update_event_source_mapping(UUID=mapping.uuid, Enabled=True)
    assert mapping.delivered()[0]["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_queue_that_hides_messages_for_less_than_the_functions_timeout_is_refused(
    lambda_client, create, make_queue
):
    function = create(CONSUMER, Timeout=60)
    _, arn = make_queue(VisibilityTimeout="30")
    with pytest.raises(ClientError) as refused:
        lambda_client.create_event_source_mapping(EventSourceArn=arn, FunctionName=function)
    assert refused.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": (
            "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
        ),
    }


def test_a_large_batch_needs_a_window(lambda_client, create, make_queue):
    _, arn = make_queue()
    with pytest.raises(ClientError) as refused:
        lambda_client.create_event_source_mapping(
            EventSourceArn=arn, FunctionName=create(CONSUMER), BatchSize=11
        )
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert refused.value.response["Error"]["Message"] == (
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater "
        "than 10"
    )


def test_a_deleted_mapping_is_gone_soon(mapping_of, lambda_client):
    mapping = mapping_of()
    lambda_client.delete_event_source_mapping(UUID=mapping.uuid)

    def gone():
        with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
            lambda_client.get_event_source_mapping(UUID=mapping.uuid)

    eventually(gone, within=timedelta(seconds=10))
