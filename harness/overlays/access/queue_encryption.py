"""Which encryption a new queue has when nobody has named one.

Source: https://aws.amazon.com/blogs/compute/announcing-server-side-encryption-with-amazon-simple-queue-service-managed-encryption-keys-sse-sqs-by-default/
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from . import transport
from .modes import ENFORCE, modes

MANAGED, KEY = "SqsManagedSseEnabled", "KmsMasterKeyId"
_by_default: ContextVar[str] = ContextVar("encrypted_by_default", default="true")
_DECIDE: Final = frozenset({MANAGED, KEY})


@contextmanager
def of_request(request_context: Any) -> Iterator[None]:
    """Give queues that are made in this context what such a request's queues have.

    SQS encrypts by default what is made over https. Where no policies decide, http is as good:
    a LocalStack client that knows nothing of certificates gets what LocalStack gives.
    """
    is_plain = not transport.is_secure(request_context)
    strict = is_plain and modes.of(request_context.account_id) == ENFORCE
    token = _by_default.set("false" if strict else "true")
    try:
        yield
    finally:
        _by_default.reset(token)


def complete(attributes: dict[str, str], given: dict[str, str] | None) -> None:
    """Set a new queue's own encryption; with a KMS key it has none."""
    if given and given.get(KEY):
        attributes[MANAGED] = given.get(MANAGED, "false")
    elif not _DECIDE & (given or {}).keys():
        attributes[MANAGED] = _by_default.get()
