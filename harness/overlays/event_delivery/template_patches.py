"""Buses, their policies and rules in templates, with all their properties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.events.resource_providers.aws_events_eventbus import (
    EventsEventBusProvider,
)
from localstack.services.events.resource_providers.aws_events_eventbuspolicy import (
    EventsEventBusPolicyProvider,
)
from localstack.services.events.resource_providers.aws_events_rule import EventsRuleProvider

from harness.overlays.core import extends, replaces, substitutes

Model = dict[str, Any]

_TAGS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}},
    },
}
# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
BUS_SCHEMA: Final[Model] = {
    "typeName": "AWS::Events::EventBus",
    "additionalProperties": False,
    "properties": {
        "Arn": {"type": "string"},
        "Id": {"type": "string"},
        "Name": {"type": "string"},
        "EventSourceName": {"type": "string"},
        "Description": {"type": "string"},
        "KmsKeyIdentifier": {"type": "string"},
        "DeadLetterConfig": {"type": "object", "properties": {"Arn": {"type": "string"}}},
        "LogConfig": {
            "type": "object",
            "properties": {"IncludeDetail": {"type": "string"}, "Level": {"type": "string"}},
        },
        "Policy": {"type": ["object", "string"]},
        "Tags": _TAGS,
    },
    "required": ["Name"],
    "createOnlyProperties": ["/properties/Name", "/properties/EventSourceName"],
    "primaryIdentifier": ["/properties/Id"],
    "readOnlyProperties": ["/properties/Id", "/properties/Arn"],
}

substitutes(EventsEventBusProvider, "SCHEMA", BUS_SCHEMA, written_for="32e825faf090")

_SETTINGS: Final = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
_RULE: Final = ("Name", "EventPattern", "ScheduleExpression", "State", "Description")


@replaces(EventsEventBusProvider.create, written_for="07f8b90d63fd")
def create_bus(self: EventsEventBusProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    # Upstream passes nothing but the name.
    model, events = request.desired_state, request.aws_client_factory.events
    members = {name: model[name] for name in (*_SETTINGS, "EventSourceName") if name in model}
    if tags := model.get("Tags"):
        members["Tags"] = tags
    made = events.create_event_bus(Name=model["Name"], **members)
    if "Policy" in model:
        events.put_permission(EventBusName=model["Name"], Policy=_text(model["Policy"]))
    model |= {"Arn": made["EventBusArn"], "Id": model["Name"]}
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)


@replaces(EventsEventBusProvider.update, written_for="8c421e4ebf18")
def update_bus(self: EventsEventBusProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    model, events = request.desired_state, request.aws_client_factory.events
    former = request.previous_state or {}
    name = former["Name"]
    unset: Mapping[str, Any] = {
        "Description": "",
        "KmsKeyIdentifier": "",
        "DeadLetterConfig": {},
        "LogConfig": {"Level": "OFF", "IncludeDetail": "NONE"},
    }
    events.update_event_bus(
        Name=name,
        **{
            setting: model.get(setting, unset[setting])
            for setting in _SETTINGS
            if setting in model or setting in former
        },
    )
    if "Policy" in model:
        events.put_permission(EventBusName=name, Policy=_text(model["Policy"]))
    elif "Policy" in former:
        events.remove_permission(EventBusName=name, RemoveAllPermissions=True)
    _tag(events, former["Arn"], former.get("Tags") or [], model.get("Tags") or [])
    kept = {"Name": name, "Arn": former["Arn"], "Id": former["Id"]}
    return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, **kept})


def _tag(events: Any, arn: str, before: list[Model], after: list[Model]) -> None:
    gone = {tag["Key"] for tag in before} - {tag["Key"] for tag in after}
    if gone:
        events.untag_resource(ResourceARN=arn, TagKeys=sorted(gone))
    if after:
        events.tag_resource(ResourceARN=arn, Tags=after)


@replaces(EventsEventBusPolicyProvider.create, written_for="d32d57ed3f9a")
def create_bus_policy(
    self: EventsEventBusPolicyProvider, request: ResourceRequest[Any]
) -> ProgressEvent[Any]:
    # Upstream's replaces all statements of the bus, and can't name the default bus.
    model, events = request.desired_state, request.aws_client_factory.events
    bus, sid = model.get("EventBusName") or "default", model["StatementId"]
    if statement := model.get("Statement"):
        policy = json.loads(events.describe_event_bus(Name=bus).get("Policy") or "{}")
        others = [one for one in policy.get("Statement", []) if one.get("Sid") != sid]
        whole = {"Version": "2012-10-17", "Statement": [*others, {"Sid": sid, **statement}]}
        events.put_permission(EventBusName=bus, Policy=json.dumps(whole))
    else:
        members = {
            name: model[name] for name in ("Action", "Principal", "Condition") if name in model
        }
        events.put_permission(EventBusName=bus, StatementId=sid, **members)
    model["Id"] = f"{bus}|{sid}"
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)


@extends(EventsRuleProvider.create, written_for="1dcb0551d0ee")
def create_rule(
    upstream: Any, self: EventsRuleProvider, request: ResourceRequest[Any]
) -> ProgressEvent[Any]:
    # Upstream leaves the role out.
    event: ProgressEvent[Any] = upstream(self, request)
    role = event.resource_model.get("RoleArn")
    if event.status == OperationStatus.SUCCESS and role:
        events, place = request.aws_client_factory.events, _place(event.resource_model)
        made = events.describe_rule(**place)
        members = {name: made[name] for name in _RULE if made.get(name)}
        events.put_rule(**{**members, **place}, RoleArn=role)
    return event


@replaces(EventsRuleProvider.delete, written_for="ebde2b5f859b")
def delete_rule(self: EventsRuleProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    # Upstream looks on the default bus only.
    model, events = request.desired_state, request.aws_client_factory.events
    place = _place(model)
    targeted = {"Rule": place.pop("Name"), **place}
    ids = [target["Id"] for target in events.list_targets_by_rule(**targeted)["Targets"]]
    if ids:
        events.remove_targets(**targeted, Ids=ids, Force=True)
    events.delete_rule(Name=targeted["Rule"], **place)
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)


def _place(model: Model) -> dict[str, str]:
    bus, _, name = model["Id"].rpartition("|")
    return {"Name": name, **({"EventBusName": bus} if bus else {})}


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)
