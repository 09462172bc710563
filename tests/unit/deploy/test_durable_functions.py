"""Which functions of a template are durable."""

from __future__ import annotations

import pytest

from harness.deploy.functions import durable_functions_in

DURABLE = {"DurableConfig": {"ExecutionTimeout": 60}}


@pytest.mark.parametrize("kind", ["AWS::Lambda::Function", "AWS::Serverless::Function"])
def test_a_function_says_so_itself(kind):
    body = {
        "Resources": {
            "Process": {"Type": kind, "Properties": DURABLE},
            "Proxy": {"Type": kind, "Properties": {}},
            "Bare": {"Type": kind},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": DURABLE},
        }
    }
    assert durable_functions_in(body) == ["Process"]


def test_sams_globals_are_for_serverless_functions_alone():
    body = {
        "Globals": {"Function": DURABLE},
        "Resources": {
            "Process": {"Type": "AWS::Serverless::Function"},
            "Proxy": {"Type": "AWS::Lambda::Function", "Properties": None},
            "Fn::ForEach::Queues": [],
        },
    }
    assert durable_functions_in(body) == ["Process"]
