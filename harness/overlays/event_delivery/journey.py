"""Which buses an event has come through: from a bus that a rule sent it to, it goes no further.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
"""

from __future__ import annotations

import json
from typing import Final

from .arns import Arn
from .failures import THIRD_ACCOUNT_HOP_DETECTED, THIRD_REGION_HOP_DETECTED, DeliveryError

HEADER: Final = "x-harness-event-journey"
"""Of EventBridge's own PutEvents requests: the buses, as a JSON list of ARNs."""


def read(header: str | None) -> tuple[str, ...]:
    """Return the buses that a request's event has come through; none when it says nothing."""
    if not header:
        return ()
    try:
        told = json.loads(header)
    except ValueError:
        return ()
    return tuple(bus for bus in told if isinstance(bus, str)) if isinstance(told, list) else ()


def write(journey: tuple[str, ...], bus_arn: str) -> str:
    """Return the header of an event that goes on from a bus."""
    return json.dumps([*journey, bus_arn])


def check(journey: tuple[str, ...], bus: Arn, target: Arn) -> None:
    """See to it that an event may go on to another bus.

    Args:
        journey: The buses before this one.
        bus: Where it is.
        target: Where it would go.

    Raises:
        DeliveryError: It came from another bus already.
    """
    if not journey:
        return
    # AWS names no code for a third bus of one account and Region; it doesn't deliver there either.
    code = (
        THIRD_REGION_HOP_DETECTED
        if target.region != bus.region and target.account == bus.account
        else THIRD_ACCOUNT_HOP_DETECTED
    )
    raise DeliveryError(
        code,
        f"An event that {bus.text} received from {journey[-1]} isn't sent on to a third event "
        f"bus, {target.text}.",
    )
