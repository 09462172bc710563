"""Functions see the emulator's time, and Lambda's own waits pass with the clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)
PYTHON = """
    import datetime, time
    def handler(event, context):
        return {
            "time": time.time(),
            "now": datetime.datetime.now(datetime.UTC).timestamp(),
            "utcnow": datetime.datetime.utcnow().replace(tzinfo=datetime.UTC).timestamp(),
            "gmtime": time.mktime(time.gmtime()),
            "left": context.get_remaining_time_in_millis(),
        }
"""
NODE = """
    exports.handler = async (event, context) => ({
        time: Date.now() / 1000,
        now: new Date().getTime() / 1000,
        text: new Date(new Date().toISOString()).getTime() / 1000,
        left: context.getRemainingTimeInMillis(),
        given: [new Date(5).getTime(), new Date(2026, 0, 1) instanceof Date, typeof Date()],
    });
"""


def assert_is_now(told, clock):
    for name in told.keys() - {"left", "given"}:
        at = datetime.fromtimestamp(told[name], UTC)
        assert abs(at - clock.now()) < SOON, name
    assert 0 < told["left"] <= 10_000


@pytest.mark.parametrize(
    ("source", "members"),
    [
        pytest.param(PYTHON, {}, id="python"),
        pytest.param(NODE, {"file": "app.js", "Runtime": "nodejs20.x"}, id="node"),
    ],
)
def test_an_environment_follows_jumps_warm_and_new(source, members, create, invoke, clock):
    function = create(source, **members)
    told = invoke(function)
    assert_is_now(told, clock)
    clock.advance(timedelta(seconds=30.25))
    assert_is_now(invoke(function), clock)  # the same environment
    clock.advance(timedelta(days=400))
    assert_is_now(invoke(function), clock)  # another one: that one was idle for too long
    if "given" in told:
        assert told["given"] == [5, True, "string"]


def test_signatures_of_a_function_fit_after_a_jump_of_years(create, invoke, make_queue, clock):
    url, _ = make_queue()
    function = create(
        """
        import boto3, os
        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl=event, MessageBody="signed")
            return boto3.client("sts").get_caller_identity()["Arn"]
        """
    )
    clock.advance(timedelta(days=800))
    assert ":assumed-role/service/" in invoke(function, url)


def test_a_failed_event_is_retried_after_one_minute_and_two(aws, create, make_queue, bodies, clock):
    attempts, _ = make_queue()
    dead, dead_arn = make_queue()
    function = create(
        f"""
        import boto3, time
        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl={attempts!r}, MessageBody=str(time.time()))
            raise ValueError("always")
        """,
        DeadLetterConfig={"TargetArn": dead_arn},
    )
    aws("lambda").invoke(FunctionName=function, InvocationType="Event")
    clock.advance(timedelta(seconds=170))
    assert len(bodies(attempts)) == 2
    assert bodies(dead) == []
    clock.advance(timedelta(seconds=12))
    assert len(bodies(attempts)) == 1
    assert len(bodies(dead)) == 1


def test_an_event_isnt_retried_beyond_its_age(aws, create, make_queue, bodies, clock):
    failed, failed_arn = make_queue()
    function = create("def handler(event, context): raise ValueError('always')")
    aws("lambda").put_function_event_invoke_config(
        FunctionName=function,
        MaximumEventAgeInSeconds=90,
        DestinationConfig={"OnFailure": {"Destination": failed_arn}},
    )
    aws("lambda").invoke(FunctionName=function, InvocationType="Event")
    clock.advance(timedelta(minutes=10))
    (record,) = bodies(failed)
    assert json.loads(record)["requestContext"]["condition"] == "EventAgeExceeded"


def test_an_environment_ends_when_it_was_idle_for_long(emulator, create, invoke, clock):
    function = create("import os\ndef handler(event, context): return os.getpid()")
    invoke(function)
    clock.advance(timedelta(minutes=9))
    invoke(function)
    moved = clock.advance(timedelta(minutes=9))
    assert f"idle environment of function {function}" in [one.what for one in moved.fired]

    def living():
        from harness.observe.environments import environments_at

        found = environments_at(emulator.endpoint_url)
        return [one for one in found if one["function"] == function]

    assert len(living()) == 1
    clock.advance(timedelta(minutes=2))
    assert living() == []


def test_a_batching_window_closes_by_the_clock(aws, create, make_queue, bodies, clock, parked):
    queue, queue_arn = make_queue(VisibilityTimeout="900")
    seen, _ = make_queue()
    function = create(
        f"""
        import boto3
        def handler(event, context):
            count = str(len(event["Records"]))
            boto3.client("sqs").send_message(QueueUrl={seen!r}, MessageBody=count)
        """
    )
    mapping = aws("lambda").create_event_source_mapping(
        FunctionName=function,
        EventSourceArn=queue_arn,
        BatchSize=100,
        MaximumBatchingWindowInSeconds=300,
    )

    def enabled():
        found = aws("lambda").get_event_source_mapping(UUID=mapping["UUID"])
        assert found["State"] == "Enabled"

    eventually(enabled, within=SOON)
    aws("sqs").send_message(QueueUrl=queue, MessageBody="1")

    def received():
        found = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
        assert found["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"

    eventually(received, within=SOON)
    parked()
    clock.advance(timedelta(seconds=100))
    aws("sqs").send_message(QueueUrl=queue, MessageBody="2")
    clock.advance(timedelta(seconds=190))
    assert bodies(seen) == []
    clock.advance(timedelta(seconds=12))
    assert bodies(seen) == ["2"]
    aws("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_what_a_message_brings_about_is_over_before_the_next_jump(
    aws, create, make_queue, bodies, clock
):
    """A delayed message reaches a function, whose answer is in place when time goes on."""
    queue, queue_arn = make_queue()
    seen, _ = make_queue()
    function = create(
        f"""
        import boto3, time
        def handler(event, context):
            sent = event["Records"][0]["body"]
            text = f"{{sent}} {{time.time()}}"
            boto3.client("sqs").send_message(QueueUrl={seen!r}, MessageBody=text)
        """
    )
    aws("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=queue_arn, BatchSize=1
    )
    start = clock.now()
    for delay in (300, 100, 200):
        aws("sqs").send_message(QueueUrl=queue, MessageBody=str(delay), DelaySeconds=delay)
    clock.advance(timedelta(minutes=15))
    found = [text.split() for text in bodies(seen)]
    assert [sent for sent, _ in found] == ["100", "200", "300"]
    for sent, at in found:
        late = datetime.fromtimestamp(float(at), UTC) - start - timedelta(seconds=int(sent))
        assert abs(late) < SOON


def test_a_function_that_waits_in_a_queue_holds_no_jump_up(
    aws, create, make_queue, clock, in_thread
):
    url, _ = make_queue()
    function = create(
        """
        import boto3
        def handler(event, context):
            answer = boto3.client("sqs").receive_message(QueueUrl=event, WaitTimeSeconds=20)
            return len(answer.get("Messages", []))
        """,
        Timeout=30,
    )
    pending = clock.state()["pending"]
    answer = in_thread(
        aws("lambda").invoke, FunctionName=function, Payload=json.dumps(url).encode()
    )

    def waits():
        assert clock.state()["pending"] > pending
        assert clock.state()["in_flight"] == []

    eventually(waits, within=SOON)
    moved = clock.advance(timedelta(seconds=20))
    assert moved.unsettled == []
    assert json.loads(answer.result(20)["Payload"].read()) == 0
