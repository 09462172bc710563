"""The resource types AWS::CloudFormation::CustomResource and Custom::…, made by a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from . import response_urls
from .custom_resource import Answer, FailedError, as_text, no_answer, read, service_timeout

TYPE = "AWS::CloudFormation::CustomResource"

PHYSICAL_ID, SENT = "PhysicalResourceId", "ResourceProperties"
"""Members of a resource's model, beside its attributes: its id, and the properties last sent."""


class CustomResourceProvider(ResourceProvider):  # type: ignore[misc]
    """Asks the function, or the topic, that `ServiceToken` names."""

    TYPE = TYPE
    SCHEMA: ClassVar[dict[str, Any]] = {
        "typeName": TYPE,
        "properties": {"ServiceToken": {"type": "string"}, PHYSICAL_ID: {"type": "string"}},
        "required": ["ServiceToken"],
        "readOnlyProperties": [f"/properties/{PHYSICAL_ID}"],
        "primaryIdentifier": [f"/properties/{PHYSICAL_ID}"],
    }

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        sent = as_text(request.desired_state)
        return _outcome(lambda: _model(sent, _ask(request, "Create", sent)))

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        old = request.previous_state or {}
        sent = as_text(request.desired_state)
        physical_id, was = old[PHYSICAL_ID], old.get(SENT, {})

        def update() -> dict[str, Any]:
            answer = _ask(request, "Update", sent, physical_id, OldResourceProperties=was)
            if answer.physical_id != physical_id:
                # Another id is another resource: AWS deletes the old one while it cleans up.
                _ask(request, "Delete", was, physical_id)
            return _model(sent, answer)

        return _outcome(update)

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        old = request.desired_state
        if PHYSICAL_ID not in old:
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

        def delete() -> dict[str, Any]:
            _ask(request, "Delete", old.get(SENT, {}), old[PHYSICAL_ID])
            return {}

        return _outcome(delete)


def _ask(
    request: ResourceRequest[Any],
    kind: str,
    properties: dict[str, Any],
    physical_id: str | None = None,
    **members: Any,
) -> Answer:
    """Send one request to the resource's provider and wait for its answer."""
    request_id = str(uuid.uuid4())
    with response_urls.mailbox() as mailbox:
        message = {
            "RequestType": kind,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": mailbox.url,
            "StackId": request.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": request.logical_resource_id,
            "ResourceType": request.resource_type,
            "ResourceProperties": properties,
            **({PHYSICAL_ID: physical_id} if physical_id else {}),
            **members,
        }
        _send(request, properties["ServiceToken"], message)
        body = mailbox.wait(service_timeout(properties))
    if body is None:
        raise no_answer(request_id)
    return read(body, request_id=request_id, physical_id=physical_id)


def _send(request: ResourceRequest[Any], token: str, message: dict[str, Any]) -> None:
    clients = request.aws_client_factory
    text = json.dumps(message)
    if token.split(":")[2:3] == ["sns"]:
        topics = clients.sns.request_metadata(service_principal="cloudformation")
        topics.publish(
            TopicArn=token, Message=text, Subject="AWS CloudFormation custom resource request"
        )
        return
    functions = clients.lambda_.request_metadata(service_principal="cloudformation")
    answer = functions.invoke(FunctionName=token, Payload=text)
    returned = answer["Payload"].read()
    if "FunctionError" in answer:
        # On AWS nobody would hear of it until the wait is over.
        raise FailedError(
            f"The function of the custom resource failed: {_error_message(returned)}. AWS would "
            "wait for an answer until the service timeout."
        )


def _error_message(returned: bytes) -> str:
    try:
        return str(json.loads(returned)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return returned.decode(errors="replace")


def _model(sent: dict[str, Any], answer: Answer) -> dict[str, Any]:
    return {**sent, **answer.attributes, PHYSICAL_ID: answer.physical_id, SENT: sent}


def _outcome(work: Any) -> ProgressEvent[Any]:
    try:
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=work())
    except FailedError as failed:
        return ProgressEvent(status=OperationStatus.FAILED, resource_model={}, message=str(failed))


class CustomResourcePlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc]
    """Where LocalStack finds the provider."""

    name = TYPE

    def load(self) -> None:
        self.factory = CustomResourceProvider
