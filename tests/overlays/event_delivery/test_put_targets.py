"""What PutTargets refuses, and in which words.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-cross-account.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

OTHER = "210987654321"
VALIDATION, DENIED = "ValidationException", "AccessDeniedException"


def arns(account):
    here, there = f"us-east-1:{account}", f"us-east-1:{OTHER}"
    return {
        "queue": f"arn:aws:sqs:{here}:orders",
        "queue elsewhere": f"arn:aws:sqs:eu-west-1:{account}:orders",
        "queue of another": f"arn:aws:sqs:{there}:orders",
        "queue of another elsewhere": f"arn:aws:sqs:eu-west-1:{OTHER}:orders",
        "topic of another": f"arn:aws:sns:{there}:orders",
        "function of another": f"arn:aws:lambda:{there}:function:orders",
        "log group of another": f"arn:aws:logs:{there}:log-group:/aws/events/orders",
        "machine": f"arn:aws:states:{here}:stateMachine:orders",
        "machine of another": f"arn:aws:states:{there}:stateMachine:orders",
        "bus elsewhere": f"arn:aws:events:eu-west-1:{account}:event-bus/orders",
        "bus of another": f"arn:aws:events:{there}:event-bus/orders",
        "destination": f"arn:aws:events:{here}:api-destination/orders/0123",
        "cluster": f"arn:aws:ecs:{here}:cluster/orders",
        "role": f"arn:aws:iam::{account}:role/deliverer",
        "role of another": f"arn:aws:iam::{OTHER}:role/deliverer",
    }


def value_error(member, value, bound):
    return (
        f"1 validation error detected: Value '{value}' at 'targets.1.member.retryPolicy.{member}' "
        f"failed to satisfy constraint: Member must have value {bound}"
    )


ROLE = {"RoleArn": "role"}
REFUSED = {
    "a queue of another region": ("queue elsewhere", {}, VALIDATION, "not in correct format"),
    "with a role as well": ("queue elsewhere", ROLE, VALIDATION, "not in correct format"),
    "of another account and region": (
        "queue of another elsewhere", ROLE, VALIDATION, "not in correct format",
    ),
    "another's queue without a role": (
        "queue of another", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "another's topic without a role": (
        "topic of another", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "another's function without a role": (
        "function of another", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "another's log group": (
        "log group of another", ROLE, DENIED,
        "Access to the resource {arn} is denied. Reason: Adding cross-account target is not "
        "permitted.",
    ),
    "another's state machine": (
        "machine of another", ROLE, DENIED, "Adding cross-account target is not permitted.",
    ),
    "a state machine without a role": (
        "machine", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "another region's bus without a role": (
        "bus elsewhere", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "another's bus without a role": (
        "bus of another", {}, VALIDATION, "RoleArn is required for target {arn}.",
    ),
    "a role of another account": (
        "bus of another", {"RoleArn": "role of another"}, DENIED,
        "Cross-account pass role is not allowed.",
    ),
    "a cluster, which nothing here serves": (
        "cluster", ROLE, "NotImplemented", "doesn't deliver events to ecs",
    ),
    "too many retries": (
        "queue", {"RetryPolicy": {"MaximumRetryAttempts": 186}}, VALIDATION,
        value_error("maximumRetryAttempts", 186, "less than or equal to 185"),
    ),
    "too old an event": (
        "queue", {"RetryPolicy": {"MaximumEventAgeInSeconds": 86_401}}, VALIDATION,
        value_error("maximumEventAgeInSeconds", 86_401, "less than or equal to 86400"),
    ),
    "a dead-letter topic": (
        "queue", {"DeadLetterConfig": {"Arn": "topic of another"}}, VALIDATION,
        "is not the ARN of an Amazon SQS queue",
    ),
    "a dead-letter queue elsewhere": (
        "queue", {"DeadLetterConfig": {"Arn": "queue elsewhere"}}, VALIDATION,
        "is not in the Region us-east-1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arn", "members", "code", "message"), REFUSED.values(), ids=REFUSED)
def test_a_target_is_refused(events, rule, aws_account, arn, members, code, message):
    known = arns(aws_account)
    members = dict(members)
    if "RoleArn" in members:
        members["RoleArn"] = known[members["RoleArn"]]
    if config := members.get("DeadLetterConfig"):
        members["DeadLetterConfig"] = {"Arn": known[config["Arn"]]}
    with pytest.raises(ClientError) as refused:
        rule.target({"Arn": known[arn], **members})
    error = refused.value.response["Error"]
    assert error["Code"] == code
    assert message.format(arn=known[arn]) in error["Message"]
    assert events.list_targets_by_rule(Rule=rule.name)["Targets"] == []


ACCEPTED = {
    "another's queue with a role": ("queue of another", ROLE),
    "another's topic with a role": ("topic of another", ROLE),
    "another's function with a role": ("function of another", ROLE),
    "another region's bus with a role": ("bus elsewhere", ROLE),
    "another's bus with a role": ("bus of another", ROLE),
    "an API destination without a role, with access off": ("destination", {}),
    "no retries": ("queue", {"RetryPolicy": {"MaximumRetryAttempts": 0}}),
    "a minute": ("queue", {"RetryPolicy": {"MaximumEventAgeInSeconds": 60}}),
}


@pytest.mark.parametrize(("arn", "members"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_target_is_accepted(events, rule, aws_account, arn, members):
    known = arns(aws_account)
    members = {**members, **({"RoleArn": known["role"]} if "RoleArn" in members else {})}
    rule.target({"Arn": known[arn], **members})
    [target] = events.list_targets_by_rule(Rule=rule.name)["Targets"]
    assert target == {"Id": "0", "Arn": known[arn], **members}


def test_a_fifo_queue_holds_no_dead_letters(rule, queue, aws_account):
    fifo = f"arn:aws:sqs:us-east-1:{aws_account}:letters.fifo"
    with pytest.raises(ClientError, match="must be a standard queue"):
        rule.target({"Arn": queue.arn, "DeadLetterConfig": {"Arn": fifo}})


def test_another_regions_bus_gets_no_rules_from_here(events, aws_account):
    bus = f"arn:aws:events:eu-west-1:{aws_account}:event-bus/default"
    with pytest.raises(ClientError) as refused:
        events.put_rule(Name="far", EventBusName=bus, EventPattern='{"source": ["a"]}')
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Cross-region API call is not allowed.",
    }


def test_another_accounts_bus_gets_no_rules_here(events):
    bus = f"arn:aws:events:us-east-1:{OTHER}:event-bus/orders"
    with pytest.raises(ClientError, match="another account's event bus") as refused:
        events.put_rule(Name="far", EventBusName=bus, EventPattern='{"source": ["a"]}')
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
