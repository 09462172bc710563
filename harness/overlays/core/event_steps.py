"""The steps that an event takes through a bus, told to whoever wants to know.

The overlay that delivers events tells each step; the one that writes bus logs listens. Pure:
nothing of LocalStack is imported.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-schema.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OFF: Final = "OFF"


@dataclass(frozen=True)
class LogConfig:
    """What a bus wants to have logged.

    Attributes:
        level: `OFF`, `ERROR`, `INFO` or `TRACE`; each includes the ones before it.
        include_detail: `FULL` for the event's detail and what is sent to targets, else `NONE`.

    Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_LogConfig.html
    """

    level: str = OFF
    include_detail: str = "NONE"


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        bus_arn: The bus.
        log_config: What the bus wants to have logged.
        message_type: The step's name in bus logs, such as `RULE_MATCH`.
        at_ms: When, in milliseconds since the epoch.
        request_id: Of the PutEvents request.
        event_id: Of the event.
        invocation_id: Of one target's invocation; empty before rules are matched.
        details: Members of the record's `details`, in AWS's order, with all that may be left out.
        error: Members of the record's `error`; empty when the step had none.
    """

    bus_arn: str
    log_config: LogConfig
    message_type: str
    at_ms: int
    request_id: str
    event_id: str
    invocation_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[Step], None]
_listeners: Final[list[Listener]] = []


def listen(listener: Listener) -> None:
    """Have a function called with each step of buses whose level isn't `OFF`; it mustn't wait."""
    _listeners.append(listener)


def tell(step: Step) -> None:
    """Tell the listeners of a step; nothing happens for a bus whose level is `OFF`."""
    if step.log_config.level == OFF:
        return
    for listener in _listeners:
        listener(step)
