"""What a mode means, and what is told of denials."""

from __future__ import annotations

import json

import httpx
import pytest

from harness import wire
from harness.observe.calls import calls_at

from .conftest import document, refusal, statement


@pytest.fixture
def mode(emulator, aws_account):
    def set_mode(wanted):
        emulator.decide_calls(wanted, account=aws_account)

    yield set_mode
    set_mode("enforce")


def test_off_allows_everything_and_tells_nothing(emulator, aws_account, session, queue, mode):
    url, arn = queue()
    mode("off")
    assert session().client("sqs").send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    assert [one for one in emulator.denials(aws_account) if one["resource"] == arn] == []


def test_an_audit_allows_everything_and_its_fix_applied_passes(
    emulator, aws, aws_account, session, role, queue, mode
):
    url, arn = queue()
    mode("audit")
    execution = role()
    sqs = session(of=execution).client("sqs")
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    (denial,) = [one for one in emulator.denials(aws_account) if one["resource"] == arn]
    assert denial["mode"] == "audit"
    assert denial["belongs_to"] == f"identity-based policy of {execution}"

    mode("enforce")
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")[0] == "AccessDenied"
    aws("iam").put_role_policy(
        RoleName=execution.rpartition("/")[2],
        PolicyName="fix",
        PolicyDocument=document(json.loads(denial["fix"])),
    )
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]


def test_an_account_that_is_released_has_the_emulators_mode_again(emulator):
    account = emulator.new_account()
    emulator.decide_calls("audit", account=account)
    assert emulator.iam(account)["mode"] == "audit"
    emulator.release_account(account)
    assert emulator.iam(account) == {"account": account, "mode": "off", "denials": []}


def test_an_unknown_mode_is_refused(emulator):
    answer = httpx.post(
        f"{emulator.endpoint_url}{wire.IAM_PATH}", json={"mode": "strict"}, timeout=30
    )
    assert answer.status_code == 400
    assert answer.json()["message"] == ("No IAM mode is called 'strict' (enforce, audit, off).")


def test_an_operation_whose_permission_is_not_known_is_reported_and_refused(
    emulator, aws_account, session
):
    worker = session(statement("*"))
    create = worker.client("s3").create_session
    code, _, message = refusal(create, Bucket="bucket--use1-az1--x-s3")
    assert code == "AccessDenied"
    assert message == (
        f"User: {worker.arn} is not authorized to perform: s3:CreateSession: which permission "
        "s3:CreateSession needs isn't known"
    )
    assert [one for one in emulator.denials(aws_account) if one["action"] == "s3:CreateSession"]


def test_a_rest_api_with_iam_asks_policies_and_its_own(aws, emulator, session, aws_account):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    gateway = aws("apigateway")
    api = gateway.create_rest_api(name="api")
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**at, authorizationType="AWS_IAM")
    gateway.put_integration(
        **at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.put_method_response(**at, statusCode="200")
    gateway.put_integration_response(**at, statusCode="200")
    gateway.create_deployment(restApiId=api["id"], stageName="live")
    url = f"{emulator.endpoint_url}/_aws/execute-api/{api['id']}/live/"

    def call(identity):
        request = AWSRequest("GET", url)
        SigV4Auth(identity.credentials, "execute-api", "us-east-1").add_auth(request)
        return httpx.get(url, headers=dict(request.headers.items()), timeout=30)

    stranger = session()
    refused = call(stranger)
    hidden = f"arn:aws:execute-api:us-east-1:********{aws_account[-4:]}:{api['id']}/live/GET/"
    assert refused.status_code == 403
    assert refused.json() == {
        "Message": f"User: {stranger.arn} is not authorized to perform: execute-api:Invoke on "
        f"resource: {hidden}"
    }
    arn = f"arn:aws:execute-api:us-east-1:{aws_account}:{api['id']}/live/GET/"
    assert call(session(statement("execute-api:Invoke", arn))).status_code == 200


def test_the_flight_recorder_tells_who_called_and_which_statement_decided(
    emulator, aws, aws_account, session, role, queue
):
    url, arn = queue()
    sender = session(of=role(statement("sqs:SendMessage", arn)))
    sender.client("sqs").send_message(QueueUrl=url, MessageBody="hi")
    refusal(sender.client("sqs").receive_message, QueueUrl=url)
    aws("sqs").purge_queue(QueueUrl=url)

    found = calls_at(emulator.endpoint_url, aws_account).calls
    sent, refused, purged = [call for call in found if call.about.get("QueueUrl") == url][-3:]
    assert (sent.by, refused.by) == (sender.arn, sender.arn)
    assert (
        sent.decided_by
        == "Allow in statement 1 of inline policy own of role " + sender.arn.split("/")[1]
    )
    assert refused.decided_by.startswith("no identity-based policy of ")
    assert refused.decided_by.endswith(" allows sqs:ReceiveMessage")
    assert refused.decided_by in str(refused)
    assert purged.decided_by == ""
