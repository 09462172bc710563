"""Where LocalStack takes events in, and what it lets be a target."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER
from localstack.services.events.models import Rule
from localstack.services.events.provider import EventsProvider, validate_event
from localstack.services.events.utils import (
    extract_event_bus_name,
    extract_region_and_account_id,
    format_event,
    get_trace_header_encoded_region_account,
)
from localstack.utils.strings import long_uid
from localstack.utils.time import TIMESTAMP_FORMAT_TZ, timestamp

from harness.overlays.core import clock, extends, replaces

from . import journey, metrics, records, routing, target_rules
from .target_rules import RefusedError


@replaces(EventsProvider._process_entry, written_for="c6c0c08649af")
def process_entry(
    self: EventsProvider,
    entry: dict[str, Any],
    processed_entries: list[dict[str, Any]],
    failed_entry_count: dict[str, int],
    context: RequestContext,
) -> None:
    # Upstream delivers in a thread for each event: once to each target, one after the other.
    if failed := validate_event(entry):
        processed_entries.append(failed)
        failed_entry_count["count"] += 1
        return
    bus_or_arn = entry.get("EventBusName") or "default"
    name = extract_event_bus_name(bus_or_arn)
    region, account = extract_region_and_account_id(bus_or_arn, context)
    if origin := get_trace_header_encoded_region_account(
        entry, context.region, context.account_id, region, account
    ):
        entry["TraceHeader"] = origin
    event = format_event(entry, region, account, name)
    processed_entries.append({"EventId": event["id"]})
    bus = self.get_store(region, account).event_buses.get(name)
    if bus is None:
        return  # AWS says nothing either
    trace_header = context.trace_context["aws_trace_header"]
    self._proxy_capture_input_event(event, trace_header, region, account)
    received = routing.received_on(
        bus,
        event,
        caller_account=context.account_id,
        request_id=context.request_id,
        trace_header=trace_header,
        journey=_journey(context),
    )
    routing.route(self, bus, received)


def _journey(context: RequestContext) -> tuple[str, ...]:
    headers = context.request.headers if context.request else {}
    # Of requests from inside alone.
    if INTERNAL_REQUEST_PARAMS_HEADER not in headers:
        return ()
    return journey.read(headers.get(journey.HEADER))


@replaces(EventsProvider._get_scheduled_rule_job_function, written_for="c9a3e8d9ffc8")
def get_scheduled_rule_job_function(
    self: EventsProvider, account_id: str, region: str, rule: Rule
) -> Callable[..., None]:
    # Upstream tries once, and gives each target an event of its own.
    def fire(*args: Any, **kwargs: Any) -> None:
        event = {
            "version": "0",
            "id": long_uid(),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": account_id,
            "time": timestamp(format=TIMESTAMP_FORMAT_TZ),
            "region": region,
            "resources": [rule.arn],
            "detail": {},
        }
        routing.fire(self, rule, event)

    return fire


@extends(EventsProvider.put_targets, written_for="fe2e6009c746")
def put_targets(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    rule: str,
    targets: list[dict[str, Any]],
    event_bus_name: str | None = None,
    **request: Any,
) -> Any:
    service = self.get_rule_service(context.region, context.account_id, rule, event_bus_name)
    try:
        target_rules.check_place_of_bus(event_bus_name, context.region, context.account_id)
        target_rules.check(targets, service.arn)
    except RefusedError as refused:
        status = 501 if refused.code == "NotImplemented" else 400
        raise CommonServiceException(refused.code, refused.message, status, True) from refused
    answer = upstream(self, context, rule, targets, event_bus_name, **request)
    # Upstream keeps also those that it lists as failed.
    for failed in answer.get("FailedEntries") or ():
        service.rule.targets.pop(failed["TargetId"], None)
        self._target_sender_store.pop(f"{service.arn}-{failed['TargetId']}", None)
    return answer


@extends(EventsProvider.put_rule, written_for="061c4e8a7ec6")
def put_rule(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    name: str,
    **request: Any,
) -> Any:
    try:
        target_rules.check_place_of_bus(
            request.get("event_bus_name"), context.region, context.account_id
        )
    except RefusedError as refused:
        status = 501 if refused.code == "NotImplemented" else 400
        raise CommonServiceException(refused.code, refused.message, status, True) from refused
    return upstream(self, context, name, **request)


@extends(EventsProvider.put_events, written_for="05e16824fc8f")
def put_events(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    entries: list[dict[str, Any]],
    **request: Any,
) -> Any:
    began = time.monotonic()
    counted = {
        "PutEventsApproximateCallCount": 1.0,
        "PutEventsEntriesCount": len(entries),
        "PutEventsRequestSize": len(context.request.data) if context.request else 0,
    }
    try:
        answer = upstream(self, context, entries, **request)
    except Exception:
        _count(context, counted | {"PutEventsApproximateFailedCount": 1.0})
        raise
    counted["PutEventsApproximateSuccessCount"] = 1.0
    counted["PutEventsFailedEntriesCount"] = answer["FailedEntryCount"]
    counted["PutEventsLatency"] = (time.monotonic() - began) * 1000
    _count(context, counted)
    return answer


def _count(context: RequestContext, values: dict[str, float]) -> None:
    now = clock.now()
    for name, value in values.items():
        found = metrics.metrics(name, account=context.account_id, region=context.region, bus="")
        records.publisher.add(found, value, now)
