"""Feeds Lambda's metrics from what happens in the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from localstack.services.lambda_.api_utils import qualifier_is_alias

from . import metrics
from .publisher import Publisher

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.counting_service import CountingService
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

publisher = Publisher()


def resource_of(version: FunctionVersion, invoked_arn: str | None = None) -> metrics.Resource:
    """Return whose metrics an invocation adds to.

    Args:
        version: The version that runs.
        invoked_arn: What the caller addressed; the bare function when absent.
    """
    parts = invoked_arn.split(":") if invoked_arn else []
    qualifier = parts[7] if len(parts) > 7 else None
    return metrics.Resource(
        account=version.id.account,
        region=version.id.region,
        function=version.id.function_name,
        qualifier=qualifier,
        alias_version=(
            version.id.qualifier if qualifier and qualifier_is_alias(qualifier) else None
        ),
    )


def invocation_completed(
    version: FunctionVersion,
    invoked_arn: str,
    counts: CountingService,
    *,
    duration: timedelta,
    failed: bool,
) -> None:
    """Count an invocation that ran; call it while it still holds its concurrency."""
    of_function, of_account = concurrency(counts, version)
    publisher.add(
        metrics.completed(
            resource_of(version, invoked_arn),
            at=datetime.now(UTC),
            duration=duration,
            failed=failed,
            concurrent=of_function,
            concurrent_in_account=of_account,
        )
    )


def invocation_throttled(version: FunctionVersion, invoked_arn: str) -> None:
    publisher.add(metrics.throttled(resource_of(version, invoked_arn), at=datetime.now(UTC)))


def event_received(version: FunctionVersion) -> None:
    _add(version, AsyncEventsReceived=1)


def event_attempted(version: FunctionVersion, age: timedelta) -> None:
    _add(version, AsyncEventAge=age / timedelta(milliseconds=1))


def event_dropped(version: FunctionVersion) -> None:
    _add(version, AsyncEventsDropped=1)


def delivery_failed(version: FunctionVersion, metric: str) -> None:
    _add(version, **{metric: 1})


def concurrency(counts: CountingService, version: FunctionVersion) -> tuple[int, int]:
    """Return how many invocations of a function, and of its account in its region, run now."""
    place = (version.id.account, version.id.region)
    arn = version.id.unqualified_arn()
    of_function = of_account = 0
    for trackers in (
        counts.on_demand_concurrency_trackers,
        counts.provisioned_concurrency_trackers,
    ):
        if tracker := trackers.get(place):
            for scope, running in list(tracker.concurrent_executions.items()):
                of_account += running
                if scope == arn or scope.startswith(f"{arn}:"):
                    of_function += running
    return of_function, of_account


def _add(version: FunctionVersion, **values: float) -> None:
    publisher.add(metrics.Observation(resource_of(version), datetime.now(UTC), values))
