"""Where a function's tenancy is kept: on LocalStack's own record of the function.

Isolation is fixed at creation and holds for all versions, so that it belongs to the function and
not to a version's configuration. Being part of the store's object, it ends with the function.
"""

from __future__ import annotations

from localstack.aws.api.lambda_ import TenancyConfig
from localstack.services.lambda_.invocation.lambda_models import Function, VersionIdentifier
from localstack.services.lambda_.invocation.models import lambda_stores


def function_of(account: str, region: str, name: str) -> Function | None:
    return lambda_stores[account][region].functions.get(name)


def function_of_version(version: VersionIdentifier) -> Function | None:
    return function_of(version.account, version.region, version.function_name)


def keep_tenancy(function: Function, tenancy: TenancyConfig) -> None:
    function.tenancy_config = tenancy


def tenancy_of(function: Function | None) -> TenancyConfig | None:
    """Return a function's `TenancyConfig`; None when it has none, or doesn't exist."""
    return getattr(function, "tenancy_config", None)
