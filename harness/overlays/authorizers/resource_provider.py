"""`AWS::ApiGateway::Authorizer` in stacks; LocalStack has no provider for it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.cloudformation.provider_utils import convert_request_kwargs
from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

READ_ONLY = "AuthorizerId"


class AuthorizerProviderPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """What LocalStack finds among the entry points; named after the resource type."""

    name = "AWS::ApiGateway::Authorizer"

    def __init__(self) -> None:
        self.factory: type[AuthorizerProvider] | None = None

    def load(self) -> None:
        self.factory = AuthorizerProvider


class AuthorizerProvider(ResourceProvider[dict[str, Any]]):  # type: ignore[misc]
    TYPE = "AWS::ApiGateway::Authorizer"
    SCHEMA = {  # noqa: RUF012 - upstream reads it as a plain attribute
        "typeName": TYPE,
        "required": ["RestApiId", "Type", "Name"],
        "createOnlyProperties": ["/properties/RestApiId"],
        "readOnlyProperties": [f"/properties/{READ_ONLY}"],
        "primaryIdentifier": ["/properties/RestApiId", f"/properties/{READ_ONLY}"],
    }

    def create(self, request: ResourceRequest[dict[str, Any]]) -> ProgressEvent[dict[str, Any]]:
        model = request.desired_state
        client = request.aws_client_factory.apigateway
        shape = client.meta.service_model.operation_model("CreateAuthorizer").input_shape
        members = convert_request_kwargs(written(model), shape)
        members.setdefault("authorizerResultTtlInSeconds", 300)
        model[READ_ONLY] = client.create_authorizer(**members)["id"]
        return done(model)

    def update(self, request: ResourceRequest[dict[str, Any]]) -> ProgressEvent[dict[str, Any]]:
        before, after = request.previous_state, request.desired_state
        client = request.aws_client_factory.apigateway
        client.update_authorizer(
            restApiId=before["RestApiId"],
            authorizerId=before[READ_ONLY],
            patchOperations=[
                {"op": "replace", "path": f"/{name[0].lower()}{name[1:]}", "value": str(value)}
                for name, value in written(after).items()
                if name != "RestApiId" and value != before.get(name)
            ],
        )
        return done({**after, READ_ONLY: before[READ_ONLY]})

    def delete(self, request: ResourceRequest[dict[str, Any]]) -> ProgressEvent[dict[str, Any]]:
        client = request.aws_client_factory.apigateway
        model = request.desired_state
        client.delete_authorizer(restApiId=model["RestApiId"], authorizerId=model[READ_ONLY])
        return done(model)


def written(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that a template writes, without what only the service sets."""
    return {name: value for name, value in model.items() if name != READ_ONLY}


def done(model: dict[str, Any]) -> ProgressEvent[dict[str, Any]]:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
