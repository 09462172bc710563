"""An event that is on a bus, and one target's invocation with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.overlays.core.event_steps import LogConfig

from .arns import Arn, parse
from .retry_policy import RetryPolicy


@dataclass(frozen=True)
class Received:
    """An event that is on a bus.

    Attributes:
        event: As it is delivered; nobody changes it.
        bus: The bus's ARN.
        bus_name: Its name.
        account: Its account.
        region: Its region.
        log_config: What it logs.
        kms_key: The key that encrypts events on it; empty for AWS's own.
        dead_letter_queue: Of the bus; empty for none.
        caller_account: Who put the event.
        request_id: Of the PutEvents request.
        trace_header: X-Ray's, as text; empty for none.
        journey: The buses that it came through.
        at: When it came, in seconds since the epoch.
    """

    event: Mapping[str, Any]
    bus: Arn
    bus_name: str
    account: str
    region: str
    log_config: LogConfig
    kms_key: str
    dead_letter_queue: str
    caller_account: str
    request_id: str
    trace_header: str
    journey: tuple[str, ...]
    at: float

    @property
    def is_of_aws(self) -> bool:
        """Whether an AWS service sent it."""
        return str(self.event.get("source", "")).startswith("aws.")


@dataclass
class Invocation:
    """One target's invocation with an event, with all its attempts.

    Attributes:
        received: The event.
        rule_arn: The rule that matched.
        rule_name: Its name.
        target: The target as it was then.
        arn: Its ARN, parsed.
        policy: Its retry policy.
        input: What is sent: the event, or what the target makes of it.
        data_key: The event's data key, encrypted; empty without a key of the customer's.
        id: The invocation's id.
        attempts: How many there have been.
        was_throttled: Whether the last attempt was.
        started_at: When the first attempt began.
    """

    received: Received
    rule_arn: str
    rule_name: str
    target: Mapping[str, Any]
    arn: Arn
    policy: RetryPolicy
    input: Any = None
    data_key: bytes = b""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0
    was_throttled: bool = False
    started_at: float = 0

    @property
    def role(self) -> str:
        return str(self.target.get("RoleArn") or "")

    @property
    def dead_letter_queue(self) -> str:
        return str((self.target.get("DeadLetterConfig") or {}).get("Arn") or "")

    @property
    def lane(self) -> str:
        """Invocations of one lane start in order."""
        return f"{self.rule_arn} {self.target['Id']}"


def arn_of(text: str) -> Arn:
    """Return the parts of an ARN that PutTargets has let through."""
    return parse(text) or Arn(text, "", "", "", "")
