"""An event that a target doesn't take lands in that target's dead-letter queue."""

from __future__ import annotations

import json

import pytest

from harness.observe.eventually import eventually

from .conftest import SOON


@pytest.fixture(scope="module")
def missing_function(aws_account):
    return f"arn:aws:lambda:us-east-1:{aws_account}:function:missing"


def test_a_missing_target_isnt_retried(rule, dead_letters, missing_queue):
    rule.target({"Arn": missing_queue, "DeadLetterConfig": {"Arn": dead_letters.arn}})
    event_id = rule.put({"order": 7}, Resources=["arn:aws:ec2:us-east-1:1:instance/i"])
    [letter] = dead_letters.wait_for()
    assert letter["body"]["id"] == event_id
    assert letter["body"]["detail"] == {"order": 7}
    assert list(letter["body"]) == [
        "version", "id", "detail-type", "source", "account", "time", "region", "resources",
        "detail",
    ]  # fmt: skip
    message = letter["attributes"].pop("ERROR_MESSAGE")
    assert "does not exist" in message
    assert letter["attributes"] == {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": missing_queue,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }


KINDS = {
    "a topic": "arn:aws:sns:us-east-1:{account}:missing",
    "a function": "arn:aws:lambda:us-east-1:{account}:function:missing",
    "a log group": "arn:aws:logs:us-east-1:{account}:log-group:/aws/events/missing",
    "a state machine": "arn:aws:states:us-east-1:{account}:stateMachine:missing",
    "a bus": "arn:aws:events:us-east-1:{account}:event-bus/missing",
}


@pytest.mark.parametrize("arn", KINDS.values(), ids=KINDS)
def test_each_kind_of_target_may_be_missing(rule, dead_letters, aws_account, role, arn):
    target = {
        "Arn": arn.format(account=aws_account),
        "DeadLetterConfig": {"Arn": dead_letters.arn},
    }
    if ":logs:" not in arn:
        target["RoleArn"] = role
    rule.target(target)
    rule.put()
    [letter] = dead_letters.wait_for()
    assert letter["attributes"]["ERROR_CODE"] == "NO_RESOURCE"


def test_the_letter_holds_the_event_and_not_what_the_target_would_get(
    rule, dead_letters, missing_queue
):
    rule.target(
        {
            "Arn": missing_queue,
            "DeadLetterConfig": {"Arn": dead_letters.arn},
            "InputTransformer": {
                "InputPathsMap": {"order": "$.detail.order"},
                "InputTemplate": '{"number": <order>}',
            },
        }
    )
    event_id = rule.put({"order": 3})
    [letter] = dead_letters.wait_for()
    assert (letter["body"]["id"], letter["body"]["detail"]) == (event_id, {"order": 3})


def test_an_input_that_is_no_json_is_a_failure_too(rule, queue, dead_letters):
    rule.target(
        {
            "Arn": queue.arn,
            "DeadLetterConfig": {"Arn": dead_letters.arn},
            "InputTransformer": {
                "InputPathsMap": {"order": "$.detail.order"},
                "InputTemplate": '{"number": <order>, oops}',
            },
        }
    )
    rule.put()
    [letter] = dead_letters.wait_for()
    assert letter["attributes"]["ERROR_CODE"] == "INVALID_JSON"
    assert queue.take() == []


def test_targets_of_one_rule_have_queues_of_their_own(
    rule, make_queue, queue, missing_queue, missing_function
):
    first, second = make_queue(), make_queue()
    rule.target(
        {"Arn": missing_queue, "DeadLetterConfig": {"Arn": first.arn}},
        {"Arn": missing_function, "DeadLetterConfig": {"Arn": second.arn}},
        {"Arn": queue.arn},
    )
    event_id = rule.put()
    [good] = queue.wait_for()
    assert good["body"]["id"] == event_id
    for letters, arn in ((first, missing_queue), (second, missing_function)):
        [letter] = letters.wait_for()
        assert letter["attributes"]["TARGET_ARN"] == arn


def test_targets_may_share_a_queue(rule, dead_letters, missing_queue, missing_function):
    config = {"DeadLetterConfig": {"Arn": dead_letters.arn}}
    rule.target({"Arn": missing_queue, **config}, {"Arn": missing_function, **config})
    rule.put()
    letters = dead_letters.wait_for(2)
    assert {letter["attributes"]["TARGET_ARN"] for letter in letters} == {
        missing_queue,
        missing_function,
    }


def test_a_slow_target_holds_up_no_other(rule, api, destination, queue):
    rule.target(destination, {"Arn": queue.arn})
    rule.put()
    assert len(queue.wait_for()) == 1


def test_events_reach_a_target_in_order(rule, queue):
    rule.target({"Arn": queue.arn})
    ids = [rule.put({"order": number}) for number in range(30)]
    assert [message["body"]["id"] for message in queue.wait_for(30)] == ids


def test_a_disabled_rule_matches_nothing(events, make_rule, queue):
    rule, sentinel = make_rule(), make_rule()
    for one in (rule, sentinel):
        one.target({"Arn": queue.arn})
    events.disable_rule(Name=rule.name)
    rule.put()
    last = sentinel.put()
    [message] = queue.wait_for()
    assert message["body"]["id"] == last
    events.enable_rule(Name=rule.name)
    rule.put()
    queue.wait_for()


def test_two_targets_of_one_state_machine_start_two_executions(aws, rule, role):
    machines = aws("stepfunctions")
    arn = machines.create_state_machine(
        name="orders",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=role,
    )["stateMachineArn"]
    rule.target({"Arn": arn, "RoleArn": role}, {"Arn": arn, "RoleArn": role})
    event_id = rule.put()

    def both() -> None:
        found = machines.list_executions(stateMachineArn=arn)["executions"]
        assert len(found) == 2
        assert all(execution["name"].startswith(event_id) for execution in found)

    eventually(both, within=SOON)
