"""What a function URL's request becomes as an event, and a function's answer as a response. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

PRELUDE_END: Final = b"\0" * 8
PRELUDE_TYPE: Final = "application/vnd.awslambda.http-integration-response"

_DROPPED_HEADERS: Final = frozenset(
    {"connection", "cookie", "x-localstack-tgt-api", "x-localstack-request-url", "remote-addr"}
)
_TEXT_TYPES: Final = ("text/", "json", "xml", "javascript")


@dataclass(frozen=True)
class UrlRequest:
    """A request to a function URL.

    Attributes:
        url_id: First label of its host name.
        domain: Host name.
        method: HTTP method.
        path: Path as it was sent, still quoted.
        query: Query string as it was sent.
        arguments: Decoded query arguments, repeated ones apart.
        headers: Repeated ones apart.
        cookies: `name=value`.
        body: As it was sent.
        source_ip: Who sent it.
        request_id: Of the request.
        trace: X-Ray's tracing header.
        at: When, aware UTC.
        port: Port it came to.
        scheme: `http` or `https`.
        caller: Fields of `authorizer.iam`; None for a URL without authorisation.
    """

    url_id: str
    domain: str
    method: str
    path: str
    query: str
    arguments: Sequence[tuple[str, str]]
    headers: Sequence[tuple[str, str]]
    cookies: Sequence[str]
    body: bytes
    source_ip: str
    request_id: str
    trace: str
    at: datetime
    port: int
    scheme: str = "http"
    caller: Mapping[str, Any] | None = None

    @property
    def content_type(self) -> str:
        return next((v for k, v in self.headers if k.lower() == "content-type"), "").lower()


@dataclass(frozen=True)
class UrlResponse:
    """A response of a function URL."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cookies: tuple[str, ...] = ()


class MalformedResponseError(ValueError):
    """The function's answer has a form that can't be sent."""


def event(request: UrlRequest) -> dict[str, Any]:
    """Compose the event, in the format of payload version 2.0."""
    headers = joined((name.lower(), value) for name, value in request.headers)
    headers |= {
        "x-amzn-tls-cipher-suite": "ECDHE-RSA-AES128-GCM-SHA256",
        "x-amzn-tls-version": "TLSv1.2",
        "x-amzn-trace-id": request.trace,
        "x-forwarded-proto": request.scheme,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": str(request.port),
    }
    context: dict[str, Any] = {
        "accountId": request.caller["accountId"] if request.caller else "anonymous",
        "apiId": request.url_id,
        "domainName": request.domain,
        "domainPrefix": request.url_id,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{request.at:%d/%b/%Y:%H:%M:%S} +0000",
        "timeEpoch": int(request.at.timestamp() * 1000),
    }
    if request.caller:
        context["authorizer"] = {"iam": dict(request.caller)}
    composed: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {k: v for k, v in headers.items() if k not in _DROPPED_HEADERS},
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if request.cookies:
        composed["cookies"] = list(request.cookies)
    if request.arguments:
        composed["queryStringParameters"] = joined(request.arguments)
    if request.body:
        text = _text(request)
        composed["isBase64Encoded"] = text is None
        composed["body"] = base64.b64encode(request.body).decode() if text is None else text
    return composed


def response(payload: bytes) -> UrlResponse:
    """Read a function's answer as the response of a buffered URL.

    Raises:
        MalformedResponseError: A member of it has the wrong type.
    """
    if PRELUDE_END in payload:
        return streamed_response(payload, PRELUDE_TYPE)
    try:
        answer = json.loads(payload)
    except ValueError:
        return UrlResponse(headers=(("content-type", "application/json"),), body=payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer.encode() if isinstance(answer, str) else _compact(answer)
        return UrlResponse(headers=(("content-type", "application/json"),), body=body)
    return _composed(answer, _body(answer))


def streamed_response(payload: bytes, content_type: str) -> UrlResponse:
    """Read what a function streamed as the response of a streaming URL.

    Args:
        payload: All that it wrote.
        content_type: That it declared; `PRELUDE_TYPE` means that JSON with status, headers and
            cookies comes first.

    Raises:
        MalformedResponseError: The prelude isn't what it should be.
    """
    if content_type.startswith(PRELUDE_TYPE):
        prelude, separator, body = payload.partition(PRELUDE_END)
        try:
            answer = json.loads(prelude)
        except ValueError:
            answer = None
        if not separator or not isinstance(answer, dict):
            raise MalformedResponseError("the streamed response has no prelude")
        return _composed({"statusCode": 200, **answer}, body)
    return UrlResponse(
        headers=(("content-type", content_type or "application/octet-stream"),), body=payload
    )


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a mapping with the values of a repeated name joined by commas."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _composed(answer: Mapping[str, Any], body: bytes) -> UrlResponse:
    try:
        status = int(answer["statusCode"])
        headers = [(str(k), _header(v)) for k, v in (answer.get("headers") or {}).items()]
        cookies = [str(cookie) for cookie in answer.get("cookies") or ()]
    except (TypeError, ValueError, AttributeError) as problem:
        raise MalformedResponseError(str(problem)) from problem
    if not 100 <= status <= 599:
        raise MalformedResponseError(f"status code {status}")
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    return UrlResponse(status, tuple(headers), body, tuple(cookies))


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def _body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return _compact(body)
    if not answer.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body)
    except ValueError as problem:
        raise MalformedResponseError(str(problem)) from problem


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _text(request: UrlRequest) -> str | None:
    """Return the body as text; None when the event must hold it in base64."""
    if not any(kind in request.content_type for kind in _TEXT_TYPES):
        return None
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return None
