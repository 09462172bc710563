"""Whether a request came over TLS.

Services send each other nothing in the clear; inside the emulator their requests go over http, on
loopback or in no connection at all. So do those of functions, whose environments know http alone:
on AWS their clients call over https. Only what LocalStack passes on for a caller is as secure as
the caller's own request was.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from . import callers, identities

PLAIN_HEADER: Final = "x-harness-came-in-the-clear"
_came_plain: ContextVar[bool] = ContextVar("came_plain", default=False)


def is_secure(request_context: Any) -> bool:
    """Say whether a request came over TLS, or is a service's."""
    request = request_context.request
    if request_context.internal_request_params is None:
        return over_tls(request)
    return PLAIN_HEADER not in request.headers


def over_tls(request: Any) -> bool:
    """Say whether an HTTP request from outside came over TLS, or counts as if it had."""
    if request.scheme == "https":
        return True
    key = callers.access_key_of(request)
    return bool(key and identities.is_a_services(key))


@contextmanager
def passing_on(request: Any) -> Iterator[None]:
    """Have what is sent in this context count as the request that it is sent for."""
    token = _came_plain.set(not over_tls(request))
    try:
        yield
    finally:
        _came_plain.reset(token)


def mark(request: Any, **_: Any) -> None:
    """Have a botocore request say that it is passed on; for the event `before-send`."""
    if _came_plain.get():
        request.headers[PLAIN_HEADER] = "1"
