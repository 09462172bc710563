"""What a suite hears of policies: denied with the reason, audited with the statement that helps."""

from __future__ import annotations

import json
import re

import pytest

MODULE = """\
import json
import os

import boto3
import pytest

TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def worker(client, account, target):
    iam = client("iam")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document(TRUST))["Role"]
    if given := os.environ.get("GIVEN"):
        statement = given.replace("ACCOUNT", account)
        iam.put_role_policy(
            RoleName="worker", PolicyName="given", PolicyDocument=document(json.loads(statement))
        )
    keys = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="night")["Credentials"]
    return lambda service: boto3.client(
        service,
        endpoint_url=target.secure_url,
        verify=target.certificate_authority,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_a_worker_sends(client, worker):
    url = client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    worker("sqs").send_message(QueueUrl=url, MessageBody="an order")
"""


@pytest.fixture(scope="module")
def scenarios(harness):
    """The command beside a scenario whose worker has no policy, and an emulator that stands."""
    folder = harness.folder / "scenarios" / "orders"
    folder.mkdir(parents=True)
    (folder / "test_orders.py").write_text(MODULE)
    (harness.folder / "claims.yaml").write_text("orders:\n  sent: 'a worker sends'\n")
    harness("up", "--detach")
    return harness


def test_a_failure_tells_what_was_denied_and_what_would_allow_it(scenarios):
    said = scenarios("run", "-n", "1", "-v", exit_code=1).stdout
    assert "calls that policies denied" in said
    assert re.search(r"assumed-role/worker/night is not authorized to perform: sqs:sendm", said)
    assert re.search(
        r"decided by: no identity-based policy of \S+:role/worker allows sqs:SendMessage", said
    )
    assert re.search(r'"Action": "sqs:SendMessage", "Resource": "\S+:orders"}', said)
    assert re.search(
        r"role/worker/night → sqs:SendMessage orders: AccessDenied: .* \[no iden", said
    )


def test_an_audit_passes_and_the_statement_that_it_prints_is_enough(scenarios):
    audited = scenarios("run", "-n", "2", "--iam", "audit")
    assert "Policies would have denied:" in audited.stdout
    [fix] = re.findall(r"^ +(\{.*\})$", audited.stdout, re.MULTILINE)
    found = json.loads(fix)
    account = found["Resource"].split(":")[4]
    assert found["Action"] == "sqs:SendMessage"

    scenarios("run", "-n", "1", exit_code=1)
    given = {"GIVEN": fix.replace(account, "ACCOUNT")}
    enforced = scenarios.with_variables(given)("run", "-n", "1")
    assert "It held" in enforced.stdout
    assert "denied" not in enforced.stdout


def test_off_asks_nobody(scenarios):
    off = scenarios("run", "-n", "1", "--iam", "off")
    assert "denied" not in off.stdout


def test_an_emulator_that_stands_tells_its_denials(scenarios):
    assert scenarios("iam").stdout == "Policies of 000000000000: off.\n"
    scenarios("iam", "--mode", "audit")
    state = scenarios.json("iam")
    assert state == {"account": "000000000000", "mode": "audit", "denials": []}
    assert 'Unknown mode "strict"' in scenarios("iam", "--mode", "strict", exit_code=2).stderr
