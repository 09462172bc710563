"""The `clock` fixture's clock on a real emulator: the README's example, and a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.suite.clock import Clock


@pytest.fixture
def clock(emulator):
    return Clock(emulator.time, longest_wait=timedelta(0), tell=lambda *_, **__: None)


def test_a_job_comes_back_when_nobody_finishes_it(aws, clock):
    sqs = aws("sqs")
    queue = sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "300"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a job")
    sqs.receive_message(QueueUrl=queue)
    clock.advance(minutes=4, seconds=59)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    clock.advance(seconds=1)
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "a job"


def test_a_year_passes_at_once(aws, clock):
    before = clock.now()
    clock.advance(days=365)
    assert clock.now() - before >= timedelta(days=365)
    told = aws("sts").get_caller_identity()
    date = told["ResponseMetadata"]["HTTPHeaders"]["date"]
    assert date.split()[3] == str(clock.now().year)


def test_where_it_stands_is_told_with_the_seed(emulator, clock):
    clock.advance(days=2)
    assert "ahead of this machine, seed 0" in emulator.time.describe()
