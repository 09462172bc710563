"""Step Functions: waits, retries, timeouts and heartbeats pass with the clock."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest
from botocore.config import Config

from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)


@pytest.fixture(scope="module")
def states(aws):
    return aws("stepfunctions")


@pytest.fixture(scope="module")
def machine(states, role):
    """Makes a state machine of states in a row, and returns its ARN."""
    numbers = itertools.count()

    def make(definition, **members):
        return states.create_state_machine(
            name=f"machine-{next(numbers)}",
            roleArn=role,
            definition=json.dumps(definition),
            **members,
        )["stateMachineArn"]

    return make


class Execution:
    def __init__(self, states, arn):
        self._states, self.arn = states, arn

    @property
    def status(self):
        return self._states.describe_execution(executionArn=self.arn)["status"]

    @property
    def output(self):
        return json.loads(self._states.describe_execution(executionArn=self.arn)["output"])

    @property
    def error(self):
        return self._states.describe_execution(executionArn=self.arn).get("error")

    def times(self, kind):
        """Seconds from the execution's start to each event of a kind."""
        events = self._states.get_execution_history(executionArn=self.arn)["events"]
        start = events[0]["timestamp"]
        return [
            round((e["timestamp"] - start).total_seconds()) for e in events if e["type"] == kind
        ]


@pytest.fixture
def execution_of(states, machine, parked):
    """Starts an execution of one state, and returns it when it waits."""

    def start(state, given=None, **more):
        definition = {"StartAt": "It", "States": {"It": {**state, "End": True}}, **more}
        arn = states.start_execution(
            stateMachineArn=machine(definition), input=json.dumps(given or {})
        )["executionArn"]
        parked()
        return Execution(states, arn)

    return start


def test_a_wait_state_ends_when_the_clock_says_so(execution_of, clock):
    execution = execution_of({"Type": "Wait", "Seconds": 3600})
    clock.advance(timedelta(seconds=3590))
    assert execution.status == "RUNNING"
    moved = clock.advance(timedelta(seconds=10))
    assert execution.status == "SUCCEEDED"
    assert "Wait state It" in [one.what for one in moved.fired]


def test_a_wait_until_an_instant_ends_at_it(execution_of, clock):
    at = clock.now().replace(microsecond=0) + timedelta(days=30)
    execution = execution_of({"Type": "Wait", "Timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    clock.advance_to(at - timedelta(seconds=30))
    assert execution.status == "RUNNING"
    clock.advance_to(at)
    assert execution.status == "SUCCEEDED"


def test_a_stopped_execution_leaves_no_timer(execution_of, states, clock, parked):
    before = clock.state()["pending"]
    execution = execution_of({"Type": "Wait", "Seconds": 3600})
    assert clock.state()["pending"] == before + 1
    states.stop_execution(executionArn=execution.arn)
    parked()
    assert execution.status == "ABORTED"
    assert clock.state()["pending"] == before


def test_branches_and_iterations_wait_side_by_side(execution_of, clock):
    wait = {"Type": "Wait", "SecondsPath": "$", "End": True}
    branch = {"Type": "Wait", "Seconds": 60, "End": True}
    every = {
        "Type": "Map",
        "ItemsPath": "$.delays",
        "ItemProcessor": {"StartAt": "Item", "States": {"Item": wait}},
        "End": True,
    }
    execution = execution_of(
        {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "One", "States": {"One": branch}},
                {"StartAt": "Each", "States": {"Each": every}},
            ],
        },
        {"delays": [90, 10, 30]},
    )
    clock.advance(timedelta(seconds=80))
    assert execution.status == "RUNNING"
    clock.advance(timedelta(seconds=10))
    assert execution.status == "SUCCEEDED"
    assert execution.times("WaitStateExited") == pytest.approx([10, 30, 60, 90], abs=9)


