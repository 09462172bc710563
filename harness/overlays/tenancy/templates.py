"""Tenant-isolated functions in CloudFormation stacks.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-tenancyconfig.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceRequest


def properties_for_creation(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CreateFunction needs to hear of a function's tenancy.

    SnapStart goes with it, so that a template which combines the two fails as it does on AWS.
    """
    if "TenancyConfig" not in model:
        return {}
    return {name: model[name] for name in ("TenancyConfig", "SnapStart") if name in model}


def with_tenancy(request: ResourceRequest[Any]) -> ResourceRequest[Any]:
    """Let a resource provider's CreateFunction carry the tenancy that the template asks for."""
    added = properties_for_creation(request.desired_state)
    if not added:
        return request
    return dataclasses.replace(
        request, aws_client_factory=_Clients(request.aws_client_factory, added)
    )


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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
