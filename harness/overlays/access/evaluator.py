"""Answers the questions of `harness.overlays.core.access`."""

from __future__ import annotations

from harness.overlays.core.access import (
    AccessRequest,
    Decision,
    KeyAnswer,
    KeyRequest,
    Principal,
)

from . import callers, context, findings, keys
from .deciding import decide_request


class Evaluator:
    """What core asks; its protocol describes each answer."""

    def decide(self, request: AccessRequest) -> Decision:
        region = request.region or _region_in(request.resource) or "us-east-1"
        keys = {
            "aws:securetransport": ("true",),
            **context.of_moment(request.action, region),
            **context.lowered(request.context),
        }
        decided = decide_request(request.principal, request.action, request.resource, keys)
        if decided is None:
            return Decision(True, decided_by="access isn't evaluated")
        if not decided.verdict.is_allowed:
            findings.note(decided)
        kind = decided.verdict.policy_type
        return Decision(
            not decided.is_refused,
            decided.message,
            decided.explanation,
            decided.fix,
            decided.verdict.is_explicit,
            kind.value if kind else "",
        )

    def use_key(self, request: KeyRequest) -> KeyAnswer:
        return keys.use(request)

    def principal_of(self, access_key: str, account: str) -> Principal | None:
        try:
            return callers.principal_of_key(access_key, account)
        except (callers.UnknownAccessKey, callers.ExpiredCredentials):
            return None


def _region_in(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[3] if len(parts) == 6 else ""
