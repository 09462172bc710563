"""Which policies must allow, which may, and what AWS says when they don't."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.access.evaluation import advice, messages
from harness.overlays.access.evaluation.decision import (
    Policies,
    PolicyType,
    ResourceRule,
    decide,
)
from harness.overlays.access.evaluation.documents import parse
from harness.overlays.access.evaluation.statements import AttachedPolicy, Question
from harness.overlays.core.access import ANONYMOUS, Principal, role_session, service

from .asking import attached, policies_of, question_of
from .generated import cases

A, B = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{A}:role/worker"
WORKER = role_session(ROLE, "run")
ANA = Principal("user", f"arn:aws:iam::{A}:user/ana", A)
ROOT = Principal("root", f"arn:aws:iam::{A}:root", A)
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:orders"
FOREIGN = f"arn:aws:sqs:eu-west-1:{B}:orders"


def policy(effect="Allow", **elements):
    statement = {"Effect": effect, "Action": "sqs:SendMessage", "Resource": "*", **elements}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return AttachedPolicy("test policy", parse(document))


ALLOW, DENY = policy(), policy("Deny")


def to(principal, resource=QUEUE, action="sqs:SendMessage", **context):
    return Question(principal, action, resource, context, resource.split(":")[4])


def naming(principal, effect="Allow"):
    return policy(effect, Principal=principal)


@pytest.mark.parametrize(
    ("principal", "policies", "is_allowed", "kind"),
    [
        (ROOT, Policies(), True, None),
        (WORKER, Policies(), False, PolicyType.IDENTITY),
        (WORKER, Policies((ALLOW,)), True, PolicyType.IDENTITY),
        (WORKER, Policies((ALLOW, DENY)), False, PolicyType.IDENTITY),
        (WORKER, Policies((ALLOW,), boundary=DENY), False, PolicyType.BOUNDARY),
        (WORKER, Policies((ALLOW,), boundary=policy(Action="s3:*")), False, PolicyType.BOUNDARY),
        (WORKER, Policies((ALLOW,), session=()), False, PolicyType.SESSION),
        (WORKER, Policies((ALLOW,), session=(ALLOW,)), True, PolicyType.IDENTITY),
        (WORKER, Policies(resource=(naming({"AWS": A}),)), False, PolicyType.IDENTITY),
        (WORKER, Policies(resource=(naming({"AWS": ROLE}),)), True, PolicyType.RESOURCE),
        (
            WORKER,
            Policies(resource=(naming({"AWS": ROLE}),), session=()),
            False,
            PolicyType.SESSION,
        ),
        (
            WORKER,
            Policies(resource=(naming({"AWS": WORKER.arn}),), session=()),
            True,
            PolicyType.RESOURCE,
        ),
        (
            ANA,
            Policies(resource=(naming({"AWS": ANA.arn}),), boundary=policy(Action="s3:*")),
            True,
            PolicyType.RESOURCE,
        ),
        (ROOT, Policies(resource=(naming("*", "Deny"),)), False, PolicyType.RESOURCE),
        (ANONYMOUS, Policies(), False, PolicyType.RESOURCE),
        (ANONYMOUS, Policies(resource=(naming("*"),)), True, PolicyType.RESOURCE),
        (service("events"), Policies((ALLOW,)), False, PolicyType.RESOURCE),
        (
            service("events"),
            Policies(resource=(naming({"Service": "events.amazonaws.com"}),)),
            True,
            PolicyType.RESOURCE,
        ),
    ],
)
def test_within_an_account(principal, policies, is_allowed, kind):
    verdict = decide(to(principal), policies)
    assert (verdict.is_allowed, verdict.policy_type) == (is_allowed, kind)


@pytest.mark.parametrize(
    ("principal", "policies", "is_allowed", "kind"),
    [
        (WORKER, Policies((ALLOW,)), False, PolicyType.RESOURCE),
        (WORKER, Policies(resource=(naming({"AWS": ROLE}),)), False, PolicyType.IDENTITY),
        (WORKER, Policies(resource=(naming("*"),)), False, PolicyType.IDENTITY),
        (WORKER, Policies((ALLOW,), resource=(naming({"AWS": A}),)), True, PolicyType.RESOURCE),
        (ROOT, Policies(), False, PolicyType.RESOURCE),
        (ROOT, Policies(resource=(naming({"AWS": A}),)), True, PolicyType.RESOURCE),
    ],
)
def test_across_accounts_both_sides_must_allow(principal, policies, is_allowed, kind):
    verdict = decide(to(principal, FOREIGN), policies)
    assert (verdict.is_allowed, verdict.policy_type) == (is_allowed, kind)


KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"


@pytest.mark.parametrize(
    ("principal", "identity", "key", "is_allowed", "kind"),
    [
        (WORKER, True, None, False, PolicyType.RESOURCE),
        (ROOT, False, None, False, PolicyType.RESOURCE),
        (ROOT, False, {"AWS": A}, True, PolicyType.RESOURCE),
        (WORKER, False, {"AWS": A}, False, PolicyType.IDENTITY),
        (WORKER, True, {"AWS": A}, True, PolicyType.IDENTITY),
        (WORKER, False, {"AWS": ROLE}, True, PolicyType.RESOURCE),
    ],
    ids=str,
)
def test_a_key_policy_must_allow_or_delegate(principal, identity, key, is_allowed, kind):
    kms = {"Action": "kms:*"}
    policies = Policies(
        (policy(**kms),) if identity else (),
        resource=(policy(Principal=key, **kms),) if key else (),
        rule=ResourceRule.MUST_ALLOW,
    )
    verdict = decide(to(principal, KEY, "kms:Decrypt"), policies)
    assert (verdict.is_allowed, verdict.policy_type) == (is_allowed, kind)


@pytest.mark.parametrize(
    ("question", "policies", "message"),
    [
        (
            to(WORKER),
            Policies(),
            f"User: arn:aws:sts::{A}:assumed-role/worker/run is not authorized to perform: "
            f"sqs:sendmessage on resource: {QUEUE} because no identity-based policy allows the "
            "sqs:sendmessage action",
        ),
        (
            to(ANA, f"arn:aws:sns:eu-west-1:{B}:news", "sns:Publish"),
            Policies((policy(Action="sns:*"),)),
            f"User: {ANA.arn} is not authorized to perform: SNS:Publish on resource: "
            f"arn:aws:sns:eu-west-1:{B}:news because no resource-based policy allows the "
            "SNS:Publish action",
        ),
        (
            to(ANA, "arn:aws:s3:::b/k", "s3:GetObject"),
            Policies(resource=(policy("Deny", Principal="*", Action="s3:*"),)),
            f"User: {ANA.arn} is not authorized to perform: s3:GetObject on resource: "
            '"arn:aws:s3:::b/k" with an explicit deny in a resource-based policy',
        ),
        (
            to(ANA),
            Policies((ALLOW,), boundary=DENY),
            f"User: {ANA.arn} is not authorized to perform: sqs:sendmessage on resource: {QUEUE} "
            "with an explicit deny in a permissions boundary",
        ),
        (
            to(ANA, ROLE, "sts:AssumeRole"),
            Policies(rule=ResourceRule.MUST_ALLOW, is_trust=True),
            f"User: {ANA.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE}",
        ),
    ],
)
def test_a_denial_is_told_in_awss_words(question, policies, message):
    assert messages.denial(question, decide(question, policies)) == message


def test_the_explanation_names_the_statement_that_nearly_allows():
    near = policy(Sid="Send", Resource=f"{QUEUE}-dlq")
    question, policies = to(WORKER), Policies((near,))
    told = advice.explanation(question, policies, decide(question, policies))
    assert told == (
        f"no identity-based policy of {ROLE} allows sqs:SendMessage; "
        f"Send of test policy allows it on {QUEUE}-dlq"
    )


def test_the_explanation_names_the_condition_that_does_not_hold():
    near = policy(Condition={"Bool": {"aws:SecureTransport": "true"}})
    question, policies = to(WORKER, **{"aws:securetransport": ("false",)}), Policies((near,))
    assert advice.explanation(question, policies, decide(question, policies)).endswith(
        "statement 1 of test policy allows it if Bool aws:securetransport is true; it is false"
    )


def test_a_service_is_let_in_by_a_statement_for_its_source():
    rule = f"arn:aws:events:eu-west-1:{A}:rule/hourly"
    question = to(service("events"), **{"aws:sourcearn": (rule,)})
    assert json.loads(advice.fix(question, decide(question, Policies()))) == {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }


SEEDS = st.integers(0, 2**32)


@given(seed=SEEDS)
def test_a_deny_of_everything_ends_every_request(seed):
    (case,) = cases(seed, 1)
    deny = attached({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}})
    policies = policies_of(case)
    with_deny = Policies(
        policies.identity,
        policies.boundary,
        policies.session,
        (*policies.resource, deny),
        policies.rule,
        policies.is_trust,
    )
    assert decide(question_of(case), with_deny).is_explicit


@given(seed=SEEDS)
def test_the_proposed_statements_applied_let_the_request_through(seed):
    (case,) = cases(seed, 1)
    question, policies = question_of(case), policies_of(case)
    for _ in range(5):
        verdict = decide(question, policies)
        if verdict.is_allowed or verdict.is_explicit:
            break
        policies = _with(policies, verdict.policy_type, advice.fix(question, verdict))
    else:
        pytest.fail(f"still denied: {verdict}")


def _with(policies, kind, statement):
    added = AttachedPolicy("fix", parse(f'{{"Version": "2012-10-17", "Statement": {statement}}}'))
    identity, resource = policies.identity, policies.resource
    session, boundary = policies.session, policies.boundary
    if kind is PolicyType.IDENTITY:
        identity = (*identity, added)
    elif kind is PolicyType.SESSION:
        session = (*(session or ()), added)
    elif kind is PolicyType.BOUNDARY:
        boundary = added
    else:
        resource = (*resource, added)
    return Policies(identity, boundary, session, resource, policies.rule, policies.is_trust)
