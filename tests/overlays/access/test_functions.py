"""Functions act as their role: their code, their logs, their pollers; and who may invoke them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import httpx
import pytest

from harness.observe.eventually import eventually

from .conftest import NUMBERS, document, refusal, statement

A_WHILE = timedelta(seconds=30)
SENDER = """
import boto3, json, os

def handler(event, context):
    try:
        boto3.client("sqs").send_message(QueueUrl=event["url"], MessageBody="hi")
        return "sent"
    except Exception as problem:
        return str(problem)
"""
ECHO = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hi'}\n"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def package(source):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", source)
    return content.getvalue()


@pytest.fixture
def function(aws, role):
    """Creates a function: `function(SENDER, statement(…), managed=[…])` returns name, ARN, role."""

    def create(source, *statements, managed=()):
        name = f"function-{next(NUMBERS)}"
        execution = role(*statements, trusts={"Service": "lambda.amazonaws.com"})
        for arn in managed:
            aws("iam").attach_role_policy(RoleName=execution.rpartition("/")[2], PolicyArn=arn)
        created = aws("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role=execution,
            Timeout=30,
            Code={"ZipFile": package(source)},
        )
        aws("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
        return name, created["FunctionArn"], execution

    return create


def test_a_functions_code_may_do_what_its_role_allows(aws, function, queue):
    url, arn = queue()

    def result(name):
        answer = aws("lambda").invoke(FunctionName=name, Payload=json.dumps({"url": url}))
        return json.loads(answer["Payload"].read())

    name, _, _ = function(SENDER, statement("sqs:SendMessage", arn))
    assert result(name) == "sent"
    name, _, execution = function(SENDER)
    session = f"{execution.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{name}"
    assert f"User: {session} is not authorized to perform: sqs:sendmessage" in result(name)


def test_a_functions_logs_come_with_the_permission_alone(aws, emulator, aws_account, function):
    silent, _, _ = function(ECHO)
    telling, _, _ = function(ECHO, managed=[BASIC])
    for name in (silent, telling):
        aws("lambda").invoke(FunctionName=name)

    def told():
        groups = aws("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
        names = [group["logGroupName"] for group in groups]
        assert f"/aws/lambda/{telling}" in names
        assert f"/aws/lambda/{silent}" not in names
        assert [
            one
            for one in emulator.denials(aws_account)
            if f"log-group:/aws/lambda/{silent}:" in one["resource"]
        ]

    eventually(told, within=A_WHILE)


def test_a_service_invokes_with_the_functions_permission(aws, emulator, aws_account, function):
    name, arn, _ = function(ECHO, managed=[BASIC])
    topic = aws("sns").create_topic(Name=f"topic-{next(NUMBERS)}")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    aws("sns").publish(TopicArn=topic, Message="kept out")

    def kept_out():
        assert [
            one
            for one in emulator.denials(aws_account)
            if (one["principal"], one["action"], one["resource"])
            == ("sns.amazonaws.com", "lambda:InvokeFunction", arn)
        ]

    eventually(kept_out, within=A_WHILE)
    groups = aws("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")
    assert groups["logGroups"] == []
    aws("lambda").add_permission(
        FunctionName=name,
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    aws("sns").publish(TopicArn=topic, Message="let in")

    def let_in():
        groups = aws("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")
        assert groups["logGroups"]

    eventually(let_in, within=A_WHILE)


def test_another_account_invokes_with_the_functions_permission(
    aws, session, function, aws_account, other_account, role
):
    name, arn, _ = function(ECHO)
    stranger = role(statement("lambda:InvokeFunction", arn), account=other_account)
    invoke = session(of=stranger).client("lambda").invoke
    code, _, message = refusal(invoke, FunctionName=arn)
    assert code == "AccessDeniedException"
    assert message.endswith("no resource-based policy allows the lambda:InvokeFunction action")
    aws("lambda").add_permission(
        FunctionName=name,
        StatementId="them",
        Action="lambda:InvokeFunction",
        Principal=other_account,
    )
    assert invoke(FunctionName=arn)["StatusCode"] == 200


def test_a_queue_is_polled_as_the_functions_role(aws, emulator, aws_account, function, queue):
    url, arn = queue()
    receiving = statement(
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn
    )
    name, _, _ = function(ECHO, receiving, managed=[BASIC])
    aws("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn)
    aws("sqs").send_message(QueueUrl=url, MessageBody="hi")

    def polled():
        groups = aws("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")
        assert groups["logGroups"]

    eventually(polled, within=A_WHILE)
    assert not [one for one in emulator.denials(aws_account) if one["resource"] == arn]


def signed(identity, url):
    request = botocore.awsrequest.AWSRequest("GET", url)
    botocore.auth.SigV4Auth(identity.credentials, "lambda", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def status(url, headers=()):
    """Send a request to loopback, under the host name of the URL."""
    host = urlsplit(url).netloc
    address = url.replace(urlsplit(url).hostname, "127.0.0.1")
    answer = httpx.get(address, headers={**dict(headers), "Host": host}, timeout=30)
    return answer.status_code, answer.headers.get("x-amzn-ErrorType")


def test_a_function_url_with_iam_lets_in_whom_policies_let_in(aws, session, function):
    name, arn, _ = function(ECHO)
    url = aws("lambda").create_function_url_config(FunctionName=name, AuthType="AWS_IAM")[
        "FunctionUrl"
    ]
    denied = (403, "AccessDeniedException")
    assert status(url) == denied
    assert status(url, signed(session(), url)) == denied
    both = statement(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"], arn)
    assert status(url, signed(session(both), url)) == (200, None)


def test_a_functions_calls_are_secure(aws, function, queue):
    tls_only = statement(
        "sqs:*", effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
    )
    url, arn = queue(Policy=document(tls_only))
    name, _, _ = function(SENDER, statement("sqs:SendMessage", arn))
    answer = aws("lambda").invoke(FunctionName=name, Payload=json.dumps({"url": url}))
    assert json.load(answer["Payload"]) == "sent"
