"""The resource type AWS::Logs::ResourcePolicy: which service may write to which log groups.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html
"""

from __future__ import annotations

from typing import Any, ClassVar

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

TYPE = "AWS::Logs::ResourcePolicy"


class LogResourcePolicyProvider(ResourceProvider):  # type: ignore[misc]
    """Makes the policy through CloudWatch Logs' own API."""

    TYPE = TYPE
    SCHEMA: ClassVar[dict[str, Any]] = {
        "typeName": TYPE,
        "properties": {"PolicyName": {"type": "string"}, "PolicyDocument": {"type": "string"}},
        "required": ["PolicyName", "PolicyDocument"],
        "createOnlyProperties": ["/properties/PolicyName"],
        "primaryIdentifier": ["/properties/PolicyName"],
        "additionalProperties": False,
    }

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        return self._put(request)

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        return self._put(request)

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        name = request.desired_state["PolicyName"]
        request.aws_client_factory.logs.delete_resource_policy(policyName=name)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

    def _put(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        policy = request.desired_state
        request.aws_client_factory.logs.put_resource_policy(
            policyName=policy["PolicyName"], policyDocument=policy["PolicyDocument"]
        )
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=policy)


class LogResourcePolicyPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = TYPE

    def load(self) -> None:
        self.factory = LogResourcePolicyProvider
