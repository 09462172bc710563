"""`aws:SecureTransport`: what came over https, and what services send."""

from __future__ import annotations

import json
import ssl
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from harness.observe.eventually import eventually

from .conftest import NUMBERS, REGION, document, refusal, statement

TLS_ONLY = statement(
    "sqs:*", effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
)


@pytest.fixture
def guarded(queue):
    """A queue that wants TLS, and no encryption at rest; its URL and ARN."""

    def create(*statements):
        return queue(Policy=document(TLS_ONLY, *statements), SqsManagedSseEnabled="false")

    return create


@pytest.mark.parametrize("who", ["root", "role"])
def test_a_request_is_secure_over_https_alone(aws, session, guarded, who):
    url, arn = guarded()
    client = session(statement("sqs:*", arn)).client if who == "role" else aws
    assert client("sqs").send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    plain = client("sqs", use_ssl=False)
    code, status, message = refusal(plain.send_message, QueueUrl=url, MessageBody="hi")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(
        f"sqs:sendmessage on resource: {arn} with an explicit deny in a resource-based policy"
    )


@pytest.mark.parametrize(("scheme", "status"), [("https", 200), ("http", 403)])
@pytest.mark.parametrize("who", ["root", "role", "nobody"])
def test_so_it_is_at_the_queues_own_url(
    emulator, aws_account, session, guarded, who, scheme, status
):
    url, arn = guarded(statement("sqs:SendMessage", Principal="*"))
    where = urlsplit(url)
    address = f"{scheme}://127.0.0.1:{where.port}{where.path}?Action=SendMessage&MessageBody=hi"
    request = AWSRequest("GET", address, headers={"Host": where.netloc})
    if who == "role":
        SigV4QueryAuth(session(statement("sqs:*", arn)).credentials, "sqs", REGION).add_auth(
            request
        )
    elif who == "root":
        root = emulator.session(account=aws_account).get_credentials()
        SigV4QueryAuth(root, "sqs", REGION).add_auth(request)
    answer = httpx.get(
        request.prepare().url,
        headers={"Host": where.netloc},
        verify=ssl.create_default_context(cafile=emulator.certificate_authority),
        timeout=30,
    )
    assert answer.status_code == status, answer.text


def test_services_call_securely(aws, guarded):
    events = aws("events")
    rule = f"rule-{next(NUMBERS)}"
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    url, arn = guarded(statement("sqs:SendMessage", Principal={"Service": "events.amazonaws.com"}))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": rule, "DetailType": "t", "Detail": "{}"}])

    def arrived():
        assert aws("sqs").receive_message(QueueUrl=url).get("Messages")

    eventually(arrived, within=timedelta(seconds=30))


def test_services_call_securely_with_a_role_as_well(aws, role, guarded):
    url, arn = guarded()
    acting = role(statement("sqs:SendMessage", arn), trusts={"Service": "states.amazonaws.com"})
    states = aws("stepfunctions")
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody": "hi"},
        "End": True,
    }
    machine = states.create_state_machine(
        name=f"machine-{next(NUMBERS)}",
        definition=json.dumps({"StartAt": "Send", "States": {"Send": send}}),
        roleArn=acting,
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]

    def succeeded():
        assert states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"

    eventually(succeeded, within=timedelta(seconds=30))
