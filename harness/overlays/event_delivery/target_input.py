"""What is sent to a target: the event, a part of it, or what its transformer makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localstack.services.events.target import (
    TargetSender,
    transform_event_with_target_input_path,
)

from .failures import INVALID_JSON, DeliveryError


def input_of(sender: TargetSender, event: Mapping[str, Any]) -> Any:
    """Return what a target gets.

    Args:
        sender: LocalStack's object of the target, which knows how to transform.
        event: The event; it isn't changed.

    Raises:
        DeliveryError: Nothing valid comes out.
    """
    target = sender.target
    if (given := target.get("Input")) is not None:
        try:
            return json.loads(given)
        except ValueError as problem:
            raise DeliveryError(INVALID_JSON, f"The target's Input is no JSON: {problem}") from None
    made: Any = dict(event)
    if path := target.get("InputPath"):
        made = transform_event_with_target_input_path(path, made)
    if transformer := target.get("InputTransformer"):
        made = sender.transform_event_with_target_input_transformer(transformer, made)
    if made in (None, "", []):
        raise DeliveryError(INVALID_JSON, "The target's input transformation gave no valid JSON.")
    return made
