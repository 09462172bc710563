"""What CloudFormation's registry says that it calls for a type of resource."""

from __future__ import annotations

import pytest

from harness.deploy.aws_handlers import handler_actions
from harness.errors import HarnessError


def test_a_types_handlers_say_what_they_call():
    actions = handler_actions(["AWS::SQS::Queue"])

    assert {"sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueAttributes"} <= actions
    assert {action.partition(":")[0] for action in actions} == {"sqs"}


def test_services_that_nothing_here_belongs_to_are_left_out():
    actions = handler_actions(["AWS::Lambda::Function"])

    assert "lambda:CreateFunction" in actions
    assert "iam:PassRole" in actions
    assert not any(action.startswith(("ec2:", "kms:", "elasticfilesystem:")) for action in actions)


def test_what_isnt_an_action_is_no_action():
    assert not any("." in action for action in handler_actions(["AWS::Logs::LogGroup"]))


def test_a_type_that_nobody_knows_is_refused():
    with pytest.raises(HarnessError, match=r"AWS::Own::Thing isn't known: it has no schema"):
        handler_actions(["AWS::Own::Thing"])
