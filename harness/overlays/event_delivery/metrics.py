"""EventBridge's CloudWatch metrics and the sets of dimensions that each is kept under. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.overlays.core.metric_data import Dimensions, Metric

NAMESPACE: Final = "AWS/Events"

_NONE, _BUS, _RULE = "none", "EventBusName", "RuleName"
_ALL: Final = (_NONE, _BUS, _RULE)

KEPT_UNDER: Final[Mapping[str, tuple[str, ...]]] = {
    "MatchedEvents": (_BUS, _RULE),
    "TriggeredRules": _ALL,
    "ThrottledRules": _ALL,
    "Invocations": (_NONE, _RULE),
    "InvocationAttempts": _ALL,
    "SuccessfulInvocationAttempts": _ALL,
    "RetryInvocationAttempts": _ALL,
    "InvocationsCreated": (_NONE,),
    "FailedInvocations": (_RULE,),
    "InvocationsSentToDlq": (_RULE,),
    "InvocationsFailedToBeSentToDlq": (_RULE,),
    "IngestionToInvocationStartLatency": _ALL,
    "IngestionToInvocationCompleteLatency": _ALL,
    "IngestionToInvocationSuccessLatency": _ALL,
    "EventBusEncryptionStarted": (_BUS,),
    "EventBusEncryptionCompleted": (_BUS,),
    "EventBusEncryptionFailed": (_BUS,),
    "PutEventsApproximateCallCount": (_NONE,),
    "PutEventsApproximateSuccessCount": (_NONE,),
    "PutEventsApproximateFailedCount": (_NONE,),
    "PutEventsEntriesCount": (_NONE,),
    "PutEventsFailedEntriesCount": (_NONE,),
    "PutEventsLatency": (_NONE,),
    "PutEventsRequestSize": (_NONE,),
}

_UNITS: Final[Mapping[str, str]] = {
    "IngestionToInvocationStartLatency": "Milliseconds",
    "IngestionToInvocationCompleteLatency": "Milliseconds",
    "IngestionToInvocationSuccessLatency": "Milliseconds",
    "PutEventsLatency": "Milliseconds",
    "PutEventsRequestSize": "Bytes",
}
"""Units of the metrics that aren't counts."""


def metrics(name: str, *, account: str, region: str, bus: str, rule: str = "") -> Iterator[Metric]:
    """Yield a metric under each set of dimensions that it is kept under.

    Args:
        name: The metric.
        account: 12-digit account id of the bus.
        region: Its region.
        bus: Its name.
        rule: The rule's name; empty for what concerns no rule.
    """
    unit = _UNITS.get(name, "Count")
    for kind in KEPT_UNDER[name]:
        if kind != _RULE or rule:
            dimensions = _dimensions(kind, bus, rule)
            yield Metric(account, region, NAMESPACE, name, dimensions, unit)


def _dimensions(kind: str, bus: str, rule: str) -> Dimensions:
    if kind == _NONE:
        return ()
    of_bus = (("EventBusName", bus),)
    if kind == _BUS:
        return of_bus
    # A rule's name alone means one of the default bus.
    of_rule = (("RuleName", rule),)
    return of_rule if bus == "default" else of_bus + of_rule
