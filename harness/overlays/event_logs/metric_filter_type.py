"""The resource type AWS::Logs::MetricFilter.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
"""

from __future__ import annotations

from typing import Any, ClassVar

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

Model = dict[str, Any]


class MetricFilterProvider(ResourceProvider):  # type: ignore[misc]
    """Makes the filter through CloudWatch Logs' own API."""

    TYPE = "AWS::Logs::MetricFilter"
    SCHEMA: ClassVar[Model] = {
        "typeName": TYPE,
        "properties": {
            "FilterName": {"type": "string"},
            "FilterPattern": {"type": "string"},
            "LogGroupName": {"type": "string"},
            "MetricTransformations": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["FilterPattern", "LogGroupName", "MetricTransformations"],
        "createOnlyProperties": ["/properties/FilterName", "/properties/LogGroupName"],
        "primaryIdentifier": ["/properties/FilterName"],
        "additionalProperties": False,
    }

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        name = request.desired_state.get("FilterName") or generate_default_name(
            request.stack_name, request.logical_resource_id
        )
        return _put(request, name)

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        return _put(request, (request.previous_state or {})["FilterName"])

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model = request.desired_state
        request.aws_client_factory.logs.delete_metric_filter(
            logGroupName=model["LogGroupName"], filterName=model["FilterName"]
        )
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})


def _put(request: ResourceRequest[Any], name: str) -> ProgressEvent[Any]:
    model = request.desired_state
    request.aws_client_factory.logs.put_metric_filter(
        logGroupName=model["LogGroupName"],
        filterName=name,
        filterPattern=model["FilterPattern"],
        metricTransformations=[_transformation(one) for one in model["MetricTransformations"]],
    )
    return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, "FilterName": name})


def _transformation(given: Model) -> Model:
    made: Model = {
        "metricName": given["MetricName"],
        "metricNamespace": given["MetricNamespace"],
        "metricValue": str(given["MetricValue"]),
    }
    if given.get("DefaultValue") is not None:
        made["defaultValue"] = float(given["DefaultValue"])
    if unit := given.get("Unit"):
        made["unit"] = unit
    if dimensions := given.get("Dimensions"):
        made["dimensions"] = {one["Key"]: one["Value"] for one in dimensions}
    return made


class MetricFilterPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = MetricFilterProvider.TYPE

    def load(self) -> None:
        self.factory = MetricFilterProvider
