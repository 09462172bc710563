"""What one invocation adds to the AWS/Lambda metrics.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

NAMESPACE: Final = "AWS/Lambda"

COUNT: Final = "Count"
MILLISECONDS: Final = "Milliseconds"

UNITS: Final[Mapping[str, str]] = {"Duration": MILLISECONDS, "AsyncEventAge": MILLISECONDS}
"""Units of the metrics that aren't counts."""


@dataclass(frozen=True)
class Resource:
    """What an invocation addressed.

    Attributes:
        account: 12-digit account id of the function.
        region: Its region.
        function: Its name.
        qualifier: Version or alias that the caller named; None for the bare name.
        alias_version: Version that an alias led to; None when no alias was named.
    """

    account: str
    region: str
    function: str
    qualifier: str | None = None
    alias_version: str | None = None

    def dimensions(self) -> Iterator[list[dict[str, str]]]:
        """Yield the sets of dimensions that AWS keeps each metric under."""
        name = {"Name": "FunctionName", "Value": self.function}
        addressed = f"{self.function}:{self.qualifier}" if self.qualifier else self.function
        resource = {"Name": "Resource", "Value": addressed}
        yield []
        yield [name]
        yield [name, resource]
        if self.alias_version is not None:
            yield [name, resource, {"Name": "ExecutedVersion", "Value": self.alias_version}]


@dataclass(frozen=True)
class Observation:
    """Values that one event at one time adds to metrics.

    Attributes:
        resource: What was invoked.
        at: When, aware.
        values: Metric name → value.
        of_account: Metric name → value over all functions, for the set without dimensions.
    """

    resource: Resource
    at: datetime
    values: Mapping[str, float]
    of_account: Mapping[str, float] = field(default_factory=dict)

    def data(self) -> Iterator[dict[str, Any]]:
        """Yield PutMetricData's `MetricDatum`s."""
        for dimensions in self.resource.dimensions():
            values = {**self.values, **({} if dimensions else self.of_account)}
            for name, value in values.items():
                yield {
                    "MetricName": name,
                    "Dimensions": dimensions,
                    "Timestamp": self.at,
                    "Value": value,
                    "Unit": UNITS.get(name, COUNT),
                }


def completed(
    resource: Resource,
    *,
    at: datetime,
    duration: timedelta,
    failed: bool,
    concurrent: int,
    concurrent_in_account: int,
) -> Observation:
    """Observe an invocation whose function ran, well or not.

    Errors and Throttles are recorded as 0 too, so that their average is a rate.
    """
    return Observation(
        resource,
        at,
        {
            "Invocations": 1,
            "Errors": int(failed),
            "Throttles": 0,
            "Duration": duration / timedelta(milliseconds=1),
            "ConcurrentExecutions": concurrent,
        },
        {"ConcurrentExecutions": concurrent_in_account},
    )


def throttled(resource: Resource, *, at: datetime) -> Observation:
    """Observe a request that was refused for want of concurrency: it isn't an invocation."""
    return Observation(resource, at, {"Throttles": 1})
