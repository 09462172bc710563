"""SQS: visibility, delay, retention and long polls pass with the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture(scope="module")
def sqs(aws):
    return aws("sqs")


def test_a_message_comes_back_when_its_visibility_timeout_is_over(sqs, make_queue, clock):
    url, _ = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="work")
    assert sqs.receive_message(QueueUrl=url, VisibilityTimeout=300)["Messages"]

    clock.advance(timedelta(seconds=290))
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    moved = clock.advance(timedelta(seconds=10))
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "work"
    assert [one.what for one in moved.fired] == [
        f"visibility timeout in queue {url.rpartition('/')[2]}"
    ]


def test_a_changed_visibility_timeout_counts_from_the_change(sqs, make_queue, clock):
    url, _ = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="work")
    received = sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"][0]
    clock.advance(timedelta(seconds=30))
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=600
    )
    clock.advance(timedelta(seconds=590))
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    clock.advance(timedelta(seconds=10))
    assert "Messages" in sqs.receive_message(QueueUrl=url)


def test_a_deleted_message_leaves_no_timer(sqs, make_queue, clock):
    url, _ = make_queue()
    before = clock.state()["pending"]
    sqs.send_message(QueueUrl=url, MessageBody="work")
    received = sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    assert clock.state()["pending"] == before


def test_delayed_messages_appear_in_the_order_of_their_delays(sqs, make_queue, clock, bodies):
    url, _ = make_queue()
    for delay in (900, 60, 300):
        sqs.send_message(QueueUrl=url, MessageBody=str(delay), DelaySeconds=delay)
    assert bodies(url) == []
    clock.advance(timedelta(seconds=60))
    assert bodies(url) == ["60"]
    clock.advance(timedelta(seconds=830))
    assert bodies(url) == ["300"]
    clock.advance(timedelta(seconds=10))
    assert bodies(url) == ["900"]


def test_messages_are_dropped_after_the_retention_period(sqs, make_queue, clock, bodies):
    url, _ = make_queue(MessageRetentionPeriod="3600")
    sqs.send_message(QueueUrl=url, MessageBody="old")
    clock.advance(timedelta(seconds=1800))
    sqs.send_message(QueueUrl=url, MessageBody="young")
    clock.advance(timedelta(seconds=1800))
    assert bodies(url) == ["young"]


def test_a_shorter_retention_period_counts_at_once(sqs, make_queue, clock, bodies):
    url, _ = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="old")
    clock.advance(timedelta(seconds=300))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    clock.advance(timedelta(seconds=1))
    assert bodies(url) == []


def test_a_long_poll_ends_empty_when_its_time_is_over(sqs, make_queue, clock, in_thread, parked):
    url, _ = make_queue()
    polling = in_thread(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
    while not clock.state()["pending"]:
        pass
    parked()
    moved = clock.advance(timedelta(seconds=20))
    assert "Messages" not in polling.result(10)
    assert "a long poll of a queue" in [one.what for one in moved.fired]


def test_a_long_poll_gets_what_appears_meanwhile(sqs, make_queue, clock, in_thread, parked):
    url, _ = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=10)
    pending = clock.state()["pending"]
    polling = in_thread(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
    while clock.state()["pending"] == pending:
        pass
    parked()
    clock.advance(timedelta(seconds=15))
    assert polling.result(10)["Messages"][0]["Body"] == "delayed"


def test_a_fifo_group_is_blocked_until_its_message_is_back(sqs, make_queue, clock):
    url, _ = make_queue("queue-{}.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for body in ("first", "second"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="group")
    assert sqs.receive_message(QueueUrl=url, VisibilityTimeout=300)["Messages"][0]["Body"] == (
        "first"
    )
    clock.advance(timedelta(seconds=290))
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    clock.advance(timedelta(seconds=10))
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "first"


def test_a_message_is_deduplicated_for_five_minutes(sqs, make_queue, clock, bodies):
    url, _ = make_queue("queue-{}.fifo", FifoQueue="true", ContentBasedDeduplication="true")

    def send():
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="group")

    send()
    assert bodies(url) == ["same"]
    clock.advance(timedelta(seconds=290))
    send()
    assert bodies(url) == []
    clock.advance(timedelta(seconds=11))
    send()
    assert bodies(url) == ["same"]


def test_a_move_keeps_the_pace_that_was_asked_for(sqs, make_queue, clock, bodies, parked):
    dead, dead_arn = make_queue()
    source, source_arn = make_queue(
        RedrivePolicy=f'{{"deadLetterTargetArn": "{dead_arn}", "maxReceiveCount": "1"}}'
    )
    for number in range(3):
        sqs.send_message(QueueUrl=dead, MessageBody=str(number))
    sqs.start_message_move_task(
        SourceArn=dead_arn, DestinationArn=source_arn, MaxNumberOfMessagesPerSecond=1
    )
    parked()
    moved = []
    for _ in range(3):
        moved.append(len(bodies(source)))
        clock.advance(timedelta(seconds=1))
    moved.append(len(bodies(source)))
    assert sum(moved) == 3
    assert max(moved) <= 2, "time ran on by itself, but not by seconds"


def test_what_a_queue_counts_keeps_no_jump_waiting(aws, sqs, make_queue, clock):
    url, _ = make_queue()
    began = clock.now()
    batch = [{"Id": str(number), "MessageBody": "work"} for number in range(10)]
    for _ in range(50):
        sqs.send_message_batch(QueueUrl=url, Entries=batch)
    assert clock.state()["in_flight"] == []

    clock.advance(timedelta(seconds=1))
    [counted] = aws("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesSent",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=began - timedelta(minutes=5),
        EndTime=began + timedelta(minutes=55),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    assert counted["Sum"] == 500
