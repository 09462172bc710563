"""InvokeWithResponseStream: a function's answer as a stream of events.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.http import Response

from . import event_streams

CHUNK: Final = 64 * 1024
DRY_RUN: Final = 204


def answer(provider: Any, context: RequestContext, request: dict[str, Any]) -> Response:
    """Invoke a function and hand over what it wrote, in chunks.

    The function has ended when the first chunk leaves.

    Args:
        provider: LocalStack's provider of the Lambda API.
        context: Of the request.
        request: Its members by their Python names, which are Invoke's.
    """
    invoked = provider.invoke(context, **request)
    if invoked["StatusCode"] == DRY_RUN:
        return Response(status=DRY_RUN)
    stream = events(
        invoked["Payload"], failed="FunctionError" in invoked, tail=invoked.get("LogResult")
    )
    response = Response(stream, status=200, content_type=event_streams.CONTENT_TYPE)
    response.headers["X-Amz-Executed-Version"] = invoked["ExecutedVersion"]
    response.headers["x-amzn-RequestId"] = context.request_id
    return response


def events(payload: bytes, *, failed: bool, tail: str | None) -> Iterator[bytes]:
    """Yield the framed events: the payload in chunks, then what completes the invocation."""
    complete: dict[str, str] = {}
    if failed:
        complete["ErrorCode"], complete["ErrorDetails"] = error_of(payload)
    else:
        for start in range(0, len(payload), CHUNK):
            chunk = payload[start : start + CHUNK]
            yield event_streams.event("PayloadChunk", "application/octet-stream", chunk)
    if tail is not None:
        complete["LogResult"] = tail
    yield event_streams.event("InvokeComplete", "application/json", json.dumps(complete).encode())


def error_of(payload: bytes) -> tuple[str, str]:
    """Return the code and the details of a function error."""
    details = payload.decode(errors="replace")
    try:
        return str(json.loads(details)["errorType"]), details
    except (ValueError, KeyError, TypeError):
        return "Unhandled", details
