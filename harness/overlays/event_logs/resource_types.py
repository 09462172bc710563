"""The resource types AWS::Logs::DeliverySource, DeliveryDestination and Delivery.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-deliverysource.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-deliverydestination.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-delivery.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

Model = dict[str, Any]

_TAGS: Model = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}},
    },
}


def _schema(
    kind: str,
    *,
    properties: Mapping[str, Any],
    required: tuple[str, ...],
    fixed: tuple[str, ...],
    read_only: tuple[str, ...],
    identifier: str,
) -> Model:
    return {
        "typeName": f"AWS::Logs::{kind}",
        "properties": {**properties, "Tags": _TAGS},
        "required": list(required),
        "createOnlyProperties": [f"/properties/{name}" for name in fixed],
        "readOnlyProperties": [f"/properties/{name}" for name in read_only],
        "primaryIdentifier": [f"/properties/{identifier}"],
        "additionalProperties": False,
    }


_STRING: Model = {"type": "string"}


class DeliverySourceProvider(ResourceProvider):  # type: ignore[misc]
    """One of a resource's logs."""

    TYPE = "AWS::Logs::DeliverySource"
    SCHEMA: ClassVar[Model] = _schema(
        "DeliverySource",
        properties={
            "Name": _STRING,
            "ResourceArn": _STRING,
            "LogType": _STRING,
            "Arn": _STRING,
            "Service": _STRING,
            "ResourceArns": {"type": "array", "items": _STRING},
        },
        required=("Name",),
        fixed=("Name",),
        read_only=("Arn", "Service", "ResourceArns"),
        identifier="Name",
    )

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        return self._put(request, tags=_tags(request.desired_state))

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        return self._put(request, tags={})

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        request.aws_client_factory.logs.delete_delivery_source(name=request.desired_state["Name"])
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})

    def _put(self, request: ResourceRequest[Any], tags: Model) -> ProgressEvent[Any]:
        model = request.desired_state
        made = request.aws_client_factory.logs.put_delivery_source(
            name=model["Name"],
            resourceArn=model["ResourceArn"],
            logType=model["LogType"],
            **tags,
        )["deliverySource"]
        known = {
            "Arn": made["arn"],
            "Service": made["service"],
            "ResourceArns": made["resourceArns"],
        }
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, **known})


class DeliveryDestinationProvider(ResourceProvider):  # type: ignore[misc]
    """Where logs go."""

    TYPE = "AWS::Logs::DeliveryDestination"
    SCHEMA: ClassVar[Model] = _schema(
        "DeliveryDestination",
        properties={
            "Name": _STRING,
            "DestinationResourceArn": _STRING,
            "DeliveryDestinationType": _STRING,
            "OutputFormat": _STRING,
            "DeliveryDestinationPolicy": {"type": ["object", "string"]},
            "Arn": _STRING,
        },
        required=("Name",),
        fixed=("Name", "DestinationResourceArn", "DeliveryDestinationType", "OutputFormat"),
        read_only=("Arn",),
        identifier="Name",
    )

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model, logs = request.desired_state, request.aws_client_factory.logs
        output = {"outputFormat": model["OutputFormat"]} if model.get("OutputFormat") else {}
        made = logs.put_delivery_destination(
            name=model["Name"],
            deliveryDestinationConfiguration={
                "destinationResourceArn": model["DestinationResourceArn"]
            },
            **output,
            **_tags(model),
        )["deliveryDestination"]
        self._put_policy(logs, model, {})
        known = {
            "Arn": made["arn"],
            "DeliveryDestinationType": made["deliveryDestinationType"],
        }
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, **known})

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model, former = request.desired_state, request.previous_state or {}
        self._put_policy(request.aws_client_factory.logs, model, former)
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={**former, **model})

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        name = request.desired_state["Name"]
        request.aws_client_factory.logs.delete_delivery_destination(name=name)
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})

    def _put_policy(self, logs: Any, model: Model, former: Model) -> None:
        name, member = model["Name"], "DeliveryDestinationPolicy"
        if policy := model.get(member):
            # A template may give the document itself, or beside the destination's name.
            document = policy if isinstance(policy, str) else json.dumps(policy.get(member, policy))
            logs.put_delivery_destination_policy(
                deliveryDestinationName=name, deliveryDestinationPolicy=document
            )
        elif former.get(member):
            logs.delete_delivery_destination_policy(deliveryDestinationName=name)


class DeliveryProvider(ResourceProvider):  # type: ignore[misc]
    """One source's way to one destination."""

    TYPE = "AWS::Logs::Delivery"
    SCHEMA: ClassVar[Model] = _schema(
        "Delivery",
        properties={
            "DeliverySourceName": _STRING,
            "DeliveryDestinationArn": _STRING,
            "RecordFields": {"type": "array", "items": _STRING},
            "FieldDelimiter": _STRING,
            "S3SuffixPath": _STRING,
            "S3EnableHiveCompatiblePath": {"type": "boolean"},
            "Arn": _STRING,
            "DeliveryId": _STRING,
            "DeliveryDestinationType": _STRING,
        },
        required=("DeliverySourceName", "DeliveryDestinationArn"),
        fixed=("DeliverySourceName", "DeliveryDestinationArn"),
        read_only=("Arn", "DeliveryId", "DeliveryDestinationType"),
        identifier="DeliveryId",
    )

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model = request.desired_state
        made = request.aws_client_factory.logs.create_delivery(
            deliverySourceName=model["DeliverySourceName"],
            deliveryDestinationArn=model["DeliveryDestinationArn"],
            **_form(model),
            **_tags(model),
        )["delivery"]
        known = {
            "Arn": made["arn"],
            "DeliveryId": made["id"],
            "DeliveryDestinationType": made["deliveryDestinationType"],
        }
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, **known})

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model, former = request.desired_state, request.previous_state or {}
        request.aws_client_factory.logs.update_delivery_configuration(
            id=former["DeliveryId"], **_form(model)
        )
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={**former, **model})

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        logs = request.aws_client_factory.logs
        logs.delete_delivery(id=request.desired_state["DeliveryId"])
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})


def _form(model: Model) -> Model:
    form: Model = {}
    if "RecordFields" in model:
        form["recordFields"] = model["RecordFields"]
    if "FieldDelimiter" in model:
        form["fieldDelimiter"] = model["FieldDelimiter"]
    s3: Model = {}
    if "S3SuffixPath" in model:
        s3["suffixPath"] = model["S3SuffixPath"]
    if "S3EnableHiveCompatiblePath" in model:
        s3["enableHiveCompatiblePath"] = str(model["S3EnableHiveCompatiblePath"]).lower() == "true"
    return form | ({"s3DeliveryConfiguration": s3} if s3 else {})


def _tags(model: Model) -> Model:
    tags = {tag["Key"]: tag["Value"] for tag in model.get("Tags") or []}
    return {"tags": tags} if tags else {}


class DeliverySourcePlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = DeliverySourceProvider.TYPE

    def load(self) -> None:
        self.factory = DeliverySourceProvider


class DeliveryDestinationPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = DeliveryDestinationProvider.TYPE

    def load(self) -> None:
        self.factory = DeliveryDestinationProvider


class DeliveryPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = DeliveryProvider.TYPE

    def load(self) -> None:
        self.factory = DeliveryProvider
