"""The gateway's step that judges a policy before its service keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from harness.overlays.access import callers
from harness.overlays.access.callers import ExpiredCredentials, UnknownAccessKey
from harness.overlays.access.modes import OFF, modes

from . import forms, identities, identity_policies, key_policies, services
from .services import Refusals

Judge = Callable[[Any, Mapping[str, Any]], None]


def judge_or_refuse(chain: Any, request_context: Any, response: Any) -> None:
    """Let a request pass, or refuse the policy that it brings in the words of its service."""
    if request_context.operation is None:
        return
    name = f"{request_context.service.service_name}:{request_context.operation.name}"
    if judge := _JUDGES.get(name):
        judge(request_context, request_context.service_request or {})


def _existing(request_context: Any) -> forms.Exists | None:
    # Where policies mean nothing, their principals needn't be anybody.
    return None if modes.of(request_context.account_id) == OFF else identities.exists


def _attribute(refusals: Refusals, request_context: Any, given: Mapping[str, Any]) -> None:
    if document := (given.get("Attributes") or {}).get("Policy"):
        services.judged(str(document), refusals, _existing(request_context))


def _topic_attribute(request_context: Any, given: Mapping[str, Any]) -> None:
    if given.get("AttributeName") == "Policy" and (document := given.get("AttributeValue")):
        services.judged(str(document), services.SNS, _existing(request_context))


def _member(
    member: str, refusals: Refusals, request_context: Any, given: Mapping[str, Any]
) -> None:
    if document := given.get(member):
        services.judged(str(document), refusals, _existing(request_context))


def _bucket(request_context: Any, given: Mapping[str, Any]) -> None:
    policy = services.judged(
        str(given.get("Policy") or ""), services.S3, _existing(request_context)
    )
    services.of_bucket(policy, str(given["Bucket"]))


def _key(request_context: Any, given: Mapping[str, Any]) -> None:
    document = given.get("Policy")
    if not document:
        return
    exists = _existing(request_context)
    services.judged(str(document), services.KMS, exists)
    caller = _caller(request_context)
    if exists and caller and caller.principal.kind != "service":
        account, region = request_context.account_id, request_context.region
        key_policies.judge_lockout(str(document), given, caller.principal, account, region)


def _caller(request_context: Any) -> callers.Caller | None:
    try:
        return callers.caller_of(request_context)
    except (UnknownAccessKey, ExpiredCredentials):
        return None


def _identity(request_context: Any, given: Mapping[str, Any]) -> None:
    identity_policies.judge(request_context.operation.name, given, request_context.account_id)


def _trust(member: str, request_context: Any, given: Mapping[str, Any]) -> None:
    identity_policies.judge_trust(str(given.get(member) or ""), _existing(request_context))


def _api(request_context: Any, given: Mapping[str, Any]) -> None:
    for patch in given.get("patchOperations") or ():
        if patch.get("path") == "/policy" and (document := patch.get("value")):
            services.judged(str(document), services.API, _existing(request_context))


_JUDGES: Final[Mapping[str, Judge]] = {
    "sqs:CreateQueue": partial(_attribute, services.SQS),
    "sqs:SetQueueAttributes": partial(_attribute, services.SQS),
    "sns:CreateTopic": partial(_attribute, services.SNS),
    "sns:SetTopicAttributes": _topic_attribute,
    "kms:CreateKey": _key,
    "kms:PutKeyPolicy": _key,
    "s3:PutBucketPolicy": _bucket,
    "secretsmanager:PutResourcePolicy": partial(_member, "ResourcePolicy", services.SECRETS),
    "events:PutPermission": partial(_member, "Policy", services.EVENTS),
    "logs:PutResourcePolicy": partial(_member, "policyDocument", services.LOGS),
    "apigateway:CreateRestApi": partial(_member, "policy", services.API),
    "apigateway:UpdateRestApi": _api,
    "iam:CreatePolicy": _identity,
    "iam:CreatePolicyVersion": _identity,
    "iam:PutGroupPolicy": _identity,
    "iam:PutRolePolicy": _identity,
    "iam:PutUserPolicy": _identity,
    "iam:CreateRole": partial(_trust, "AssumeRolePolicyDocument"),
    "iam:UpdateAssumeRolePolicy": partial(_trust, "PolicyDocument"),
}
