"""What other programs get to work in a module's account."""

from __future__ import annotations

import boto3
import pytest

from harness.suite.tools import Tools


class Target:
    def __init__(self, **more):
        self.foreseen = []
        vars(self).update(more)

    def session(self, *, account, region):
        return boto3.Session("a key", "a secret", region_name=region)


@pytest.fixture(autouse=True)
def of_the_user(monkeypatch):
    monkeypatch.setenv("AWS_ROLE_ARN", "the user's own")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the user's own")
    monkeypatch.setenv("HARNESS_AWS_STAND_IN", "https://127.0.0.1:1")


def test_a_program_gets_the_accounts_credentials_and_nothing_of_the_users():
    variables = Tools(Target(), "111111111111", "eu-west-1").environment("lambda")

    assert variables["AWS_ACCESS_KEY_ID"] == "a key"
    assert variables["AWS_REGION"] == "eu-west-1"
    assert variables["AWS_ENDPOINT_URL"] == "https://lambda.eu-west-1.amazonaws.com"
    assert "the user's own" not in variables.values()
    assert "HARNESS_AWS_STAND_IN" not in variables
    assert "AWS_CA_BUNDLE" not in variables


def test_a_program_trusts_what_the_target_trusts():
    tools = Tools(Target(certificate_authority="ca.pem"), "111111111111", "eu-west-1")

    assert tools.environment("lambda")["AWS_CA_BUNDLE"] == "ca.pem"


def test_a_target_that_keeps_track_hears_what_is_to_come():
    target = Target()
    target.foresee = lambda *said, **where: target.foreseen.append((*said, where))

    Tools(target, "1", "eu-west-1").foresee("lambda", "CreateFunction", FunctionName="f")

    assert target.foreseen == [
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f"},
            {"account": "1", "region": "eu-west-1"},
        )
    ]


def test_other_targets_need_not_hear_it():
    Tools(Target(), "1", "eu-west-1").foresee("lambda", "CreateFunction", FunctionName="f")
