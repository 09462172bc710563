"""Kinds of things that a run makes: how each is looked for, emptied and deleted.

A file holds the kinds of related services. `KINDS` has all of them, by CloudFormation's names.
"""

from __future__ import annotations

from typing import Final

from . import apis, identities, messaging, monitoring, storage, workloads
from .kind import Kind, is_gone

__all__ = ["KINDS", "Kind", "is_gone"]

KINDS: Final[dict[str, Kind]] = {
    **workloads.KINDS,
    **messaging.KINDS,
    **apis.KINDS,
    **storage.KINDS,
    **identities.KINDS,
    **monitoring.KINDS,
}
