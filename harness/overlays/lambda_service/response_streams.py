"""InvokeWithResponseStream: a function's answer as a stream of events.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import (
    InvokeWithResponseStreamResponse,
    InvokeWithResponseStreamResponseEvent,
    LogType,
    ResponseStreamingInvocationType,
)

CHUNK: Final = 64 * 1024


def answer(
    provider: Any,
    context: RequestContext,
    function_name: str,
    invocation_type: str | None = None,
    log_type: str | None = None,
    **request: Any,
) -> InvokeWithResponseStreamResponse:
    """Invoke a function and hand over what it wrote in chunks.

    The function has ended when the first chunk leaves.

    Args:
        provider: LocalStack's provider of the Lambda API.
        context: Of the request.
        function_name: Name or ARN.
        invocation_type: RequestResponse when absent.
        log_type: Whether the last event holds the log's tail.
        request: Other members, as of Invoke.
    """
    response = provider.invoke(
        context,
        function_name,
        invocation_type=invocation_type,
        log_type=log_type,
        **request,
    )
    if invocation_type == ResponseStreamingInvocationType.DryRun:
        return InvokeWithResponseStreamResponse(StatusCode=response["StatusCode"])
    return InvokeWithResponseStreamResponse(
        StatusCode=200,
        ExecutedVersion=response["ExecutedVersion"],
        ResponseStreamContentType="application/octet-stream",
        EventStream=events(
            response["Payload"],
            failed="FunctionError" in response,
            tail=response.get("LogResult") if log_type == LogType.Tail else None,
        ),
    )


def events(
    payload: bytes, *, failed: bool, tail: str | None
) -> Iterator[InvokeWithResponseStreamResponseEvent]:
    """Yield a payload in chunks, then the event that completes the invocation."""
    complete: dict[str, Any] = {}
    if failed:
        complete["ErrorCode"], complete["ErrorDetails"] = error_of(payload)
    else:
        for start in range(0, len(payload), CHUNK):
            yield {"PayloadChunk": {"Payload": payload[start : start + CHUNK]}}
    if tail is not None:
        complete["LogResult"] = tail
    yield {"InvokeComplete": complete}


def error_of(payload: bytes) -> tuple[str, str]:
    """Return the code and the details of a function error."""
    try:
        error = json.loads(payload)
        return str(error["errorType"]), payload.decode()
    except (ValueError, KeyError, TypeError):
        return "Unhandled", base64.b64encode(payload).decode()
