"""Which functions are durable: kept on LocalStack's own record of a function, for each version.

Being part of the store's object, it ends with the function.
"""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.invocation.lambda_models import Function, VersionIdentifier
from localstack.services.lambda_.invocation.models import lambda_stores

LATEST = "$LATEST"


def function_of(account: str, region: str, name: str) -> Function | None:
    return lambda_stores[account][region].functions.get(name)


def existing(account: str, region: str, name: str) -> Function:
    """Return a function that was just found or made."""
    return lambda_stores[account][region].functions[name]


def keep(function: Function, config: dict[str, Any]) -> None:
    """Keep the configuration that a function's $LATEST has."""
    _configs(function)[LATEST] = config


def keep_published(function: Function, version: str) -> None:
    """Give a version that is being published what $LATEST has."""
    if LATEST in (configs := _configs(function)):
        configs.setdefault(version, configs[LATEST])


def config_of(function: Function | None, version: str = LATEST) -> dict[str, Any] | None:
    """Return a version's `DurableConfig`; None when it isn't durable, or doesn't exist."""
    return None if function is None else _configs(function).get(version)


def config_of_version(version: VersionIdentifier) -> dict[str, Any] | None:
    function = function_of(version.account, version.region, version.function_name)
    return config_of(function, version.qualifier)


def _configs(function: Function) -> dict[str, dict[str, Any]]:
    if not hasattr(function, "durable_configs"):
        function.durable_configs = {}
    configs: dict[str, dict[str, Any]] = function.durable_configs
    return configs
