"""Reads what LocalStack's services keep, without making or loading anything."""

from __future__ import annotations

import sys
from typing import Any


def store_of(module: str, bundle: str, account: str, region: str) -> Any | None:
    """Return what a service keeps for an account in a region.

    Args:
        module: Where the service's stores are, such as `localstack.services.sqs.models`.
        bundle: Their name there, such as `sqs_stores`.
        account: 12-digit account id.
        region: Region name.

    Returns:
        The store; None when the service isn't loaded, or has nothing there.
    """
    stores = getattr(sys.modules.get(module), bundle, None)
    # `in` first: reading what isn't there would make it.
    if stores is None or account not in stores:
        return None
    return dict.get(stores[account], region)


def shared_store(module: str, bundle: str) -> Any | None:
    """Return a store of a service, for what the service shares between accounts."""
    stores = getattr(sys.modules.get(module), bundle, None)
    return stores["000000000000"]["us-east-1"] if stores is not None else None


def iam_store(account: str) -> Any | None:
    """Return what IAM keeps for an account; it is the same in all regions."""
    stores = getattr(sys.modules.get("localstack.services.iam.models"), "iam_stores", None)
    if stores is None or account not in stores:
        return None
    return stores[account]["us-east-1"]


def moto_backend(service: str, account: str, region: str) -> Any | None:
    """Return moto's backend of a service for an account in a region, if it is there."""
    module = sys.modules.get(f"moto.{service}.models")
    backends = getattr(module, f"{service}_backends", None)
    if backends is None or account not in list(backends):
        return None
    regions = backends[account]
    return dict.get(regions, region)
