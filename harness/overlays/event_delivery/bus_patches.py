"""A bus keeps its key, its dead-letter queue and what it logs, and can be updated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.events import EventsApi
from localstack.services.events.provider import EventsProvider

from harness.overlays.core import extends

from . import bus_configuration, clients
from .bus_configuration import BusConfiguration
from .target_rules import RefusedError, check_dead_letter_queue

_MEMBERS = {
    "kms_key_identifier": "KmsKeyIdentifier",
    "dead_letter_config": "DeadLetterConfig",
    "log_config": "LogConfig",
}


@extends(EventsProvider.create_event_bus, written_for="792d6d28c752")
def create_event_bus(
    upstream: Any, self: EventsProvider, context: RequestContext, name: str, **request: Any
) -> Any:
    configuration = _changed(BusConfiguration(), context, name, request)
    answer = upstream(self, context, name, **request)
    bus = self.get_event_bus(name, self.get_store(context.region, context.account_id))
    bus_configuration.keep(bus, configuration)
    return {**answer, **configuration.members()}


@extends(EventsApi.update_event_bus, written_for="c01b5ab7abee")
def update_event_bus(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    name: str | None = None,
    **request: Any,
) -> Any:
    # Upstream has none.
    bus = self.get_event_bus(name or "default", self.get_store(context.region, context.account_id))
    configuration = _changed(bus_configuration.of(bus), context, bus.name, request)
    bus_configuration.keep(bus, configuration)
    if (description := request.get("description")) is not None:
        bus.description = description
    bus.last_modified_time = datetime.now(UTC)
    answer = {"Arn": bus.arn, "Name": bus.name, **configuration.members()}
    return answer | ({"Description": bus.description} if bus.description else {})


@extends(EventsProvider.describe_event_bus, written_for="4b164eff7429")
def describe_event_bus(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    name: str | None = None,
    **request: Any,
) -> Any:
    answer = upstream(self, context, name, **request)
    bus = self.get_event_bus(answer["Name"], self.get_store(context.region, context.account_id))
    return {**answer, **bus_configuration.of(bus).members()}


@extends(EventsProvider.put_permission, written_for="3f66b1077c7b")
def put_permission(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    event_bus_name: str | None = None,
    **request: Any,
) -> None:
    # Upstream looks for a bus called None.
    upstream(self, context, event_bus_name=event_bus_name or "default", **request)


@extends(EventsProvider.remove_permission, written_for="39a9aeb9bbe5")
def remove_permission(
    upstream: Any,
    self: EventsProvider,
    context: RequestContext,
    event_bus_name: str | None = None,
    **request: Any,
) -> None:
    upstream(self, context, event_bus_name=event_bus_name or "default", **request)


def _changed(
    former: BusConfiguration, context: RequestContext, name: str, request: Mapping[str, Any]
) -> BusConfiguration:
    asked = {member: request.get(given) for given, member in _MEMBERS.items()}
    try:
        configuration = former.changed_by(asked)
        if queue := configuration.dead_letter_queue:
            check_dead_letter_queue(queue, context.region, owner=f"event bus {name}")
    except RefusedError as refused:
        raise CommonServiceException(refused.code, refused.message, 400, True) from refused
    if configuration.kms_key and configuration.kms_key != former.kms_key:
        _check_key(configuration.kms_key, context)
    return configuration


def _check_key(key: str, context: RequestContext) -> None:
    kms = clients.of_account("kms", account=context.account_id, region=context.region)
    try:
        kms.describe_key(KeyId=key)
    except ClientError as refused:
        raise CommonServiceException(
            "ValidationException", refused.response["Error"]["Message"], 400, True
        ) from refused
