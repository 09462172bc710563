"""What the `client` fixture notes of what it is used for."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from harness.suite.clients import Clients

ROLE = "arn:aws:iam::111111111111:role/function"
CODE = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Code": {"ZipFile": b""}}


class Target:
    def client(self, service, *, account, region, config, use_ssl):
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            endpoint_url="http://127.0.0.1:1",
        )


@pytest.mark.parametrize(
    ("members", "noted"),
    [
        ({"DurableConfig": {"ExecutionTimeout": 60}}, {("111111111111", "eu-west-1", "process")}),
        ({}, set()),
    ],
    ids=["durable", "ordinary"],
)
def test_durable_functions_are_noted_as_they_are_created(members, noted):
    created: set[tuple[str, str, str]] = set()
    client = Clients(Target(), "111111111111", "eu-west-1", created)("lambda")
    with Stubber(client) as stubber:
        stubber.add_response("create_function", {"FunctionName": "process", **members})
        client.create_function(FunctionName="process", **CODE, **members)
    assert created == noted
