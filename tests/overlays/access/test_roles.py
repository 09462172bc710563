"""Roles: who may take them on, what limits their sessions, who may hand them over."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from .conftest import NUMBERS, document, refusal, statement


def assume(identity, arn, **members):
    return {"call": identity.client("sts").assume_role, "RoleArn": arn, "RoleSessionName": "run"}


def test_a_trust_policy_that_names_the_account_delegates_to_its_policies(session, role):
    target = role()
    worker = session()
    assert refusal(**assume(worker, target)) == (
        "AccessDenied",
        403,
        f"User: {worker.arn} is not authorized to perform: sts:AssumeRole on resource: {target}",
    )
    allowed = session(statement("sts:AssumeRole", target))
    assert allowed.client("sts").assume_role(RoleArn=target, RoleSessionName="run")


def test_a_trust_policy_that_names_the_role_itself_suffices(session, role):
    arn = role()
    target = role(trusts={"AWS": arn})
    assert session(of=arn).client("sts").assume_role(RoleArn=target, RoleSessionName="run")


def test_a_role_that_does_not_exist_is_refused_like_one_that_does(session, aws_account):
    missing = f"arn:aws:iam::{aws_account}:role/none"
    code, _, message = refusal(**assume(session(statement("sts:*")), missing))
    assert code == "AccessDenied"
    assert message.endswith(f"sts:AssumeRole on resource: {missing}")


def test_an_external_id_must_be_the_agreed_one(aws, session, role):
    target = role()
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": target.split(":")[4]},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "agreed"}},
    }
    aws("iam").update_assume_role_policy(
        RoleName=target.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    sts = session(statement("sts:AssumeRole", target)).client("sts")
    members = {"RoleArn": target, "RoleSessionName": "run"}
    assert refusal(sts.assume_role, **members, ExternalId="guessed")[0] == "AccessDenied"
    assert sts.assume_role(**members, ExternalId="agreed")


def test_a_session_policy_limits_a_session(session, role, queue):
    url, arn = queue()
    worker = role(statement("sqs:*", arn))
    limit = document(statement("sqs:Receive*", arn))
    sqs = session(of=worker, Policy=limit).client("sqs")
    assert sqs.receive_message(QueueUrl=url)
    _, _, message = refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")
    assert message.endswith("because no session policy allows the sqs:sendmessage action")


def test_a_permissions_boundary_limits_a_role(aws, session, role, queue):
    url, arn = queue()
    boundary = aws("iam").create_policy(
        PolicyName=f"boundary-{next(NUMBERS)}",
        PolicyDocument=document(statement("sqs:Receive*")),
    )["Policy"]["Arn"]
    sqs = session(of=role(statement("sqs:*", arn), PermissionsBoundary=boundary)).client("sqs")
    assert sqs.receive_message(QueueUrl=url)
    _, _, message = refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")
    assert message.endswith("because no permissions boundary allows the sqs:sendmessage action")


def test_managed_policies_of_the_account_and_of_aws_count(aws, session, role, queue):
    url, _ = queue()
    arn = role()
    aws("iam").attach_role_policy(
        RoleName=arn.rpartition("/")[2],
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    sqs = session(of=arn).client("sqs")
    assert sqs.receive_message(QueueUrl=url)
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")[0] == "AccessDenied"
    own = aws("iam").create_policy(
        PolicyName=f"own-{next(NUMBERS)}", PolicyDocument=document(statement("sqs:SendMessage"))
    )["Policy"]["Arn"]
    aws("iam").attach_role_policy(RoleName=arn.rpartition("/")[2], PolicyArn=own)
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")
    aws("iam").detach_role_policy(RoleName=arn.rpartition("/")[2], PolicyArn=own)
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")[0] == "AccessDenied"


def test_a_group_passes_its_policies_on(aws, user, queue):
    url, _ = queue()
    ana = user()
    group = f"group-{next(NUMBERS)}"
    aws("iam").create_group(GroupName=group)
    aws("iam").put_group_policy(
        GroupName=group, PolicyName="own", PolicyDocument=document(statement("sqs:*"))
    )
    assert refusal(ana.client("sqs").receive_message, QueueUrl=url)[0] == "AccessDenied"
    aws("iam").add_user_to_group(GroupName=group, UserName=ana.arn.rpartition("/")[2])
    assert ana.client("sqs").receive_message(QueueUrl=url)


def test_a_variable_stands_for_who_asks(aws, user, aws_account):
    bucket = f"homes-{next(NUMBERS)}-{aws_account}"
    aws("s3").create_bucket(Bucket=bucket)
    ana = user(statement("s3:PutObject", f"arn:aws:s3:::{bucket}/${{aws:username}}/*"))
    s3, name = ana.client("s3"), ana.arn.rpartition("/")[2]
    assert s3.put_object(Bucket=bucket, Key=f"{name}/x", Body=b"")
    assert refusal(s3.put_object, Bucket=bucket, Key="bob/x", Body=b"")[0] == "AccessDenied"


def test_tags_of_role_and_session_are_principal_tags(session, role, queue):
    url, _ = queue()
    blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    arn = role(statement("sqs:*", Condition=blue), Tags=[{"Key": "team", "Value": "blue"}])
    assert session(of=arn).client("sqs").receive_message(QueueUrl=url)


def test_a_deleted_access_key_is_unknown(aws, user):
    ana = user(statement("sqs:*"))
    name = ana.arn.rpartition("/")[2]
    (key,) = aws("iam").list_access_keys(UserName=name)["AccessKeyMetadata"]
    aws("iam").delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    code, status, message = refusal(ana.client("sts").get_caller_identity)
    assert (code, status) == ("InvalidClientTokenId", 403)
    assert message == "The security token included in the request is invalid."


def test_a_session_ends_when_the_clock_says_so(emulator, session, queue):
    url, _ = queue()
    sqs = session(statement("sqs:*"), DurationSeconds=900).client("sqs")
    assert sqs.receive_message(QueueUrl=url)
    emulator.time.advance(timedelta(minutes=16))
    assert refusal(sqs.receive_message, QueueUrl=url)[0] == "ExpiredTokenException"


def package() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return content.getvalue()


@pytest.mark.parametrize("may_pass", [True, False])
def test_who_hands_a_role_to_a_service_must_be_allowed_to(session, role, may_pass):
    execution = role(trusts={"Service": "lambda.amazonaws.com"})
    only = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    passing = [statement("iam:PassRole", execution, Condition=only)] if may_pass else []
    developer = session(statement("lambda:*"), *passing)
    create = developer.client("lambda").create_function
    members = {
        "FunctionName": f"function-{next(NUMBERS)}",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": execution,
        "Code": {"ZipFile": package()},
    }
    if may_pass:
        assert create(**members)["FunctionArn"]
    else:
        assert refusal(create, **members) == (
            "AccessDeniedException",
            403,
            f"User: {developer.arn} is not authorized to perform: iam:PassRole on resource: "
            f"{execution} because no identity-based policy allows the iam:PassRole action",
        )


@pytest.mark.parametrize("arn", ["nothing-valid-in-here", "arn:aws:iam::x"])
def test_a_malformed_role_is_refused_for_its_form(aws, arn):
    code, status, message = refusal(
        aws("sts").assume_role, RoleArn=arn.ljust(20, "-"), RoleSessionName="run"
    )
    assert (code, status) == ("ValidationError", 400)
    assert message == f"{arn.ljust(20, '-')} is invalid"


def test_a_malformed_session_policy_is_refused(session, role):
    arn = role()
    trusted = session(statement("sts:AssumeRole", arn)).client("sts")
    code, status, message = refusal(
        trusted.assume_role, RoleArn=arn, RoleSessionName="run", Policy='{"Statement": "all"}'
    )
    assert (code, status) == ("MalformedPolicyDocument", 400)
    assert message.startswith("Syntax errors in policy")


def test_a_session_token_is_for_the_user_who_asked(user, queue):
    url, _ = queue()
    ana = user()
    keys = ana.client("sts").get_session_token()["Credentials"]
    same = type(ana)(ana._emulator, ana.arn, keys)
    assert same.client("sts").get_caller_identity()["Arn"] == ana.arn
    assert refusal(same.client("sqs").receive_message, QueueUrl=url)[0] == "AccessDenied"
