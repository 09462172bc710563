"""A service keeps no policy that it couldn't evaluate, and refuses it in its own words."""

from __future__ import annotations

import json

import pytest

from .conftest import NUMBERS, document, refusal, statement

NOBODY = "arn:aws:iam::{account}:role/nobody"
SOMEBODY = {"Principal": "*"}
MANY = [f"arn:aws:sqs:us-east-1:111111111111:{number:05}" for number in range(300)]


def named(kind):
    return f"{kind}-{next(NUMBERS)}"


@pytest.fixture(scope="module")
def write(aws, queue):
    """Writes a policy for a new resource of a service: `write("sqs", document)`."""

    def to_queue(text):
        aws("sqs").set_queue_attributes(QueueUrl=queue()[0], Attributes={"Policy": text})

    def to_new_queue(text):
        aws("sqs").create_queue(QueueName=named("queue"), Attributes={"Policy": text})

    def to_topic(text):
        topic = aws("sns").create_topic(Name=named("topic"))["TopicArn"]
        members = {"AttributeName": "Policy", "AttributeValue": text}
        aws("sns").set_topic_attributes(TopicArn=topic, **members)

    def to_key(text):
        key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
        aws("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=text)

    def to_bucket(text):
        name = named("bucket-of-policies")
        aws("s3").create_bucket(Bucket=name)
        aws("s3").put_bucket_policy(Bucket=name, Policy=text.replace("BUCKET", name))

    def to_secret(text):
        secret = aws("secretsmanager").create_secret(Name=named("secret"), SecretString="s")
        aws("secretsmanager").put_resource_policy(SecretId=secret["ARN"], ResourcePolicy=text)

    def to_bus(text):
        aws("events").put_permission(Policy=text)

    def to_logs(text):
        aws("logs").put_resource_policy(policyName="logs", policyDocument=text)

    def to_api(text):
        aws("apigateway").create_rest_api(name=named("api"), policy=text)

    ways = {
        "sqs": to_queue,
        "sqs create": to_new_queue,
        "sns": to_topic,
        "kms": to_key,
        "s3": to_bucket,
        "secretsmanager": to_secret,
        "events": to_bus,
        "logs": to_logs,
        "apigateway": to_api,
    }
    return lambda service, text: ways[service](text)


PARAMETER = ("InvalidAttributeValue", "Invalid value for the parameter Policy.")
KEY = "MalformedPolicyDocumentException"
SECRET = (KEY, "This resource policy contains a syntax error.")
API = (
    "BadRequestException",
    "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
)
NO_PRINCIPAL = document(statement("*"))
UNKNOWN = document(statement("*", Principal={"AWS": NOBODY}))


@pytest.mark.parametrize(
    ("service", "text", "code", "message"),
    [
        ("sqs", "{", *PARAMETER),
        ("sqs create", "{", *PARAMETER),
        ("sqs", NO_PRINCIPAL, *PARAMETER),
        ("sqs", UNKNOWN, *PARAMETER),
        ("sqs", document(statement("s3:GetObject", **SOMEBODY)), *PARAMETER),
        ("sns", "{", "InvalidParameter", "Invalid parameter: Policy Error: null"),
        ("sns", UNKNOWN, "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound"),
        (
            "sns",
            document(statement("sqs:SendMessage", **SOMEBODY)),
            "InvalidParameter",
            "Invalid parameter: Policy statement action out of service scope!",
        ),
        ("kms", "{", KEY, "The policy is malformed."),
        ("kms", NO_PRINCIPAL, KEY, "The policy is malformed."),
        (
            "kms",
            UNKNOWN,
            KEY,
            "Policy contains a statement with one or more invalid principals.",
        ),
        (
            "kms",
            document(statement("kms:Encrypt", **SOMEBODY)),
            KEY,
            "The new key policy will not allow you to update the key policy in the future.",
        ),
        (
            "s3",
            "[]",
            "MalformedPolicy",
            "Policies must be valid JSON and the first byte must be '{'",
        ),
        ("s3", NO_PRINCIPAL, "MalformedPolicy", "Missing required field Principal"),
        (
            "s3",
            document(statement("s3:GetObject", "arn:aws:s3:::another/*", **SOMEBODY)),
            "MalformedPolicy",
            "Policy has invalid resource",
        ),
        (
            "s3",
            document(statement("sqs:*", "arn:aws:s3:::BUCKET", **SOMEBODY)),
            "MalformedPolicy",
            "Policy has invalid action",
        ),
        (
            "s3",
            document(statement("s3:*", "arn:aws:s3:::BUCKET", Principal={"AWS": NOBODY})),
            "MalformedPolicy",
            "Invalid principal in policy",
        ),
        ("secretsmanager", NO_PRINCIPAL, *SECRET),
        ("events", "{", "ValidationException", "The policy is malformed."),
        ("logs", "{", "InvalidParameterException", "The policy is malformed."),
        ("apigateway", "{", *API),
    ],
)
def test_a_resources_policy(write, aws_account, service, text, code, message):
    said = refusal(write, service=service, text=text.replace("{account}", aws_account))
    assert said == (code, 400, message)


@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("sqs", document(statement("SQS:SendMessage", **SOMEBODY))),
        ("sns", document(statement("sns:Publish", Principal={"Service": "s3.amazonaws.com"}))),
        ("kms", document(statement("kms:*", Principal={"AWS": "{account}"}))),
        ("s3", document(statement("s3:GetObject", "arn:aws:s3:::BUCKET/*", **SOMEBODY))),
        ("secretsmanager", document(statement("secretsmanager:GetSecretValue", **SOMEBODY))),
        ("events", document(statement("events:PutEvents", **SOMEBODY))),
        ("logs", document(statement("logs:*", Principal={"Service": "es.amazonaws.com"}))),
        ("apigateway", document(statement("execute-api:Invoke", **SOMEBODY))),
    ],
)
def test_a_resources_policy_that_is_one(write, aws_account, service, text):
    assert write(service, text.replace("{account}", aws_account)) is None


