"""When datapoints make an alarm: M out of N, and what missing ones count for. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"

OPERATORS: Final[Mapping[str, tuple[Callable[[float, float], bool], str]]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
"""Comparison operators: what breaches, and how a reason words it."""

OF_ANOMALIES: Final = (
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
"""Comparison operators of alarms on anomaly detection models."""

_MARGIN_OF: Final = 3
_LEAST_MARGIN: Final = 2


@dataclass(frozen=True)
class Datapoint:
    """A period, and what it measured.

    Attributes:
        start: When the period begins.
        value: The statistic; None when the datapoint is missing.
        samples: How many samples it is of.
    """

    start: datetime
    value: float | None = None
    samples: float = 0


@dataclass(frozen=True)
class Rule:
    """When an alarm goes off.

    Attributes:
        operator: How datapoints are compared, a key of `OPERATORS`.
        threshold: What they are compared with.
        periods: N, `EvaluationPeriods`.
        to_alarm: M, `DatapointsToAlarm`.
        missing: `TreatMissingData`.
    """

    operator: str
    threshold: float
    periods: int
    to_alarm: int
    missing: str = "missing"

    @classmethod
    def of(cls, alarm: Mapping[str, Any]) -> Rule:
        """Read an alarm's configuration."""
        periods = int(alarm["EvaluationPeriods"])
        # A metric of DynamoDB is reported only while something happens.
        default = "ignore" if alarm.get("Namespace") == "AWS/DynamoDB" else "missing"
        return cls(
            operator=alarm["ComparisonOperator"],
            threshold=float(alarm["Threshold"]),
            periods=periods,
            to_alarm=int(alarm.get("DatapointsToAlarm") or periods),
            missing=alarm.get("TreatMissingData") or default,
        )

    def breaches(self, value: float) -> bool:
        """Whether a value breaches the threshold."""
        return OPERATORS[self.operator][0](value, self.threshold)

    @property
    def evaluation_range(self) -> int:
        """How many periods are looked at: more than N, by how many AWS doesn't say."""
        return self.periods + max(self.periods // _MARGIN_OF, _LEAST_MARGIN)


@dataclass(frozen=True)
class Verdict:
    """What an evaluation came to.

    Attributes:
        state: The state that the alarm should have; None to keep the one that it has.
        evaluated: The datapoints that decided, the newest first.
        filled: How many missing ones counted beside them.
    """

    state: str | None
    evaluated: tuple[Datapoint, ...]
    filled: int


def evaluate(datapoints: Sequence[Datapoint], rule: Rule) -> Verdict:
    """Decide by the datapoints of an evaluation range.

    Args:
        datapoints: One for each period of `rule.evaluation_range`, the oldest first.
        rule: The alarm's.
    """
    newest = [*reversed(datapoints)]
    real = [one for one in newest if one.value is not None]
    if not real:
        return Verdict(_of_nothing(rule), tuple(newest[: rule.periods]), rule.periods)
    evaluated = tuple(real[: rule.periods])
    filled = rule.periods - len(evaluated)
    breaching = [one for one in evaluated if one.value is not None and rule.breaches(one.value)]
    number = len(breaching) + (filled if rule.missing == "breaching" else 0)
    if number >= rule.to_alarm:
        return Verdict(ALARM, evaluated, filled)
    if filled and rule.missing in ("missing", "ignore") and len(breaching) == len(evaluated):
        # All that is known breaches, and it is too little: that it began long enough ago counts.
        is_old = newest.index(breaching[-1]) + 1 >= rule.to_alarm
        state = ALARM if is_old and rule.missing == "missing" else None
        return Verdict(state, evaluated, filled)
    return Verdict(OK, evaluated, filled)


def _of_nothing(rule: Rule) -> str | None:
    return {"breaching": ALARM, "notBreaching": OK, "ignore": None}.get(
        rule.missing, INSUFFICIENT_DATA
    )
