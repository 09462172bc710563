"""Each service refuses in its own shape, and lets in whom its resource's policy lets in."""

from __future__ import annotations

import json

import httpx
import pytest

from harness.observe.http import http_client
from harness.observe.inbox import Inbox

from .conftest import NUMBERS, document, refusal, statement


def named(kind):
    return f"{kind}-{next(NUMBERS)}"


@pytest.mark.parametrize(
    ("service", "operation", "members", "code", "status", "wording"),
    [
        (
            "sns",
            "publish",
            {"TopicArn": "arn:aws:sns:us-east-1:{account}:none", "Message": "m"},
            "AuthorizationError",
            403,
            "perform: SNS:Publish on resource: arn:aws:sns:us-east-1:{account}:none because no "
            "identity-based policy allows the SNS:Publish action",
        ),
        (
            "lambda",
            "invoke",
            {"FunctionName": "none"},
            "AccessDeniedException",
            403,
            "perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:{account}:"
            "function:none because no identity-based policy",
        ),
        (
            "events",
            "put_rule",
            {"Name": "hourly", "ScheduleExpression": "rate(1 hour)"},
            "AccessDeniedException",
            400,
            "perform: events:PutRule on resource: arn:aws:events:us-east-1:{account}:rule/hourly",
        ),
        (
            "dynamodb",
            "get_item",
            {"TableName": "none", "Key": {"id": {"S": "1"}}},
            "AccessDeniedException",
            400,
            "perform: dynamodb:GetItem on resource: "
            "arn:aws:dynamodb:us-east-1:{account}:table/none",
        ),
        (
            "s3",
            "list_buckets",
            {},
            "AccessDenied",
            403,
            'perform: s3:ListAllMyBuckets on resource: "*" because no identity-based policy',
        ),
        (
            "secretsmanager",
            "get_secret_value",
            {"SecretId": "none"},
            "AccessDeniedException",
            400,
            "perform: secretsmanager:GetSecretValue on resource: "
            "arn:aws:secretsmanager:us-east-1:{account}:secret:none",
        ),
        (
            "iam",
            "get_role",
            {"RoleName": "none"},
            "AccessDenied",
            403,
            "perform: iam:GetRole on resource: arn:aws:iam::{account}:role/none because",
        ),
        (
            "logs",
            "create_log_group",
            {"logGroupName": "/x"},
            "AccessDeniedException",
            400,
            "perform: logs:CreateLogGroup on resource: "
            "arn:aws:logs:us-east-1:{account}:log-group:/x:log-stream: because",
        ),
        (
            "cloudformation",
            "describe_stacks",
            {"StackName": "none"},
            "AccessDenied",
            403,
            "perform: cloudformation:DescribeStacks on resource: "
            "arn:aws:cloudformation:us-east-1:{account}:stack/none/*",
        ),
        (
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": "arn:aws:states:us-east-1:{account}:stateMachine:none"},
            "AccessDeniedException",
            400,
            "perform: states:StartExecution on resource: "
            "arn:aws:states:us-east-1:{account}:stateMachine:none because",
        ),
        (
            "ssm",
            "get_parameter",
            {"Name": "/a/b"},
            "AccessDeniedException",
            400,
            "perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:{account}:parameter/a/b",
        ),
        (
            "apigateway",
            "get_rest_apis",
            {},
            "AccessDeniedException",
            403,
            "perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/restapis",
        ),
        ("cloudwatch", "list_metrics", {}, "AccessDenied", 403, "perform: cloudwatch:ListMetrics"),
        (
            "kms",
            "list_keys",
            {},
            "AccessDeniedException",
            400,
            "perform: kms:ListKeys on resource: * because no identity-based policy allows",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_service_refuses_in_its_own_shape(
    session, aws_account, service, operation, members, code, status, wording
):
    members = {
        name: value.replace("{account}", aws_account) if isinstance(value, str) else value
        for name, value in members.items()
    }
    worker = session()
    found = refusal(getattr(worker.client(service), operation), **members)
    assert found[:2] == (code, status)
    assert found[2].startswith(f"User: {worker.arn} is not authorized to ")
    assert wording.replace("{account}", aws_account) in found[2]


def test_a_caller_learns_who_it_is_without_permission(session):
    worker = session()
    assert worker.client("sts").get_caller_identity()["Arn"] == worker.arn


def test_a_topic_lets_in_whom_its_policy_names(aws, session, role):
    arn = role()
    topic = aws("sns").create_topic(Name=named("topic"))["TopicArn"]
    policy = document(statement("SNS:Publish", topic, Principal={"AWS": arn}))
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert session(of=arn).client("sns").publish(TopicArn=topic, Message="m")["MessageId"]
    code, _, _ = refusal(session().client("sns").publish, TopicArn=topic, Message="m")
    assert code == "AuthorizationError"


def test_a_bucket_lets_in_whom_its_policy_names(aws, session, aws_account):
    bucket = named("bucket") + f"-{aws_account}"
    aws("s3").create_bucket(Bucket=bucket)
    aws("s3").put_object(Bucket=bucket, Key="team/a:b", Body=b"x")
    worker = session(statement("s3:GetObject", f"arn:aws:s3:::{bucket}/team/*"))
    s3 = worker.client("s3")
    assert s3.get_object(Bucket=bucket, Key="team/a:b")["Body"].read() == b"x"
    code, status, message = refusal(s3.get_object, Bucket=bucket, Key="other")
    assert (code, status) == ("AccessDenied", 403)
    assert f'on resource: "arn:aws:s3:::{bucket}/other" because' in message
    code, _, _ = refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "team/a"}]})
    assert code == "AccessDenied"
    policy = document(
        statement("s3:GetObject", f"arn:aws:s3:::{bucket}/other", Principal={"AWS": aws_account})
    )
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    # The account is named: its roles still need a policy of their own.
    code, _, _ = refusal(s3.get_object, Bucket=bucket, Key="other")
    assert code == "AccessDenied"


