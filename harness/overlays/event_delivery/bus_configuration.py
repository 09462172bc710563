"""What a bus is told beside its name: its key, its dead-letter queue, what it logs. Pure.

LocalStack drops all three. They are kept on its own object of the bus, so that they go with it.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from harness.overlays.core.event_steps import LogConfig

from .target_rules import VALIDATION, RefusedError

LEVELS: Final = ("OFF", "ERROR", "INFO", "TRACE")
DETAILS: Final = ("NONE", "FULL")
_ATTRIBUTE: Final = "harness_configuration"


@dataclass(frozen=True)
class BusConfiguration:
    """A bus's settings.

    Attributes:
        kms_key: Key identifier as it was given; empty for a key of AWS's own.
        dead_letter_queue: ARN of the queue for events that the key couldn't encrypt.
        log_config: What it logs.
        logs_are_set: Whether that was said.
    """

    kms_key: str = ""
    dead_letter_queue: str = ""
    log_config: LogConfig = field(default_factory=LogConfig)
    logs_are_set: bool = False

    def changed_by(self, request: Mapping[str, Any]) -> BusConfiguration:
        """Return these settings as a CreateEventBus or UpdateEventBus request changes them.

        What a request leaves out stays; an empty key means AWS's own.

        Raises:
            RefusedError: The request says something that there isn't.
        """
        changed = self
        if request.get("KmsKeyIdentifier") is not None:
            changed = replace(changed, kms_key=request["KmsKeyIdentifier"])
        if request.get("DeadLetterConfig") is not None:
            queue = request["DeadLetterConfig"].get("Arn") or ""
            changed = replace(changed, dead_letter_queue=queue)
        if request.get("LogConfig") is not None:
            log_config = _log_config(request["LogConfig"], self.log_config)
            changed = replace(changed, log_config=log_config, logs_are_set=True)
        return changed

    def members(self) -> dict[str, Any]:
        """Return the settings as members of an answer."""
        members: dict[str, Any] = {}
        if self.kms_key:
            members["KmsKeyIdentifier"] = self.kms_key
        if self.dead_letter_queue:
            members["DeadLetterConfig"] = {"Arn": self.dead_letter_queue}
        if self.logs_are_set:
            members["LogConfig"] = {
                "IncludeDetail": self.log_config.include_detail,
                "Level": self.log_config.level,
            }
        return members


def of(bus: Any) -> BusConfiguration:
    """Return the settings of a bus, LocalStack's object."""
    found = getattr(bus, _ATTRIBUTE, None)
    return found if isinstance(found, BusConfiguration) else BusConfiguration()


def keep(bus: Any, configuration: BusConfiguration) -> None:
    """Give a bus settings."""
    setattr(bus, _ATTRIBUTE, configuration)


def _log_config(given: Mapping[str, Any], former: LogConfig) -> LogConfig:
    level = given.get("Level") or former.level
    include_detail = given.get("IncludeDetail") or former.include_detail
    _one_of(level, "logConfig.level", LEVELS)
    _one_of(include_detail, "logConfig.includeDetail", DETAILS)
    return LogConfig(level, include_detail)


def _one_of(value: str, member: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise RefusedError(
            VALIDATION,
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(allowed)}]",
        )
