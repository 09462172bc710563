"""What was denied, or would have been: for reports, failing tests and `harness iam`."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .deciding import Decided

_KEPT: Final = 1000
"""Findings of an account that are kept; the oldest go first."""


@dataclass(frozen=True)
class Finding:
    """A denial.

    Attributes:
        at: When, on the emulator's clock; ISO 8601.
        mode: `enforce`, or `audit` where it was only noted.
        principal: Who asked.
        action: For what.
        resource: On what.
        message: AWS's sentence.
        decided_by: The statement that denied, or what is missing and what nearly allowed.
        fix: A statement that would allow it, as JSON; empty when there is none.
        belongs_to: Where the statement belongs: the kind of policy, and whose.
    """

    at: str
    mode: str
    principal: str
    action: str
    resource: str
    message: str
    decided_by: str
    fix: str
    belongs_to: str


_lock = threading.Lock()
_of_accounts: dict[str, deque[Finding]] = {}


def note(decided: Decided) -> None:
    """Keep a denial, for the accounts of both sides."""
    question, verdict = decided.question, decided.verdict
    kind = verdict.policy_type
    on_resource = kind is not None and kind.value in ("resource-based policy", "role trust policy")
    owner = question.resource if on_resource else question.principal.role or question.principal.name
    keep(
        Finding(
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            decided.mode,
            question.principal.name,
            question.action,
            question.resource,
            decided.message,
            decided.explanation,
            decided.fix,
            f"{kind.value} of {owner}" if kind else "",
        ),
        question.principal.account,
        question.resource_account,
    )


def note_unknown(
    mode: str, principal: str, action: str, message: str, decided_by: str, account: str
) -> None:
    """Keep what couldn't be decided: an operation or an access key that isn't known."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    keep(Finding(at, mode, principal, action, "*", message, decided_by, "", ""), account)


def keep(finding: Finding, *accounts: str) -> None:
    """Keep a finding for accounts."""
    with _lock:
        for account in {account for account in accounts if account}:
            _of_accounts.setdefault(account, deque(maxlen=_KEPT)).append(finding)


def of(account: str) -> list[dict[str, Any]]:
    """Return an account's findings, the oldest first."""
    with _lock:
        return [asdict(finding) for finding in _of_accounts.get(account, ())]


def forget(account: str) -> None:
    """Drop an account's findings."""
    with _lock:
        _of_accounts.pop(account, None)