def test_a_conditioned_list_shows_only_its_prefix(aws, session, aws_account):
    bucket = named("bucket") + f"-{aws_account}"
    aws("s3").create_bucket(Bucket=bucket)
    only = {"StringLike": {"s3:prefix": "home/*"}}
    s3 = session(statement("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=only)).client("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="home/ana")["KeyCount"] == 0
    assert refusal(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"


def test_a_secret_is_read_by_name_under_a_policy_for_its_arn(aws, session):
    secret = aws("secretsmanager").create_secret(Name=named("secret"), SecretString="s")
    allowed = statement("secretsmanager:GetSecretValue", secret["ARN"])
    worker = session(allowed).client("secretsmanager")
    assert worker.get_secret_value(SecretId=secret["Name"])["SecretString"] == "s"
    assert refusal(worker.delete_secret, SecretId=secret["Name"])[0] == "AccessDeniedException"


def test_a_bus_of_another_account_must_let_events_in(aws, session, aws_account, other_account):
    arn = f"arn:aws:events:us-east-1:{other_account}:event-bus/default"
    entry = {"Source": "a", "DetailType": "d", "Detail": "{}", "EventBusName": arn}
    events = session(statement("events:PutEvents", arn)).client("events")
    code, _, message = refusal(events.put_events, Entries=[entry])
    assert code == "AccessDeniedException"
    assert message.endswith("no resource-based policy allows the events:PutEvents action")
    aws("events", account=other_account).put_permission(
        EventBusName="default",
        StatementId="them",
        Action="events:PutEvents",
        Principal=aws_account,
    )
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_key_policy_without_the_account_keeps_out_who_has_a_policy(aws, session, role):
    arn = role()
    only = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    made = aws("kms").create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    key = made["KeyMetadata"]["Arn"]
    kms = session(of=arn).client("kms")
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    code, status, message = refusal(
        session(statement("kms:*")).client("kms").decrypt, CiphertextBlob=blob
    )
    assert (code, status) == ("AccessDeniedException", 400)
    assert message.endswith(
        f"perform: kms:Decrypt on resource: {key} because no resource-based policy allows the "
        "kms:Decrypt action"
    )
    # Nor is root let in that the policy doesn't name.
    assert refusal(aws("kms").describe_key, KeyId=key)[0] == "AccessDeniedException"


def test_a_grant_lets_its_grantee_use_a_key_as_far_as_it_goes(aws, session, role):
    arn = role()
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    kms = session(of=arn).client("kms")
    assert refusal(kms.encrypt, KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
    aws("kms").create_grant(
        KeyId=key,
        GranteePrincipal=arn,
        Operations=["Encrypt"],
        Constraints={"EncryptionContextSubset": {"team": "blue"}},
    )
    blue = {"team": "blue", "more": "yes"}
    blob = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=blue)["CiphertextBlob"]
    assert refusal(kms.encrypt, KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
    code, _, _ = refusal(kms.decrypt, CiphertextBlob=blob, EncryptionContext=blue)
    assert code == "AccessDeniedException"


@pytest.mark.parametrize("service", ["ses", "sesv2"])
def test_mail_is_sent_from_the_addresses_that_a_policy_names(aws, session, service):
    sender, other = "a@example.com", "b@example.com"
    for address in (sender, other):
        aws("ses").verify_email_identity(EmailAddress=address)
    only = {"StringEquals": {"ses:FromAddress": sender}}
    client = session(statement("ses:SendEmail", Condition=only)).client(service)

    def send(address):
        subject, text = {"Data": "s"}, {"Text": {"Data": "t"}}
        to = {"ToAddresses": [other]}
        if service == "ses":
            message = {"Subject": subject, "Body": text}
            return client.send_email(Source=f"A <{address}>", Destination=to, Message=message)
        content = {"Simple": {"Subject": subject, "Body": text}}
        return client.send_email(FromEmailAddress=address, Destination=to, Content=content)

    assert send(sender)["MessageId"]
    code, _, message = refusal(send, address=other)
    assert code.startswith("AccessDenied")
    assert f":identity/{other} because no identity-based policy allows" in message


def test_a_token_confirms_a_subscription_without_a_signature(emulator, aws, aws_account):
    topic, address = aws("sns").create_topic(Name=named("topic"))["TopicArn"], "me@example.com"
    aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    answers = []
    with http_client(emulator.endpoint_url) as http:

        def follow(link):
            demanding = http.get(f"{link}&AuthenticateOnUnsubscribe=true")
            answers.extend([demanding, http.get(link)])
            return answers[-1]

        Inbox(emulator.endpoint_url, aws_account).confirm(address, get=follow)
    assert [answer.status_code for answer in answers] == [403, 200]
    (found,) = aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found["SubscriptionArn"].startswith(topic)
    ended = httpx.get(
        emulator.endpoint_url,
        params={"Action": "Unsubscribe", "SubscriptionArn": found["SubscriptionArn"]},
    )
    assert ended.status_code == 200
    assert aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