def test_retries_back_off_by_the_clock(execution_of, create, clock):
    function = create("def handler(event, context): raise ValueError('always')")
    execution = execution_of(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": function},
            "Retry": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "IntervalSeconds": 60,
                    "BackoffRate": 2,
                    "MaxAttempts": 3,
                }
            ],
        }
    )
    clock.advance(timedelta(seconds=410))
    assert execution.status == "RUNNING"
    clock.advance(timedelta(seconds=15))
    assert execution.status == "FAILED"
    tried = execution.times("TaskScheduled")
    failed = execution.times("TaskFailed")
    assert [next_ - last for last, next_ in zip(failed, tried[1:], strict=False)] == [60, 120, 240]


def test_jitter_is_the_same_in_each_run_with_the_same_seed(emulator, clock):
    assert clock.state()["seed"] == 0


def _waits_for_token(url, **limits):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
        **limits,
    }


def test_a_task_without_an_answer_times_out(execution_of, make_queue, clock):
    url, _ = make_queue()
    execution = execution_of(_waits_for_token(url, TimeoutSeconds=300))
    clock.advance(timedelta(seconds=290))
    assert execution.status == "RUNNING"
    clock.advance(timedelta(seconds=10))
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")


def test_heartbeats_put_a_timeout_off(execution_of, make_queue, states, bodies, clock):
    url, _ = make_queue()
    execution = execution_of(_waits_for_token(url, HeartbeatSeconds=60, TimeoutSeconds=3600))
    (token,) = bodies(url)
    for _ in range(3):
        clock.advance(timedelta(seconds=40))
        states.send_task_heartbeat(taskToken=token)
    assert execution.status == "RUNNING"
    clock.advance(timedelta(seconds=61))
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")


def test_an_answer_comes_in_time(execution_of, make_queue, states, bodies, clock, parked):
    url, _ = make_queue()
    execution = execution_of(_waits_for_token(url, TimeoutSeconds=31_536_000))
    (token,) = bodies(url)
    clock.advance(timedelta(days=364))
    states.send_task_success(taskToken=token, output='"well"')
    parked()
    assert (execution.status, execution.output) == ("SUCCEEDED", "well")


def test_a_machine_times_out(execution_of, clock):
    execution = execution_of({"Type": "Wait", "Seconds": 7200}, TimeoutSeconds=3600)
    clock.advance(timedelta(seconds=3590))
    assert execution.status == "RUNNING"
    clock.advance(timedelta(seconds=10))
    assert execution.status == "TIMED_OUT"


def test_a_nested_execution_is_noticed_in_the_instant_of_its_end(execution_of, machine, clock):
    inner = machine(
        {"StartAt": "In", "States": {"In": {"Type": "Wait", "Seconds": 600, "End": True}}}
    )
    execution = execution_of(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": inner},
        }
    )
    clock.advance(timedelta(days=1))
    assert execution.status == "SUCCEEDED"
    assert execution.times("ExecutionSucceeded") == pytest.approx([600], abs=9)


def test_an_express_execution_waits_while_its_caller_does(aws, machine, clock, in_thread, parked):
    states = aws("stepfunctions", config=Config(inject_host_prefix=False))
    arn = machine(
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 120, "End": True}}},
        type="EXPRESS",
    )
    pending = clock.state()["pending"]
    answer = in_thread(states.start_sync_execution, stateMachineArn=arn)

    def waits():
        assert clock.state()["pending"] > pending

    eventually(waits, within=SOON)
    parked()
    moved = clock.advance(timedelta(seconds=120))
    assert moved.unsettled == []
    assert answer.result(10)["status"] == "SUCCEEDED"


def test_a_poll_for_an_activitys_task_ends_after_a_minute(states, clock, in_thread, parked):
    activity = states.create_activity(name="activity")["activityArn"]
    pending = clock.state()["pending"]
    polling = in_thread(states.get_activity_task, activityArn=activity)

    def waits():
        assert clock.state()["pending"] > pending

    eventually(waits, within=SOON)
    parked()
    clock.advance(timedelta(seconds=60))
    assert not polling.result(10).get("taskToken")
