"""Makes a call's record from a request that LocalStack has answered."""

from __future__ import annotations

import time
from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.aws.chain import HandlerChain
from localstack.http import Response

from harness.overlays.core import call_facts, clock

from .call import MOST_MESSAGE, Call, about
from .recorder import Recorder

INTERNAL_ACCOUNT: Final = "949334387222"
"""LocalStack's own resources, which aren't anybody's."""

recorder: Final = Recorder()

_BEGAN: Final = "harness_began"


def begin(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Note when a request's operation begins."""
    now, ahead = clock.now(), clock.CLOCK.ahead_ns / 1e9
    setattr(context, _BEGAN, (now, now - ahead, time.perf_counter()))


def end(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Keep a request that has been answered."""
    began = getattr(context, _BEGAN, None)
    if began is None or context.operation is None or context.service is None or _is_noise(context):
        return
    at, machine_at, started = began
    problem, facts = context.service_exception, call_facts.of(context)
    recorder.add(
        Call(
            at=at,
            machine_at=machine_at,
            took_seconds=round(time.perf_counter() - started, 6),
            account=context.account_id or "",
            region=context.region or "",
            by=facts.get("principal") or _caller(context),
            cause=_internal(context).get("source_arn") or "",
            trace=_trace_of(context),
            request_id=context.request_id or "",
            service=context.service.service_name,
            operation=context.operation.name,
            about=about(context.service_request),
            status=response.status_code,
            error=problem.code if problem else _unknown(response),
            message=str(problem.message or "")[:MOST_MESSAGE] if problem else "",
            decided_by=facts.get("decided_by", ""),
        )
    )


def _internal(context: RequestContext) -> Any:
    return context.internal_request_params or {}


def _caller(context: RequestContext) -> str:
    if principal := _internal(context).get("service_principal"):
        return f"{principal}.amazonaws.com"
    if context.is_internal_call:
        return "service"
    return f"arn:{context.partition}:iam::{context.account_id}:root"


def _trace_of(context: RequestContext) -> str:
    header = (context.trace_context or {}).get("aws_trace_header")
    return str(getattr(header, "root", "") or "")


def _unknown(response: Response) -> str:
    return f"HTTP {response.status_code}" if response.status_code >= 400 else ""


def _is_noise(context: RequestContext) -> bool:
    """Whether a call is LocalStack's housekeeping, or a poller's that found nothing."""
    if context.account_id == INTERNAL_ACCOUNT:
        return True
    if not context.is_internal_call:
        return False
    match context.operation.name:
        case "PutMetricData":
            return True
        case "ReceiveMessage":
            return not (context.service_response or {}).get("Messages")
        case "GetRecords":
            return not (context.service_response or {}).get("Records")
    return False
