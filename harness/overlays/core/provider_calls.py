"""What LocalStack's resource providers say to services, and what overlays add to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import ResourceRequest

_CONFIGURING: Final = ("create_function", "update_function_configuration")


def with_function_members(
    request: ResourceRequest[Any], members: Mapping[str, Any]
) -> ResourceRequest[Any]:
    """Let a function's resource provider configure it with members that LocalStack passes over.

    Args:
        request: What the provider is asked.
        members: Of CreateFunction and UpdateFunctionConfiguration.

    Returns:
        The request with clients that add the members to these calls.
    """
    if not members:
        return request
    clients = _Clients(request.aws_client_factory, members)
    return dataclasses.replace(request, aws_client_factory=clients)


class _Clients:
    def __init__(self, clients: Any, members: Mapping[str, Any]) -> None:
        self._clients, self._members = clients, members

    @property
    def lambda_(self) -> _LambdaClient:
        return _LambdaClient(self._clients.lambda_, self._members)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clients, name)


class _LambdaClient:
    def __init__(self, client: Any, members: Mapping[str, Any]) -> None:
        self._client, self._members = client, members

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return partial(found, **self._members) if name in _CONFIGURING else found
