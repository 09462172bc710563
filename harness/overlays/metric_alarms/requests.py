"""What requests about alarms may ask for. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.api.cloudwatch import InvalidFormatFault
from localstack.services.cloudwatch.provider_v2 import ValidationException

from .rules import OF_ANOMALIES, OPERATORS

_STATES: Final = ("INSUFFICIENT_DATA", "ALARM", "OK")
_OWN: Final = frozenset(
    {
        "AlarmArn", "AlarmConfigurationUpdatedTimestamp", "StateValue", "StateReason",
        "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp",
    }
)  # fmt: skip
"""What an alarm has beside its configuration."""
_DEFAULTS: Final[Mapping[str, Any]] = {
    "ActionsEnabled": True,
    "OKActions": [],
    "AlarmActions": [],
    "InsufficientDataActions": [],
    "Dimensions": [],
}


def check(request: Mapping[str, Any]) -> None:
    """See to it that an alarm is one that can be evaluated as it says.

    Raises:
        CommonServiceException: It isn't.
    """
    operator = request.get("ComparisonOperator")
    if operator in OF_ANOMALIES:
        raise CommonServiceException(
            "NotImplemented",
            f"This emulator has no anomaly detection models; ComparisonOperator {operator} needs "
            "one.",
            501,
        )
    if operator is not None and operator not in OPERATORS:
        known = ", ".join((*OPERATORS, *OF_ANOMALIES))
        raise _invalid(
            f"Value '{operator}' at 'comparisonOperator' failed to satisfy constraint: Member must "
            f"satisfy enum value set: [{known}]"
        )
    for name in ("EvaluationPeriods", "DatapointsToAlarm"):
        value = request.get(name)
        if value is not None and int(value) < 1:
            raise _invalid(
                f"Value '{value}' at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            )


def is_the_same(request: Mapping[str, Any], alarm: Mapping[str, Any]) -> bool:
    """Whether a request would change nothing of an alarm; its tags don't count."""
    wanted = {**_DEFAULTS, **{name: value for name, value in request.items() if name != "Tags"}}
    return wanted == {name: value for name, value in alarm.items() if name not in _OWN}


def check_state(state: str) -> None:
    """See to it that a state is one.

    Raises:
        CommonServiceException: It isn't.
    """
    if state not in _STATES:
        raise _invalid(
            f"Value '{state}' at 'stateValue' failed to satisfy constraint: Member must satisfy "
            f"enum value set: [{', '.join(_STATES)}]"
        )


def reason_data(given: str | None) -> Mapping[str, Any] | None:
    """Read the reason data that a caller gives.

    Raises:
        InvalidFormatFault: It isn't JSON.
    """
    try:
        data: Mapping[str, Any] | None = json.loads(given) if given else None
    except ValueError:
        raise InvalidFormatFault(message="StateReasonData is not valid JSON") from None
    return data


def _invalid(constraint: str) -> CommonServiceException:
    # By its class LocalStack names it to clients of the query protocol's errors.
    return ValidationException(f"1 validation error detected: {constraint}")
