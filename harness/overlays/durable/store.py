"""Where executions are: by account, region and function, for as long as they are retained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

if TYPE_CHECKING:
    from .execution import DurableExecution


class DurableStore(BaseStore):  # type: ignore[misc]
    """An account's executions in a region, by ARN, in the order of their start."""

    executions: dict[str, DurableExecution] = LocalAttribute(default=dict)
    by_name: dict[tuple[str, str], DurableExecution] = LocalAttribute(default=dict)


stores: AccountRegionBundle[DurableStore] = AccountRegionBundle("lambda", DurableStore)


def add(execution: DurableExecution) -> None:
    arn = execution.arn
    kept = stores[arn.account][arn.region]
    kept.executions[str(arn)] = execution
    kept.by_name[arn.function, arn.name] = execution


def find(account: str, region: str, arn: str) -> DurableExecution | None:
    executions: dict[str, DurableExecution] = stores[account][region].executions
    return executions.get(arn)


def named(account: str, region: str, function: str, name: str) -> DurableExecution | None:
    """Return the execution of a function that has a name; the latest one that is retained."""
    by_name: dict[tuple[str, str], DurableExecution] = stores[account][region].by_name
    return by_name.get((function, name))


def forget(execution: DurableExecution) -> None:
    """Forget an execution, its name too."""
    arn = execution.arn
    kept = stores[arn.account][arn.region]
    kept.executions.pop(str(arn), None)
    if kept.by_name.get((arn.function, arn.name)) is execution:
        del kept.by_name[arn.function, arn.name]


def of_function(
    account: str, region: str, wanted: Callable[[DurableExecution], bool]
) -> list[DurableExecution]:
    return [found for found in list(stores[account][region].executions.values()) if wanted(found)]


def everywhere() -> list[DurableExecution]:
    """Return the executions of all accounts and regions."""
    return [
        execution
        for regions in list(stores.values())
        for kept in list(regions.values())
        for execution in list(kept.executions.values())
    ]


def taken(account: str, region: str | None) -> list[DurableExecution]:
    """Take an account's executions out; in all regions when none is given."""
    found: list[DurableExecution] = []
    if account in stores:
        regions = stores[account]
        for name in [name for name in list(regions) if region in (None, name)]:
            found += regions[name].executions.values()
            del regions[name]
    return found
