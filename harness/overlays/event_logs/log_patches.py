"""What log events add to metrics, and filter patterns that filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.logs import LogsApi
from localstack.services.logs import provider
from localstack.services.logs.models import get_moto_logs_backend
from localstack.services.logs.provider import LogsProvider
from localstack.services.moto import call_moto
from moto.logs.metric_filters import MetricFilters

from harness.overlays.core import clock, extends, replaces
from harness.overlays.core.metric_data import Metric, MetricPublisher

from . import metric_filters
from .filter_patterns import compile_pattern, matches
from .pattern_values import InvalidPatternError

NAMESPACE = "AWS/Logs"

publisher = MetricPublisher()


@replaces(LogsProvider.put_log_events, written_for="8927f8624147")
def put_log_events(
    self: LogsProvider,
    context: RequestContext,
    log_group_name: str,
    log_stream_name: str,
    log_events: Sequence[Mapping[str, Any]],
    **_: Any,
) -> Any:
    # Upstream counts for every filter of the account, before it is known whether there is such a
    # stream, by a request for each event.
    answer = call_moto(context)
    _count(context.account_id, context.region, log_group_name, log_events)
    return answer


def _count(
    account: str, region: str, log_group: str, log_events: Sequence[Mapping[str, Any]]
) -> None:
    now = clock.now()
    size = sum(len(event["message"].encode()) for event in log_events)
    for dimensions in ((), (("LogGroupName", log_group),)):
        of_group = [
            Metric(account, region, NAMESPACE, name, dimensions, unit)
            for name, unit in (("IncomingLogEvents", "None"), ("IncomingBytes", "Bytes"))
        ]
        publisher.add(of_group[:1], len(log_events), now)
        publisher.add(of_group[1:], size, now)
    filters = list(get_moto_logs_backend(account, region).filters.metric_filters)
    for metric, value, at in metric_filters.values(
        filters, log_group, log_events, account=account, region=region
    ):
        publisher.add([metric], value, at)


@replaces(provider.get_pattern_matcher, written_for="2c5f3de28249")
def get_pattern_matcher(pattern: str) -> Callable[[str, Mapping[str, Any]], bool]:
    # Upstream's lets everything through.
    return lambda given, event: matches(given, event["message"])


@extends(MetricFilters.add_filter, written_for="e7548799da94")
def add_filter(
    upstream: Any, self: MetricFilters, filter_name: str, filter_pattern: str,
    log_group_name: str, metric_transformations: str,
) -> None:  # fmt: skip
    # Upstream keeps the former filter of the name beside the new one.
    self.metric_filters[:] = [
        one
        for one in self.metric_filters
        if (one["filterName"], one["logGroupName"]) != (filter_name, log_group_name)
    ]
    upstream(self, filter_name, filter_pattern, log_group_name, metric_transformations)


@extends(LogsApi.put_metric_filter, written_for="fa0dc486690c")
def put_metric_filter(
    upstream: Any, self: LogsProvider, context: RequestContext, **request: Any
) -> Any:
    _check(request.get("filter_pattern") or "", "metric filter")
    return call_moto(context)


@extends(LogsApi.test_metric_filter, written_for="5d884f7c1fc5")
def test_metric_filter(
    upstream: Any,
    self: LogsProvider,
    context: RequestContext,
    filter_pattern: str,
    log_event_messages: Sequence[str],
    **_: Any,
) -> dict[str, Any]:
    _check(filter_pattern, "metric filter")
    match = compile_pattern(filter_pattern)
    found = []
    for number, message in enumerate(log_event_messages, start=1):
        extracted = match(message)
        if extracted is not None:
            fields = {f"${name}": str(value) for name, value in extracted.items()}
            is_json = filter_pattern.strip().startswith("{")
            found.append(
                {
                    "eventNumber": number,
                    "eventMessage": message,
                    "extractedValues": {} if is_json else fields,
                }
            )
    return {"matches": found}


def _check(pattern: str, kind: str) -> None:
    try:
        compile_pattern(pattern)
    except InvalidPatternError as problem:
        raise CommonServiceException(
            "InvalidParameterException", f"Invalid {kind} pattern: {problem}", 400, True
        ) from problem
