"""What happens to an event on a bus: it is encrypted, matched against rules, and delivered.

LocalStack matches disabled rules too, and makes a thread for each event.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from localstack.services.events.event_rule_engine import EventPatternCompiler, EventRuleEngine
from localstack.services.events.models import EventBus, Rule, events_stores
from localstack.services.events.provider import EventsProvider
from localstack.services.events.target import TargetSender
from localstack.utils.xray.trace_header import TraceHeader

from harness.overlays.core import clock

from . import bus_configuration, bus_encryption, dead_letter_queue, delivery, records
from .failures import DeliveryError
from .received import Invocation, Received, arn_of
from .retry_policy import RetryPolicy
from .target_input import input_of

LOG = logging.getLogger(__name__)

MANAGED_RULE = "Events-Archive-"
"""Begins the names of the rules by which archives get their events."""


def received_on(
    bus: EventBus,
    event: dict[str, Any],
    *,
    caller_account: str,
    request_id: str,
    trace_header: TraceHeader | None,
    journey: tuple[str, ...] = (),
) -> Received:
    """Return an event as one that is on a bus now.

    Args:
        bus: LocalStack's object of it.
        event: As LocalStack has formatted it.
        caller_account: Who put it.
        request_id: Of the request.
        trace_header: X-Ray's.
        journey: The buses that it came through.
    """
    configuration = bus_configuration.of(bus)
    return Received(
        # What LocalStack adds for an extension of its own isn't part of an event.
        event={name: value for name, value in event.items() if name != "event-bus-name"},
        bus=arn_of(bus.arn),
        bus_name=bus.name,
        account=bus.account_id,
        region=bus.region,
        log_config=configuration.log_config,
        kms_key=configuration.kms_key,
        dead_letter_queue=configuration.dead_letter_queue,
        caller_account=caller_account,
        request_id=request_id,
        trace_header=trace_header.to_header_str() if trace_header else "",
        journey=journey,
        at=clock.now(),
    )


def route(provider: EventsProvider, bus: EventBus, received: Received) -> None:
    """Route an event; returns at once.

    Args:
        provider: LocalStack's, which has the targets.
        bus: The bus.
        received: The event.
    """
    delivery.LANES.put(bus.arn, f"an event on {bus.name}", lambda: _route(provider, bus, received))


def _route(provider: EventsProvider, bus: EventBus, received: Received) -> None:
    if not _is_there(bus):
        return
    try:
        data_key = _encrypt(received)
    except DeliveryError as failure:
        _could_not_encrypt(received, failure)
        return
    ingested_at = clock.now()
    matched = [rule for rule in list(bus.rules.values()) if matches(rule, received.event)]
    standard = [rule for rule in matched if not rule.name.startswith(MANAGED_RULE)]
    # AWS's own events are logged if a rule wants them; others in any case.
    if standard or not received.is_of_aws:
        records.of_event("EVENT_RECEIPT", received, at=received.at)
        records.of_event("EVENT_INGEST_SUCCESS", received, at=ingested_at)
        records.of_event("RULE_MATCH_START", received, at=ingested_at)
        if not standard:
            records.of_event("NO_STANDARD_RULES_MATCHED", received)
    for rule in matched:
        invoke_targets(provider, rule, received, data_key)


def matches(rule: Rule, event: Mapping[str, Any]) -> bool:
    """Whether a rule is enabled and its pattern matches an event."""
    if rule.state == "DISABLED" or not rule.event_pattern:
        return False
    return bool(_ENGINE.evaluate_pattern_on_event(_compiled(rule.event_pattern), dict(event)))


_COMPILER: Final = EventPatternCompiler()
_ENGINE: Final = EventRuleEngine()


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> dict[str, Any]:
    """Return a pattern as the engine reads it; LocalStack does so anew for each event."""
    compiled: dict[str, Any] = _COMPILER.compile_event_pattern(event_pattern=pattern)
    return compiled


def fire(provider: EventsProvider, rule: Rule, event: dict[str, Any]) -> None:
    """Deliver the event of a rule's schedule."""
    bus = events_stores[rule.account_id][rule.region].event_buses.get(rule.event_bus_name)
    if bus is None:
        return
    received = received_on(
        bus,
        event,
        caller_account=rule.account_id,
        request_id=str(uuid.uuid4()),
        trace_header=TraceHeader().ensure_root_exists(),
    )
    invoke_targets(provider, rule, received, b"")


def invoke_targets(
    provider: EventsProvider, rule: Rule, received: Received, data_key: bytes
) -> None:
    """Begin to deliver an event to all targets of a rule that has matched."""
    targets = list(rule.targets.values())
    archives = [one for one in targets if arn_of(one["Arn"]).is_archive]
    for target in archives:
        provider._put_to_archive(
            received.region, received.account, archive_target_id=target["Id"],
            event=dict(received.event),
        )  # fmt: skip
    if rule.name.startswith(MANAGED_RULE):
        return
    records.count("MatchedEvents", received, rule=rule.name)
    records.count("TriggeredRules", received, rule=rule.name)
    prepared = [
        _prepared(provider, rule, target, received, data_key)
        for target in targets
        if target not in archives
    ]
    records.of_match(received, rule.arn, [invocation for invocation, _ in prepared])
    for invocation, unsendable in prepared:
        records.count("InvocationsCreated", received, rule=rule.name)
        delivery.begin(invocation, unsendable)


def _prepared(
    provider: EventsProvider,
    rule: Rule,
    target: Mapping[str, Any],
    received: Received,
    data_key: bytes,
) -> tuple[Invocation, DeliveryError | None]:
    invocation = Invocation(
        received=received,
        rule_arn=rule.arn,
        rule_name=rule.name,
        target=dict(target),
        arn=arn_of(target["Arn"]),
        policy=RetryPolicy.of(target),
        data_key=data_key,
    )
    try:
        invocation.input = input_of(_sender(provider, rule, target), received.event)
    except DeliveryError as failure:
        return invocation, failure
    return invocation, None


def _sender(provider: EventsProvider, rule: Rule, target: Mapping[str, Any]) -> TargetSender:
    known = provider._target_sender_store.get(f"{rule.arn}-{target['Id']}")
    return known or provider.create_target_sender(
        target, rule.arn, rule.name, rule.region, rule.account_id
    )


def _encrypt(received: Received) -> bytes:
    if not received.kms_key:
        return b""
    records.count("EventBusEncryptionStarted", received)
    data_key = bus_encryption.encrypt(received)
    records.count("EventBusEncryptionCompleted", received)
    return data_key


def _could_not_encrypt(received: Received, failure: DeliveryError) -> None:
    records.count("EventBusEncryptionFailed", received)
    records.of_event("EVENT_RECEIPT", received, at=received.at)
    records.of_event("EVENT_INGEST_FAILURE", received, failure=failure)
    # Custom and partner events alone.
    if not received.dead_letter_queue or received.is_of_aws:
        return
    try:
        dead_letter_queue.send_for_bus(received, failure)
    except DeliveryError as lost:
        LOG.warning(
            "The dead-letter queue of %s doesn't take an event: %s",
            received.bus.text,
            lost.message,
        )


def _is_there(bus: EventBus) -> bool:
    # Looked up by `in` first: reading an account that isn't there would make it.
    if bus.account_id not in events_stores:
        return False
    return events_stores[bus.account_id][bus.region].event_buses.get(bus.name) is bus
