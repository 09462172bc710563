"""Forgets an account: everything LocalStack and moto hold of it, and nothing of any other.

LocalStack can only forget all accounts at once, or delete resource by resource. Its state lives in
two kinds of dictionaries with the account as key, one for each service.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from localstack.services.stores import AccountRegionBundle

bundles: list[AccountRegionBundle[Any]] = []
"""All of LocalStack's stores; `patches.py` keeps it complete."""


def find_bundles() -> None:
    """Add the stores that were made before their making was watched."""
    known = {id(bundle) for bundle in bundles}
    for thing in gc.get_objects():
        if type(thing) is AccountRegionBundle and id(thing) not in known:
            bundles.append(thing)


def forget(account: str, region: str | None = None) -> None:
    """Forget what an account has in a region; in all of them when none is given."""
    for bundle in list(bundles):
        with bundle.lock:
            # `in` first: reading what isn't there would make it.
            if account not in bundle:
                continue
            if region is None:
                _forget_shared(bundle, account)
                bundle.pop(account)
            else:
                bundle[account].pop(region, None)
    if moto := sys.modules.get("moto.core.base_backend"):
        _forget_in_moto(moto, account, region)


def _forget_in_moto(moto: Any, account: str, region: str | None) -> None:
    with moto.backend_lock:
        # moto appends a service once more with each account that it meets.
        instances = moto.BackendDict._instances
        instances[:] = {id(backends): backends for backends in instances}.values()
        for backends in instances:
            if account not in list(backends):
                continue
            if region is None:
                backends.pop(account)
            elif region in dict.keys(backends[account]):
                dict.pop(backends[account], region)


def _forget_shared(bundle: AccountRegionBundle[Any], account: str) -> None:
    """Take an account's entries out of what a service shares between accounts."""
    own_ids = {account} | _rest_api_ids(bundle, account)
    for shared in bundle._universal.values():
        if isinstance(shared, dict):
            for key in [key for key in shared if _is_of(key, shared[key], account, own_ids)]:
                del shared[key]


def _is_of(key: Any, value: Any, account: str, own_ids: set[str]) -> bool:
    # An ARN, an id, or (as with the names of buckets) the account as value.
    return key in own_ids or value == account or f":{account}:" in str(key)


def _rest_api_ids(bundle: AccountRegionBundle[Any], account: str) -> set[str]:
    regions = dict.values(bundle[account])
    return {api for store in regions for api in getattr(store, "rest_apis", ())}
