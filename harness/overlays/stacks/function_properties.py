"""Properties of AWS::Lambda::Function that LocalStack's provider passes over.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceRequest

RESERVED = "ReservedConcurrentExecutions"
DEFAULT_STORAGE_MB = 512


def configuration_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateFunction and UpdateFunctionConfiguration that a template sets."""
    if "EphemeralStorage" not in model:
        return {}
    return {"EphemeralStorage": {"Size": int(model["EphemeralStorage"]["Size"])}}


def changed_configuration(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return those members for an update; one that the template no longer sets gets its default."""
    if "EphemeralStorage" in before and "EphemeralStorage" not in after:
        return {"EphemeralStorage": {"Size": DEFAULT_STORAGE_MB}}
    return configuration_of(after)


def reserve_concurrency(
    client: Any, function: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Reserve the concurrency that a template asks for, or give back what it no longer asks for."""
    if after.get(RESERVED) is not None:
        client.put_function_concurrency(
            FunctionName=function, ReservedConcurrentExecutions=int(after[RESERVED])
        )
    elif before.get(RESERVED) is not None:
        client.delete_function_concurrency(FunctionName=function)


def with_members(request: ResourceRequest[Any], members: dict[str, Any]) -> ResourceRequest[Any]:
    """Let a resource provider's calls of Lambda carry further members."""
    if not members:
        return request
    clients = _Clients(request.aws_client_factory, members)
    return dataclasses.replace(request, aws_client_factory=clients)


class _Clients:
    def __init__(self, clients: Any, members: dict[str, Any]) -> None:
        self._clients, self._members = clients, members

    @property
    def lambda_(self) -> _LambdaClient:
        return _LambdaClient(self._clients.lambda_, self._members)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clients, name)


class _LambdaClient:
    def __init__(self, client: Any, members: dict[str, Any]) -> None:
        self._client, self._members = client, members

    def create_function(self, **given: Any) -> Any:
        return self._client.create_function(**given, **self._members)

    def update_function_configuration(self, **given: Any) -> Any:
        return self._client.update_function_configuration(**given, **self._members)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
