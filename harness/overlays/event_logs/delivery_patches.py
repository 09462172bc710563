"""The delivery API of CloudWatch Logs, for buses; for other services it stays moto's.

moto knows a fixed list of services without `events`, describes every delivery as one of
CloudFront's, deletes what is in use, updates nothing, and has no configuration templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.logs import LogsApi
from localstack.services.events.models import events_stores
from localstack.services.logs.provider import LogsProvider
from localstack.services.moto import call_moto
from moto.logs.models import (
    Delivery,
    DeliveryDestination,
    DeliverySource,
    LogsBackend,
    logs_backends,
)

from harness.overlays.core import extends

from . import delivery_rules, grants, paging, templates
from .delivery_rules import CONFLICT, NOT_FOUND, RefusedError
from .destinations import S3, whole_suffix
from .log_record import FIELDS


@extends(LogsBackend.put_delivery_source, written_for="977e9ef127fc")
def put_delivery_source(
    upstream: Any,
    self: LogsBackend,
    name: str,
    resource_arn: str,
    log_type: str,
    tags: dict[str, str],
) -> DeliverySource:
    with _answered():
        delivery_rules.check_name(name)
        if resource_arn.split(":")[2:3] != [templates.SERVICE]:
            made: DeliverySource = upstream(self, name, resource_arn, log_type, tags)
            return made
        delivery_rules.check_source(
            resource_arn,
            log_type,
            account=self.account_id,
            region=self.region_name,
            buses=_buses(self.account_id, self.region_name),
            others={one.name: one.to_dict() for one in self.delivery_sources.values()},
            name=name,
        )
        if (former := self.delivery_sources.get(name)) is not None:
            if tags:
                raise RefusedError(
                    CONFLICT,
                    "Tags can only be provided when a resource is being created, not updated.",
                )
            if resource_arn not in former.resource_arns:
                raise RefusedError(
                    CONFLICT,
                    "Update to existing Delivery Source with new ResourceId is not allowed. "
                    "Please create a new Delivery Source instead.",
                )
    source = DeliverySource(self.account_id, self.region_name, name, resource_arn, log_type, tags)
    self.delivery_sources[name] = source
    if tags:
        self.tag_resource(source.arn, tags)
    return source


@extends(LogsBackend.put_delivery_destination, written_for="7ab155fffcb4")
def put_delivery_destination(
    upstream: Any,
    self: LogsBackend,
    name: str,
    output_format: str | None,
    delivery_destination_configuration: dict[str, str],
    tags: dict[str, str] | None,
) -> DeliveryDestination:
    former = self.delivery_destinations.get(name)
    with _answered():
        delivery_rules.check_name(name)
        delivery_rules.check_destination(
            (delivery_destination_configuration or {}).get("destinationResourceArn", "")
        )
    made: DeliveryDestination = upstream(
        self, name, output_format, delivery_destination_configuration, tags
    )
    if former is not None:
        # Upstream's new object forgets the policy.
        made.policy = former.policy
    return made


@extends(LogsBackend.put_delivery_destination_policy, written_for="91783120c1a5")
def put_delivery_destination_policy(
    upstream: Any,
    self: LogsBackend,
    delivery_destination_name: str,
    delivery_destination_policy: str,
) -> dict[str, str]:
    with _answered():
        delivery_rules.check_policy(delivery_destination_policy)
    answer: dict[str, str] = upstream(self, delivery_destination_name, delivery_destination_policy)
    return answer


@extends(LogsBackend.create_delivery, written_for="5bda057a267f")
def create_delivery(
    upstream: Any,
    self: LogsBackend,
    delivery_source_name: str,
    delivery_destination_arn: str,
    record_fields: list[str] | None,
    field_delimiter: str | None,
    s3_delivery_configuration: dict[str, Any] | None,
    tags: dict[str, str] | None,
) -> Delivery:
    source = self.delivery_sources.get(delivery_source_name)
    if source is None or source.service != templates.SERVICE:
        made: Delivery = upstream(
            self,
            delivery_source_name,
            delivery_destination_arn,
            record_fields,
            field_delimiter,
            s3_delivery_configuration,
            tags,
        )
        return made
    with _answered():
        destination = _destination(self, delivery_destination_arn)
        kind = destination.delivery_destination_type
        if not delivery_destination_arn.startswith(
            f"arn:aws:logs:{self.region_name}:{self.account_id}:"
        ):
            delivery_rules.check_other_accounts(kind, destination.policy, delivery_destination_arn)
        _check_is_new(self, delivery_source_name, delivery_destination_arn, kind)
        delivery_rules.check_delivery(
            kind,
            output_format=destination.output_format,
            record_fields=record_fields,
            field_delimiter=field_delimiter,
            s3=s3_delivery_configuration,
        )
        grants.grant(source, destination, account=self.account_id, region=self.region_name)
    delivery = Delivery(
        account_id=self.account_id,
        region=self.region_name,
        delivery_source_name=delivery_source_name,
        delivery_destination_arn=delivery_destination_arn,
        destination_type=kind,
        record_fields=record_fields or list(FIELDS),
        field_delimiter=field_delimiter,
        s3_delivery_configuration=_s3(s3_delivery_configuration, destination),
        tags=tags,
    )
    self.deliveries[delivery.id] = delivery
    if tags:
        self.tag_resource(delivery.arn, tags)
    return delivery


@extends(LogsBackend.delete_delivery_source, written_for="4f0530eea7ad")
def delete_delivery_source(upstream: Any, self: LogsBackend, name: str) -> None:
    if any(one.delivery_source_name == name for one in self.deliveries.values()):
        raise CommonServiceException(
            CONFLICT, f"Delivery Source {name} has deliveries; delete them first.", 400, True
        )
    upstream(self, name)


@extends(LogsBackend.delete_delivery_destination, written_for="7105c41ddca2")
def delete_delivery_destination(upstream: Any, self: LogsBackend, name: str) -> None:
    found = self.delivery_destinations.get(name)
    if found is not None and any(
        one.delivery_destination_arn == found.arn for one in self.deliveries.values()
    ):
        raise CommonServiceException(
            CONFLICT,
            f"Delivery Destination {name} has deliveries; delete them first.",
            400,
            True,
        )
    upstream(self, name)


@extends(LogsApi.update_delivery_configuration, written_for="52e79b19c90b")
def update_delivery_configuration(
    upstream: Any,
    self: LogsProvider,
    context: RequestContext,
    **request: Any,
) -> dict[str, Any]:
    record_fields = request.get("record_fields")
    field_delimiter = request.get("field_delimiter")
    s3_delivery_configuration = request.get("s3_delivery_configuration")
    backend = logs_backends[context.account_id][context.region]
    with _answered():
        delivery = backend.deliveries.get(request["id"])
        if delivery is None:
            raise RefusedError(NOT_FOUND, "Requested Delivery does not exist in this account.")
        destination = _destination(backend, delivery.delivery_destination_arn)
        source = backend.delivery_sources.get(delivery.delivery_source_name)
        if source is not None and source.service == templates.SERVICE:
            delivery_rules.check_delivery(
                delivery.destination_type,
                output_format=destination.output_format,
                record_fields=record_fields,
                field_delimiter=field_delimiter,
                s3=s3_delivery_configuration,
            )
    if record_fields is not None:
        delivery.record_fields = record_fields
    if field_delimiter is not None:
        delivery.field_delimiter = field_delimiter
    if s3_delivery_configuration is not None:
        merged = {**delivery.s3_delivery_configuration, **s3_delivery_configuration}
        if "suffixPath" in s3_delivery_configuration:
            merged["suffixPath"] = whole_suffix(
                s3_delivery_configuration["suffixPath"], _resource(destination)
            )
        delivery.s3_delivery_configuration = merged
    return {}


@extends(LogsApi.describe_configuration_templates, written_for="47724bd7fbf5")
def describe_configuration_templates(
    upstream: Any, self: LogsProvider, context: RequestContext, **request: Any
) -> dict[str, Any]:
    asked = {
        "service": request.get("service"),
        "logTypes": request.get("log_types"),
        "resourceTypes": request.get("resource_types"),
        "deliveryDestinationTypes": request.get("delivery_destination_types"),
    }
    found = templates.chosen(templates.configuration_templates(), asked)
    with _answered():
        return paging.page(
            "configurationTemplates", found, request.get("limit"), request.get("next_token")
        )


@extends(LogsApi.describe_deliveries, written_for="68f5c6260458")
def describe_deliveries(
    upstream: Any, self: LogsProvider, context: RequestContext, **request: Any
) -> dict[str, Any]:
    return _paged(context, "deliveries", request)


@extends(LogsApi.describe_delivery_sources, written_for="7f182bf5a0a3")
def describe_delivery_sources(
    upstream: Any, self: LogsProvider, context: RequestContext, **request: Any
) -> dict[str, Any]:
    return _paged(context, "deliverySources", request)


@extends(LogsApi.describe_delivery_destinations, written_for="f1d5d5cb85c6")
def describe_delivery_destinations(
    upstream: Any, self: LogsProvider, context: RequestContext, **request: Any
) -> dict[str, Any]:
    return _paged(context, "deliveryDestinations", request)


def _paged(context: RequestContext, member: str, request: Mapping[str, Any]) -> dict[str, Any]:
    found: Sequence[Any] = call_moto(context)[member]
    with _answered():
        return paging.page(member, found, request.get("limit"), request.get("next_token"))


def _destination(backend: LogsBackend, arn: str) -> DeliveryDestination:
    parts = arn.split(":", 6)
    missing = RefusedError(
        NOT_FOUND, "Requested Delivery Destination does not exist in this account."
    )
    if len(parts) < 7 or parts[5] != "delivery-destination":
        raise missing
    owner = backend
    if (parts[4], parts[3]) != (backend.account_id, backend.region_name):
        if parts[4] not in list(logs_backends) or parts[3] != backend.region_name:
            raise missing
        owner = logs_backends[parts[4]][parts[3]]
    found = owner.delivery_destinations.get(parts[6])
    if found is None:
        raise missing
    return found


def _check_is_new(backend: LogsBackend, source: str, destination: str, kind: str) -> None:
    for one in backend.deliveries.values():
        if one.delivery_source_name != source:
            continue
        if one.delivery_destination_arn == destination:
            raise RefusedError(CONFLICT, "The specified Delivery already exists")
        if one.destination_type == kind:
            raise RefusedError(
                CONFLICT,
                "Delivery already exists for this Delivery Source with the same Delivery "
                "Destination Type.",
            )


def _s3(given: Mapping[str, Any] | None, destination: DeliveryDestination) -> dict[str, Any] | None:
    if destination.delivery_destination_type != S3:
        return None
    asked = given or {}
    return {
        "suffixPath": whole_suffix(asked.get("suffixPath"), _resource(destination)),
        "enableHiveCompatiblePath": bool(asked.get("enableHiveCompatiblePath")),
    }


def _resource(destination: DeliveryDestination) -> str:
    return str(destination.delivery_destination_configuration["destinationResourceArn"])


def _buses(account: str, region: str) -> list[str]:
    # `in` first: reading an account that isn't there would make it.
    if account not in events_stores:
        return ["default"]
    return ["default", *events_stores[account][region].event_buses]


@contextmanager
def _answered() -> Iterator[None]:
    """Answer refusals as AWS does."""
    try:
        yield
    except RefusedError as refused:
        raise CommonServiceException(refused.code, refused.message, 400, True) from refused
