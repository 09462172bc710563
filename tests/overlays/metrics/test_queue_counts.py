"""What queues count of their messages reaches CloudWatch, in few requests.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.observe.eventually import eventually

NAME = "counted"
SIZES = (3, 5, 40)


@pytest.fixture(scope="module")
def statistics(aws):
    """Sends messages of SIZES thirty times, takes one away; returns a reader of statistics."""
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    for _ in range(30):
        for size in SIZES:
            sqs.send_message(QueueUrl=url, MessageBody="x" * size)
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def of(metric, *names):
        now = datetime.now(UTC)
        points = aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions=[{"Name": "QueueName", "Value": NAME}],
            StartTime=now - timedelta(minutes=30),
            EndTime=now + timedelta(minutes=30),
            Period=3600,
            Statistics=list(names),
        )["Datapoints"]
        return [[point[name] for name in names] + [point["Unit"]] for point in points]

    return of


@pytest.mark.parametrize(
    ("metric", "names", "expected"),
    [
        ("NumberOfMessagesSent", ["Sum", "SampleCount"], [90, 90, "Count"]),
        (
            "SentMessageSize",
            ["Sum", "Minimum", "Maximum"],
            [30 * sum(SIZES), min(SIZES), max(SIZES), "Bytes"],
        ),
        ("NumberOfMessagesReceived", ["Sum"], [1, "Count"]),
        ("NumberOfMessagesDeleted", ["Sum"], [1, "Count"]),
    ],
)
def test_a_queue_counts_its_messages(statistics, metric, names, expected):
    def told():
        assert statistics(metric, *names) == [expected]

    eventually(told, within=timedelta(seconds=20))


COUNT = """
import json
from harness.overlays.core import patching
from harness.overlays.metrics import patches, queue_counts
from localstack.services.sqs.provider import CloudwatchDispatcher
patching.apply(patches.__name__)
put = []
queue_counts.publisher._put = lambda *request: put.append(request)
queue_counts.publisher._thread = "none: nothing is put but by flush"
dispatcher = CloudwatchDispatcher()
for _ in range(1000):
    dispatcher.dispatch_sqs_metric("1" * 12, "us-east-1", "orders", "NumberOfMessagesSent")
dispatcher.shutdown()
queue_counts.publisher.flush()
counts = [datum["StatisticValues"]["SampleCount"] for request in put for datum in request[3]]
print(json.dumps([len(put), sum(counts)]))
"""


def test_a_thousand_messages_cost_one_request(in_emulator_python):
    assert json.loads(in_emulator_python(COUNT).splitlines()[-1]) == [1, 1000]
