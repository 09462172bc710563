"""The words and data with which an evaluation explains itself. Pure.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
and what AWS answered to LocalStack's public tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from .rules import ALARM, INSUFFICIENT_DATA, OPERATORS, Rule, Verdict

_TREATED: Final = {
    "missing": "Missing",
    "ignore": "Ignore",
    "breaching": "Breaching",
    "notBreaching": "NonBreaching",
}


def reason_of(verdict: Verdict, rule: Rule, old_state: str) -> str:
    """Word why an alarm changes to a verdict's state.

    Args:
        verdict: With a state.
        rule: The alarm's.
        old_state: The state that it has so far.
    """
    known = [one for one in verdict.evaluated if one.value is not None]
    if not known:
        begin = "Insufficient Data" if verdict.state == INSUFFICIENT_DATA else "Threshold Crossed"
        periods = "1 period" if rule.periods == 1 else f"{rule.periods} periods"
        missing = _number(rule.periods, "missing datapoint")
        verb = _verb(rule.periods)
        return (
            f"{begin}: no datapoints were received for {periods} and {missing} {verb} treated as "
            f"[{_TREATED[rule.missing]}]."
        )
    is_alarm = verdict.state == ALARM
    shown = [one for one in known if rule.breaches(one.value or 0) is is_alarm]
    # Missing datapoints alone decided: what is shown are those that are known.
    shown = shown or known
    says = rule.breaches(shown[0].value or 0)
    listed = ", ".join(f"{one.value} ({one.start:%d/%m/%y %H:%M:%S})" for one in shown)
    compared = f"{'' if says else 'not '}{OPERATORS[rule.operator][1]}"
    crossed = f"{_verb(len(shown))} {compared} the threshold ({rule.threshold})"
    if old_state == INSUFFICIENT_DATA:
        return f"Threshold Crossed: {_number(len(shown), 'datapoint')} [{listed}] {crossed}."
    least = rule.to_alarm if is_alarm else rule.periods - rule.to_alarm + 1
    return (
        f"Threshold Crossed: {len(shown)} out of the last {len(known)} datapoints [{listed}] "
        f"{crossed} (minimum {_number(least, 'datapoint')} for {old_state} -> {verdict.state} "
        "transition)."
    )


def reason_data_of(
    verdict: Verdict, rule: Rule, alarm: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return `StateReasonData`."""
    evaluated = verdict.evaluated
    recent = [one.value for one in reversed(evaluated) if one.value is not None]
    data: dict[str, Any] = {"version": "1.0", "queryDate": moment(now)}
    if recent:
        data["startDate"] = moment(evaluated[-1].start)
    if alarm.get("Unit"):
        data["unit"] = alarm["Unit"]
    return {
        **data,
        "statistic": alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
        "period": int(alarm["Period"]),
        "recentDatapoints": recent,
        "threshold": rule.threshold,
        "evaluatedDatapoints": [
            {"timestamp": moment(one.start)}
            if one.value is None
            else {
                "timestamp": moment(one.start),
                "sampleCount": float(one.samples),
                "value": one.value,
            }
            for one in evaluated
        ],
    }


def moment(at: datetime) -> str:
    """Return a time as CloudWatch writes it: `2019-10-01T13:56:40.985+0000`."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _verb(number: int) -> str:
    return "was" if number == 1 else "were"
