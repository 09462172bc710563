"""Durable functions in CloudFormation stacks; SAM's `DurableConfig` becomes the same property.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-durableconfig.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceRequest

PROPERTY = "DurableConfig"


def members_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CreateFunction and UpdateFunctionConfiguration need to hear."""
    if not model.get(PROPERTY):
        return {}
    # Values of templates may be text.
    return {PROPERTY: {name: int(value) for name, value in model[PROPERTY].items()}}


def with_members(request: ResourceRequest[Any]) -> ResourceRequest[Any]:
    """Let a resource provider's calls of Lambda carry the configuration that a template sets."""
    added = members_of(request.desired_state)
    if not added:
        return request
    clients = _Clients(request.aws_client_factory, added)
    return dataclasses.replace(request, aws_client_factory=clients)


class _Clients:
    def __init__(self, clients: Any, added: dict[str, Any]) -> None:
        self._clients, self._added = clients, added

    @property
    def lambda_(self) -> _LambdaClient:
        return _LambdaClient(self._clients.lambda_, self._added)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clients, name)


class _LambdaClient:
    def __init__(self, client: Any, added: dict[str, Any]) -> None:
        self._client, self._added = client, added

    def create_function(self, **members: Any) -> Any:
        return self._client.create_function(**members, **self._added)

    def update_function_configuration(self, **members: Any) -> Any:
        return self._client.update_function_configuration(**members, **self._added)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
