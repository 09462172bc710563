"""The IAM policy that is made from what runs called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.deploy.aws_actions import actions_of
from harness.deploy.aws_policy import LARGEST, MOST, managed, policy_for, size_of, uncovered
from harness.errors import HarnessError, UsageProblem
from harness.targets.aws.calls import Calls, read_calls, write_calls

FOLDER = Path(__file__).parents[3] / "docs" / "real-aws-policies"
DOCUMENTED = {file.stem: json.loads(file.read_text()) for file in FOLDER.glob("*.json")}
OPERATIONS = {
    "as it is called": ("sqs", "SendMessage", ("sqs:SendMessage",)),
    "with tags": ("sqs", "CreateQueue", ("sqs:CreateQueue", "sqs:TagQueue")),
    "another name": ("lambda", "Invoke", ("lambda:InvokeFunction",)),
    "S3's own names": ("s3", "ListObjectVersions", ("s3:ListBucketVersions",)),
    "HTTP's methods": ("apigateway", "GetRestApi", ("apigateway:GET",)),
    "signed for another name": ("cloudwatch", "PutMetricData", ("cloudwatch:PutMetricData",)),
    "a prefix of its own": ("resourcegroupstaggingapi", "GetResources", ("tag:GetResources",)),
    "states": ("stepfunctions", "StartExecution", ("states:StartExecution",)),
    "allowed to everybody": ("sts", "GetCallerIdentity", ()),
}


@pytest.mark.parametrize(
    ("service", "operation", "actions"), OPERATIONS.values(), ids=OPERATIONS.keys()
)
def test_an_operation_needs_its_actions(service, operation, actions):
    assert actions_of(service, operation) == actions


def statements_with(policy, action):
    return [one for one in policy["Statement"] if action in one["Action"]]


def test_what_has_a_name_is_allowed_for_the_scenarios_names_alone():
    policy = policy_for([("sqs", "SendMessage")], {"iam:CreateRole"}, ["catch-all"])

    [sqs] = statements_with(policy, "sqs:SendMessage")
    assert sqs["Resource"] == ["arn:aws:sqs:*:*:catch-all*"]
    [iam] = statements_with(policy, "iam:CreateRole")
    assert iam["Resource"] == ["arn:aws:iam::*:role/catch-all*"]


def test_code_lies_in_buckets_of_the_harness_and_of_the_cdk():
    policy = policy_for([("s3", "PutObject")], (), ["catch-all"])

    [s3] = statements_with(policy, "s3:PutObject")
    assert s3["Resource"] == [
        "arn:aws:s3:::catch-all*",
        "arn:aws:s3:::aws-pattern-harness*",
        "arn:aws:s3:::cdk-hnb659fds-assets-*",
    ]


def test_a_stack_has_to_bear_its_run():
    policy = policy_for([("cloudformation", "CreateChangeSet")], (), ["catch-all"])

    [statement] = statements_with(policy, "cloudformation:CreateChangeSet")
    assert statement["Condition"] == {"Null": {"aws:RequestTag/aws-pattern-harness:run": "false"}}


def test_a_role_is_passed_to_services_of_the_scenarios_alone():
    policy = policy_for([("lambda", "CreateFunction")], (), ["catch-all"])

    [statement] = statements_with(policy, "iam:PassRole")
    services = statement["Condition"]["StringEquals"]["iam:PassedToService"]
    assert "lambda.amazonaws.com" in services
    assert "ec2.amazonaws.com" not in services
    assert statement["Resource"] == ["arn:aws:iam::*:role/catch-all*"]


def test_many_actions_that_only_look_are_named_by_their_verb():
    looks = [("sqs", "ListQueues"), ("logs", "DescribeLogGroups"), ("logs", "DescribeLogStreams")]
    few, many = (
        policy_for([*looks, *more], (), ["catch-all"])["Statement"][0]["Action"]
        for more in ([], [("logs", "DescribeQueries"), ("logs", "DeleteLogGroup")])
    )

    assert {"logs:DescribeLogGroups", "logs:DescribeLogStreams", "sqs:ListQueues"} <= set(few)
    assert {action for action in many if action.startswith("logs")} == {"logs:Describe*"}


def test_a_call_that_the_policy_doesnt_allow_is_found():
    policy = policy_for([("sqs", "SendMessage")], (), ["catch-all"])

    assert uncovered([policy], [("sqs", "SendMessage"), ("sts", "GetCallerIdentity")]) == []
    assert uncovered([policy], [("sqs", "PurgeQueue")]) == ["sqs:PurgeQueue"]


def test_a_key_has_to_bear_a_run():
    policy = policy_for([("kms", "DisableKey")], {"kms:CreateKey"}, ["catch-all"])

    [disabling] = statements_with(policy, "kms:DisableKey")
    assert disabling["Resource"] == ["arn:aws:kms:*:*:key/*"]
    assert disabling["Condition"] == {"Null": {"aws:ResourceTag/aws-pattern-harness:run": "false"}}
    [making] = statements_with(policy, "kms:CreateKey")
    assert making["Condition"] == {"Null": {"aws:RequestTag/aws-pattern-harness:run": "false"}}


def test_an_alias_is_named_and_its_key_bears_a_run():
    policy = policy_for([("kms", "CreateAlias")], (), ["catch-all"])

    alias, key = statements_with(policy, "kms:CreateAlias")
    assert alias["Resource"] == ["arn:aws:kms:*:*:alias/catch-all*"]
    assert key["Resource"] == ["arn:aws:kms:*:*:key/*"]


def pairs(*policies):
    return sorted(
        (action, resource)
        for policy in policies
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    )


def test_a_long_policy_is_shared_out_without_loss():
    actions = {f"lambda:Operation{number:03}WithAName" for number in range(400)}
    whole = policy_for([("sqs", "SendMessage")], actions, ["catch-all"])

    shared = managed(whole)

    assert len(shared) > 1
    assert all(size_of(one) <= LARGEST for one in shared.values())
    assert pairs(*shared.values()) == pairs(whole)
    for one in shared.values():
        names = [statement["Sid"] for statement in one["Statement"]]
        assert len(names) == len(set(names))


def test_more_than_a_user_can_have_is_refused():
    actions = {f"lambda:Operation{number:04}WithAName" for number in range(3000)}

    with pytest.raises(HarnessError, match="a user has 10 at most"):
        managed(policy_for([], actions, ["catch-all"]))


def test_the_documented_policies_are_such_that_iam_takes():
    assert 0 < len(DOCUMENTED) <= MOST
    for policy in DOCUMENTED.values():
        assert size_of(policy) <= LARGEST
        assert policy["Version"] == "2012-10-17"
        names = [statement["Sid"] for statement in policy["Statement"]]
        assert len(names) == len(set(names))
        assert all(name.isalnum() for name in names)


def test_the_documented_policies_change_nothing_that_has_no_name():
    [everywhere] = [
        one
        for policy in DOCUMENTED.values()
        for one in policy["Statement"]
        if one["Resource"] == ["*"] and "Condition" not in one
    ]
    changes = {
        action
        for action in everywhere["Action"]
        if not action.partition(":")[2].startswith(("Describe", "List", "Get"))
    }

    assert changes == {
        "execute-api:Invoke",
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "logs:DeleteResourcePolicy",
        "logs:PutResourcePolicy",
    }


class Model:
    """botocore's model of an operation, as far as counting looks at it."""

    def __init__(self, service, name):
        self.name = name
        self.service_model = type("Service", (), {"service_name": service})


def test_calls_are_counted_over_processes_and_read_back(tmp_path):
    calls, file = Calls(), tmp_path / "report" / "calls.json"
    calls._note(model=Model("sqs", "SendMessage"), params={"body": "a secret"})
    calls.add([{"service": "sqs", "operation": "SendMessage", "count": 2}])
    calls.add([{"service": "s3", "operation": "PutObject", "count": 1}])

    write_calls(file, "aws-stand-in", calls)

    assert json.loads(file.read_text()) == {
        "target": "aws-stand-in",
        "calls": [
            {"service": "s3", "operation": "PutObject", "count": 1},
            {"service": "sqs", "operation": "SendMessage", "count": 3},
        ],
    }
    assert read_calls(file) == {("s3", "PutObject"), ("sqs", "SendMessage")}


def test_a_file_that_no_run_wrote_is_refused(tmp_path):
    file = tmp_path / "calls.json"
    file.write_text("[]")

    with pytest.raises(UsageProblem, match=r"doesn't say what a run called"):
        read_calls(file)
