"""Calls of the emulator's own APIs from within it: straight to its gateway, without a socket.

They pass all of LocalStack's handlers and every overlay, and cost half of what HTTP costs.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.credentials import Credentials
from localstack.aws.client import create_http_request
from localstack.aws.connect import InternalClientFactory
from localstack.http import Response
from localstack.runtime import get_current_runtime


class InnerClientFactory(InternalClientFactory):  # type: ignore[misc]
    """Like LocalStack's `connect_to`, for callers inside."""

    def _get_client_post_hook(self, client: Any) -> Any:
        client = super()._get_client_post_hook(client)
        client.meta.events.register_first("before-send.*.*", _straight_to_the_gateway)
        return client


@cache
def inner() -> InnerClientFactory:
    """Return the one factory of inner clients."""
    return InnerClientFactory()


def act_as(client: Any, keys: tuple[str, str, str]) -> None:
    """Sign a client's next requests with other credentials.

    A client takes 10 ms to make, and each function has credentials of its own. Not for a client
    that several threads use.

    Args:
        client: A botocore client.
        keys: Access key id, secret access key, session token.
    """
    client._request_signer._credentials = Credentials(*keys)


class _Body:
    """A response's body as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content.read()

    def read(self, *_: Any, **__: Any) -> bytes:
        return self._content.read()


def _straight_to_the_gateway(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    response = Response()
    get_current_runtime().components.gateway.process(create_http_request(request), response)
    return AWSResponse(
        url=request.url,
        status_code=response.status_code,
        headers=response.headers,
        raw=_Body(response.get_data()),
    )
