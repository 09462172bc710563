"""HTTP to what is deployed: APIs and function URLs under the addresses that AWS gives them."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 60  # an API Gateway answers within 29 seconds, a function URL may take longer
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn")


def http_client(endpoint_url: str, authority: str | None = None) -> httpx.Client:
    """Make a client for the addresses in a stack's outputs.

    On an emulator `https://….execute-api.us-east-1.amazonaws.com/live` is served at the emulator's
    endpoint, which tells APIs apart by the request's Host header. The client connects there, by
    https or http as the address says, and leaves the request, its Host header and a signature
    over it as they are. On AWS it is an ordinary client.

    Args:
        endpoint_url: The target's endpoint.
        authority: File with the certificates that it goes by, at the same port over https and
            http; without one it is called as its own address says.
    """
    on_aws = (urlsplit(endpoint_url).hostname or "").endswith(AWS_DOMAINS)
    return httpx.Client(
        transport=None if on_aws else EndpointTransport(endpoint_url, authority),
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    )


class EndpointTransport(httpx.HTTPTransport):
    """Sends every request to one endpoint, for whatever host it was made.

    Args:
        endpoint_url: Where all hosts are served.
        authority: File with the certificates that it goes by, if it serves https and http.
    """

    def __init__(self, endpoint_url: str, authority: str | None = None) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=authority))
        self._endpoint = httpx.URL(endpoint_url)
        self._keeps_scheme = authority is not None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme=request.url.scheme if self._keeps_scheme else self._endpoint.scheme,
            host=self._endpoint.host,
            port=self._endpoint.port,
        )
        return super().handle_request(request)
