"""A function's `DurableConfig`: what is accepted, and how an update changes it. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-configuration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DEFAULT_RETENTION_DAYS: Final = 14
LONGEST_SYNCHRONOUS: Final = 900
"""Seconds that an execution may take at most whose caller waits for it."""

NO_TIMEOUT: Final = (
    "You cannot create a function with a durable configuration without an executionTimeout"
)
NOT_DURABLE: Final = "You cannot add a durable configuration to a function that was created without"
TOO_LONG_TO_WAIT: Final = (
    "You cannot synchronously invoke a durable function with an executionTimeout greater than "
    "15 minutes."
)
UNQUALIFIED: Final = "You cannot invoke a durable function using an unqualified ARN."


def of_creation(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration that a new function gets.

    Raises:
        ValueError: AWS refuses it; the message is AWS's.
    """
    if asked.get("ExecutionTimeout") is None:
        raise ValueError(NO_TIMEOUT)
    return _members({"RetentionPeriodInDays": DEFAULT_RETENTION_DAYS, **asked})


def of_update(present: Mapping[str, Any] | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function's configuration after an update, which may name one member alone.

    Raises:
        ValueError: The function isn't durable, and can't become so.
    """
    if present is None:
        raise ValueError(NOT_DURABLE)
    return _members({**present, **asked})


def _members(config: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("RetentionPeriodInDays", "ExecutionTimeout")
    return {name: config[name] for name in kept if config.get(name) is not None}
