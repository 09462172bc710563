"""The tenant of an asynchronous invocation, on its way through LocalStack's queue.

LocalStack writes an event to a queue of its own, and a poller invokes the function with it, again
for each retry. The message carries the tenant beside the event.
"""

from __future__ import annotations

import json
from typing import Any

from harness.overlays.core import invocation

_MEMBER = "tenant_id"
HEADER = "X-Amz-Tenant-Id"


def with_tenant(message: str) -> str:
    """Add the tenant that this thread carries to a message of the queue."""
    tenant = invocation.tenant.get()
    return message if tenant is None else json.dumps(json.loads(message) | {_MEMBER: tenant})


def tenant_in(message: str) -> str | None:
    """Return the tenant that a message was written for."""
    tenant: str | None = json.loads(message).get(_MEMBER)
    return tenant


class TenantClient:
    """The poller's Lambda client, invoking in the name of the tenant that its thread carries."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def custom_headers(self, headers: dict[str, str]) -> Any:
        tenant = invocation.tenant.get()
        ours = {} if tenant is None else {HEADER: tenant}
        return self._client.custom_headers(headers | ours)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
