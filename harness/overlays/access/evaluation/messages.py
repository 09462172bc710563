"""AWS's sentences for denials.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from typing import Final

from .decision import PolicyType, Verdict
from .statements import Question

_WITHOUT_REASON: Final = "sts:AssumeRole"
"""AssumeRole's refusals name no policy."""


def denial(question: Question, verdict: Verdict) -> str:
    """Return the sentence for a verdict that denies, in the service's own spelling."""
    action = spelled(question.action)
    sentence = (
        f"User: {question.principal.name} is not authorized to perform: {action} "
        f"on resource: {_quoted(question)}"
    )
    if question.action == _WITHOUT_REASON:
        return sentence
    return f"{sentence} {reason(verdict, action)}"


def reason(verdict: Verdict, action: str) -> str:
    """Return the clause that says which kind of policy denied."""
    kind = verdict.policy_type or PolicyType.IDENTITY
    if not verdict.by:
        return f"because no {kind.value} allows the {action} action"
    article = "an" if kind is PolicyType.IDENTITY else "a"
    if kind is PolicyType.TRUST:
        article = "the"
    arn = verdict.by.attached.arn if kind is not PolicyType.RESOURCE else ""
    return f"with an explicit deny in {article} {kind.value}" + (f": {arn}" if arn else "")


def spelled(action: str) -> str:
    """Return an action as its service spells it in messages: `sqs:sendmessage`, `SNS:Publish`."""
    prefix, _, name = action.partition(":")
    if prefix.lower() == "sqs":
        return action.lower()
    if prefix.lower() == "sns":
        return f"SNS:{name}"
    return action


def _quoted(question: Question) -> str:
    is_s3 = question.action.partition(":")[0] in ("s3", "s3express")
    return f'"{question.resource}"' if is_s3 else question.resource
