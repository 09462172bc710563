"""Invokes the function of an execution once: on the version that the execution is pinned to."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from localstack.aws.api import ServiceException
from localstack.aws.api.lambda_ import (
    InvocationType,
    ResourceConflictException,
    ResourceNotFoundException,
    TooManyRequestsException,
)
from localstack.utils.xray.trace_header import TraceHeader

from harness.overlays.core import invocation

if TYPE_CHECKING:
    from .execution import DurableExecution

LOG = logging.getLogger(__name__)

SERVICE_FAILED: Final = b'{"errorMessage": "Service exception.", "errorType": "ServiceException"}'


@dataclass(frozen=True)
class Attempt:
    """How an invocation went.

    Attributes:
        kind: `answered`: the function returned. `failed`: it raised, crashed or took too long.
            `refused`: there was no room for it just now. `missing`: there is no such function.
        payload: What it returned, or its error.
        request_id: The invocation's.
        log: The end of its log.
    """

    kind: Literal["answered", "failed", "refused", "missing"]
    payload: bytes
    request_id: str
    log: str = ""


def invoke(service: Any, execution: DurableExecution, event: bytes) -> Attempt:
    """Invoke an execution's function; takes as long as the function does.

    Args:
        service: LocalStack's `LambdaService`.
        execution: The execution.
        event: The event.
    """
    arn, request_id = execution.arn, str(uuid.uuid4())
    trace = TraceHeader.from_header_str(execution.plan.trace).ensure_root_exists()
    tokens = (
        invocation.is_replay.set(True),
        invocation.tenant.set(execution.plan.tenant),
    )
    try:
        result = service.invoke(
            function_name=arn.function,
            qualifier=arn.version,
            region=arn.region,
            account_id=arn.account,
            invocation_type=InvocationType.RequestResponse,
            client_context=None,
            request_id=request_id,
            payload=event,
            trace_context={"aws_trace_header": trace},
        )
    except ResourceNotFoundException as missing:
        return Attempt("missing", str(missing.message).encode(), request_id)
    except (TooManyRequestsException, ResourceConflictException):
        return Attempt("refused", b"", request_id)
    except ServiceException as problem:
        LOG.warning("%s could not be invoked: %s", arn, problem)
        return Attempt("failed", SERVICE_FAILED, request_id)
    except Exception:
        LOG.exception("%s could not be invoked", arn)
        return Attempt("failed", SERVICE_FAILED, request_id)
    finally:
        invocation.is_replay.reset(tokens[0])
        invocation.tenant.reset(tokens[1])
    kind: Literal["failed", "answered"] = "failed" if result.is_error else "answered"
    return Attempt(kind, result.payload or b"", request_id, result.logs or "")
