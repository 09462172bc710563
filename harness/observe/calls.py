"""The calls of AWS APIs that an emulator's flight recorder has kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from harness import wire

from .control_api import shown_at


@dataclass(frozen=True)
class RecordedCall:
    """One call.

    Attributes:
        number: Its place in the order in which calls ended.
        at: When it began, in the emulator's time, in seconds since the epoch.
        machine_at: The same in the machine's time.
        took_seconds: How long it took, in the machine's time.
        account: Whose resources it was about.
        region: Region name.
        by: Who called: an ARN, a service principal, or `service`.
        cause: ARN of what made a service call; empty when a client did.
        trace: Root of the X-Ray trace id, which calls that follow from each other share.
        request_id: AWS's request id.
        service: Such as `sqs`.
        operation: Such as `SendMessage`.
        about: What it was about: names, ARNs, ids, addresses of the request.
        status: HTTP status.
        error: AWS's error code; empty when it went well.
        message: AWS's error message.
        decided_by: Which statement of a policy decided, where one did.
    """

    number: int
    at: float
    machine_at: float
    took_seconds: float
    account: str
    region: str
    by: str
    cause: str
    trace: str
    request_id: str
    service: str
    operation: str
    about: dict[str, str]
    status: int
    error: str
    message: str
    decided_by: str

    @property
    def is_well(self) -> bool:
        """Whether it succeeded."""
        return not self.error

    @property
    def when(self) -> datetime:
        """When it began, in the emulator's time."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def outcome(self) -> str:
        """How it ended, with AWS's message and the statement that decided."""
        if self.is_well:
            said = "ok"
        else:
            said = f"{self.error}: {self.message}" if self.message else self.error
        return f"{said} [{self.decided_by}]" if self.decided_by else said

    @property
    def resource(self) -> str:
        """What it was about, briefly: the last parts of the names that the request has."""
        return ", ".join(dict.fromkeys(_short(value) for value in self.about.values()))

    @property
    def caller(self) -> str:
        """Who called, briefly, and what made a service call."""
        by = self.by.split(":", 5)[-1] if self.by.startswith("arn:") else self.by
        return f"{by} for {_short(self.cause)}" if self.cause else by

    def __str__(self) -> str:
        what = f"{self.service}:{self.operation} {self.resource}".rstrip()
        return f"{self.when:%H:%M:%S.%f} {self.caller} → {what}: {self.outcome}"


@dataclass(frozen=True)
class Recorded:
    """What the recorder has.

    Attributes:
        calls: In the order in which they ended.
        last: Number of the latest call of all accounts; ask for what comes `after` it.
        is_complete: Whether nothing that was asked for has been dropped meanwhile.
    """

    calls: list[RecordedCall]
    last: int
    is_complete: bool


def calls_at(endpoint_url: str, account: str | None = None, *, after: int = 0) -> Recorded:
    """Read the calls that an emulator has kept.

    Args:
        endpoint_url: The emulator's endpoint.
        account: Only this account's.
        after: Only calls with a greater number.

    Raises:
        HarnessError: The emulator doesn't answer.
    """
    wanted = {"account": account} if account else {}
    found = shown_at(endpoint_url, wire.TRACE_PATH, "calls", after=str(after), **wanted)
    calls = [_call(members) for members in found["calls"]]
    return Recorded(calls, found["last"], found["is_complete"])


def telling(calls: Iterable[RecordedCall], most: int) -> list[RecordedCall]:
    """Return the calls that help to understand a failure: what failed, and the latest.

    Args:
        calls: In order.
        most: How many at most; failed ones go before others.
    """
    known = list(calls)
    by_weight = sorted(known, key=lambda call: (call.is_well, -call.number))
    kept = {call.number for call in by_weight[:most]}
    return [call for call in known if call.number in kept]


def _call(members: dict[str, Any]) -> RecordedCall:
    return RecordedCall(**{one.name: members[one.name] for one in fields(RecordedCall)})


def _short(name: str) -> str:
    # The end of an ARN or a queue's address; what a slash parts may be one name (a log group's).
    if name.startswith("arn:"):
        return name.split(":", 5)[-1]
    return name.rstrip("/").rsplit("/", 1)[-1] if "://" in name else name
