"""Which actions, resources and principals a statement means."""

from __future__ import annotations

import json

import pytest

from harness.overlays.access.evaluation import statements
from harness.overlays.access.evaluation.documents import parse
from harness.overlays.access.evaluation.principals import Naming, naming
from harness.overlays.access.evaluation.statements import Question
from harness.overlays.core.access import ANONYMOUS, Principal, role_session, service

A = "111111111111"
ROLE = f"arn:aws:iam::{A}:role/path/worker"
USER = Principal("user", f"arn:aws:iam::{A}:user/ana", A, user_id="AIDAAAAAAAAAAAAAAAAA")
ROOT = Principal("root", f"arn:aws:iam::{A}:root", A)
SESSION = Principal(
    "role-session",
    f"arn:aws:sts::{A}:assumed-role/worker/run",
    A,
    ROLE,
    user_id="AROAAAAAAAAAAAAAAAAA:run",
)
EVENTS = service("events", "eu-west-1")
LOGS = service("logs", "eu-west-1")


def statement(**elements):
    written = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    document = {"Version": "2012-10-17", "Statement": [written]}
    return parse(json.dumps(document)).statements[0]


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "sqs:SendMessage", True),
        ("sqs:*", "sqs:SendMessage", True),
        ("SQS:sendmessage", "sqs:SendMessage", True),
        ("sqs:Send*", "sqs:SendMessage", True),
        ("sqs:?endMessage", "sqs:SendMessage", True),
        ("sqs:Send", "sqs:SendMessage", False),
        ("sns:*", "sqs:SendMessage", False),
    ],
)
def test_an_action_is_meant_in_any_case_and_by_wildcards(pattern, action, expected):
    assert statements.means_action(statement(Action=[pattern]), action) is expected


def test_not_action_means_all_others():
    other = parse(
        json.dumps({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})
    ).statements[0]
    assert statements.means_action(other, "sqs:SendMessage")
    assert not statements.means_action(other, "iam:CreateUser")


QUEUE = f"arn:aws:sqs:eu-west-1:{A}:orders"


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("*", QUEUE, True),
        (QUEUE, QUEUE, True),
        (QUEUE.upper(), QUEUE, False),
        (f"arn:aws:sqs:*:{A}:ord*", QUEUE, True),
        ("arn:aws:sqs:*", QUEUE, True),
        ("arn:aws:s*s:eu-west-1:*", QUEUE, True),
        ("arn:aws:sqs:*:orders", QUEUE, True),
        ("arn:aws:sqs:eu-*-1:orders", QUEUE, False),
        ("arn:aws:sqs:eu-west-?:*:orders", QUEUE, True),
        ("arn:aws:s3:::bucket/*/file", "arn:aws:s3:::bucket/a/b:c/file", True),
        ("arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/ana/x", True),
        ("arn:aws:s3:::bucket/${aws:userid}/*", "arn:aws:s3:::bucket/ana/x", False),
        (
            "arn:aws:logs:*:*:log-group:/a*:*",
            f"arn:aws:logs:r:{A}:log-group:/ab:log-stream:s",
            True,
        ),
    ],
)
def test_a_resource_is_meant_as_aws_reads_arns(pattern, resource, expected):
    question = Question(USER, "sqs:SendMessage", resource, {"aws:username": ("ana",)})
    assert statements.means_resource(statement(Resource=pattern), question) is expected


@pytest.mark.parametrize(
    ("element", "principal", "expected"),
    [
        ("*", USER, Naming.ITSELF),
        ("*", ANONYMOUS, Naming.ITSELF),
        ({"AWS": "*"}, EVENTS, Naming.ITSELF),
        ({"AWS": A}, USER, Naming.BY_ACCOUNT),
        ({"AWS": A}, ROOT, Naming.ITSELF),
        ({"AWS": A}, ANONYMOUS, Naming.NOT_AT_ALL),
        ({"AWS": f"arn:aws:iam::{A}:root"}, SESSION, Naming.BY_ACCOUNT),
        ({"AWS": "222222222222"}, SESSION, Naming.NOT_AT_ALL),
        ({"AWS": [ROLE]}, SESSION, Naming.BY_ROLE),
        ({"AWS": "AROAAAAAAAAAAAAAAAAA"}, SESSION, Naming.BY_ROLE),
        ({"AWS": SESSION.arn}, SESSION, Naming.ITSELF),
        ({"AWS": USER.arn}, USER, Naming.ITSELF),
        ({"AWS": USER.user_id}, USER, Naming.ITSELF),
        ({"AWS": f"arn:aws:iam::{A}:user/*"}, USER, Naming.NOT_AT_ALL),
        ({"AWS": USER.arn}, ROOT, Naming.NOT_AT_ALL),
        ({"Service": "events.amazonaws.com"}, EVENTS, Naming.ITSELF),
        ({"Service": ["sns.amazonaws.com"]}, EVENTS, Naming.NOT_AT_ALL),
        ({"Service": "logs.amazonaws.com"}, LOGS, Naming.ITSELF),
        ({"Service": "logs.eu-west-1.amazonaws.com"}, LOGS, Naming.ITSELF),
        ({"Service": "logs.us-east-1.amazonaws.com"}, LOGS, Naming.NOT_AT_ALL),
        ({"Service": "events.eu-west-1.amazonaws.com"}, EVENTS, Naming.NOT_AT_ALL),
        ({"Service": "events.amazonaws.com"}, USER, Naming.NOT_AT_ALL),
    ],
)
def test_a_principal_is_meant_as_directly_as_it_is_named(element, principal, expected):
    assert naming(statement(Principal=element), principal) is expected


@pytest.mark.parametrize(
    ("listed", "principal", "is_meant"),
    [
        ([SESSION.arn, ROLE, A], SESSION, False),
        ([SESSION.arn, ROLE], SESSION, True),
        ([ROLE, A], SESSION, True),
        ([USER.arn, A], USER, False),
        ([USER.arn], USER, True),
        ([A], ROOT, False),
        (["222222222222"], ROOT, True),
    ],
)
def test_a_deny_of_all_others_spares_only_who_is_named_with_all_that_contain_it(
    listed, principal, is_meant
):
    written = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": listed},
        "Action": "*",
        "Resource": "*",
    }
    deny = parse(json.dumps({"Statement": [written]})).statements[0]
    assert (naming(deny, principal) is not Naming.NOT_AT_ALL) is is_meant


def test_a_role_session_is_called_by_its_roles_name_without_path():
    assert role_session(ROLE, "run").arn == SESSION.arn