def test_a_key_can_be_locked_on_demand(aws, aws_account):
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    locked = document(statement("kms:Encrypt", **SOMEBODY))
    put = {"KeyId": key, "PolicyName": "default", "Policy": locked}
    aws("kms").put_key_policy(**put, BypassPolicyLockoutSafetyCheck=True)
    assert refusal(aws("kms").get_key_policy, KeyId=key)[0] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("text", "code", "status", "message"),
    [
        ("{", "MalformedPolicyDocument", 400, "Syntax errors in policy."),
        (
            document(statement("sqs:*", **SOMEBODY)),
            "MalformedPolicyDocument",
            400,
            "Policy document should not specify a principal.",
        ),
        (
            document(statement("sqs:*", Sid="not alone")),
            "MalformedPolicyDocument",
            400,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*",
        ),
        (
            document(statement("sqs:*", MANY)),
            "LimitExceeded",
            409,
            "Maximum policy size of 10240 bytes exceeded for role {role}",
        ),
    ],
    ids=["syntax", "principal", "sid", "size"],
)
def test_a_roles_policy(aws, role, text, code, status, message):
    name = role().rpartition("/")[2]
    put = aws("iam").put_role_policy
    said = refusal(put, RoleName=name, PolicyName="p", PolicyDocument=text)
    assert said == (code, status, message.replace("{role}", name))


def test_a_roles_policies_have_room_together(aws, role):
    name, part = role().rpartition("/")[2], document(statement("sqs:*", MANY[:150]))
    put = aws("iam").put_role_policy
    put(RoleName=name, PolicyName="one", PolicyDocument=part)
    put(RoleName=name, PolicyName="one", PolicyDocument=part)
    assert refusal(put, RoleName=name, PolicyName="two", PolicyDocument=part)[0] == "LimitExceeded"


def test_a_managed_policy_has_its_room(aws, aws_account):
    spaced = json.dumps(json.loads(document(statement("sqs:*", MANY[:100]))), indent=40)
    arn = aws("iam").create_policy(PolicyName=named("p"), PolicyDocument=spaced)["Policy"]["Arn"]
    long = document(statement("sqs:*", MANY[:150]))
    said = ("LimitExceeded", 409, "Cannot exceed quota for PolicySize: 6144")
    assert refusal(aws("iam").create_policy, PolicyName=named("p"), PolicyDocument=long) == said
    put = aws("iam").create_policy_version
    assert refusal(put, PolicyArn=arn, PolicyDocument=long) == said


@pytest.mark.parametrize(
    ("principal", "said"),
    [
        ({"AWS": NOBODY}, f'"AWS":"{NOBODY}"'),
        ({"AWS": "nobody"}, '"AWS":"nobody"'),
        ({"Service": "nobody"}, '"SERVICE":"nobody"'),
    ],
)
def test_a_trust_policy_names_somebody(aws, aws_account, principal, said):
    text = document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    ).replace("{account}", aws_account)
    code, status, message = refusal(
        aws("iam").create_role, RoleName=named("role"), AssumeRolePolicyDocument=text
    )
    assert (code, status) == ("MalformedPolicyDocument", 400)
    assert message == f"Invalid principal in policy: {said}".replace("{account}", aws_account)


def test_where_policies_mean_nothing_their_principals_may_be_nobody(emulator, aws):
    account = emulator.new_account()
    emulator.decide_calls("off", account=account)
    sqs = aws("sqs", account=account)
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    policy = UNKNOWN.replace("{account}", account)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert refusal(sqs.set_queue_attributes, QueueUrl=url, Attributes={"Policy": "{"})[0]
