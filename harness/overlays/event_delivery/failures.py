"""Why an attempt to deliver an event failed, and whether another one may help. Pure.

The codes are those of dead-letter messages. Which error of a target leads to which of them isn't
documented beyond what is retried: throttling, unavailable services and networks are; missing
permissions, missing resources and addresses that nobody knows aren't.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

NO_PERMISSIONS: Final = "NO_PERMISSIONS"
NO_RESOURCE: Final = "NO_RESOURCE"
FAILED_TO_ASSUME_ROLE: Final = "FAILED_TO_ASSUME_ROLE"
TRANSIENT_ASSUME_ROLE: Final = "TRANSIENT_ASSUME_ROLE"
THROTTLING: Final = "THROTTLING"
CONNECTION_FAILURE: Final = "CONNECTION_FAILURE"
TIMEOUT: Final = "TIMEOUT"
INTERNAL_ERROR: Final = "INTERNAL_ERROR"
ERROR_FROM_TARGET: Final = "ERROR_FROM_TARGET"
SDK_CLIENT_ERROR: Final = "SDK_CLIENT_ERROR"
INVALID_JSON: Final = "INVALID_JSON"
INVALID_PARAMETER: Final = "INVALID_PARAMETER"
RESOURCE_ALREADY_EXISTS: Final = "RESOURCE_ALREADY_EXISTS"
RESOURCE_LIMIT_EXCEEDED: Final = "RESOURCE_LIMIT_EXCEEDED"
RESOURCE_MODIFICATION_COLLISION: Final = "RESOURCE_MODIFICATION_COLLISION"
THIRD_ACCOUNT_HOP_DETECTED: Final = "THIRD_ACCOUNT_HOP_DETECTED"
THIRD_REGION_HOP_DETECTED: Final = "THIRD_REGION_HOP_DETECTED"
EVENT_ENCRYPTION_FAILURE: Final = "EVENT_ENCRYPTION_FAILURE"
ACTION_DECRYPTION_FAILURE: Final = "ACTION_DECRYPTION_FAILURE"

RETRIED: Final = frozenset(
    {
        THROTTLING,
        CONNECTION_FAILURE,
        TIMEOUT,
        INTERNAL_ERROR,
        TRANSIENT_ASSUME_ROLE,
        RESOURCE_LIMIT_EXCEEDED,
        RESOURCE_MODIFICATION_COLLISION,
    }
)
"""Codes whose failures are retried, unless a failure says otherwise of itself."""


class DeliveryError(Exception):
    """An attempt failed.

    Attributes:
        code: `ERROR_CODE` of a dead-letter message.
        message: `ERROR_MESSAGE`.
        is_retried: Whether another attempt may help.
        status: HTTP status of the target's answer; None without one.
        request_id: Of the request to the target; empty when unknown.
        body: What the target answered.
        not_before: Instant before which the target doesn't want to be asked again; 0 for any.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_retried: bool | None = None,
        status: int | None = None,
        request_id: str = "",
        body: str = "",
        not_before: float = 0,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.is_retried = code in RETRIED if is_retried is None else is_retried
        self.status = status
        self.request_id = request_id
        self.body = body
        self.not_before = not_before


@dataclass(frozen=True)
class _Meaning:
    """Error codes of AWS's services that mean one thing to EventBridge."""

    pattern: re.Pattern[str]
    code: str


def _meaning(pattern: str, code: str) -> _Meaning:
    return _Meaning(re.compile(pattern), code)


_MEANINGS: Final = (
    _meaning(r"AccessDenied|Authorization|NotAuthorized|UnauthorizedOperation|^AccessDenied$",
             NO_PERMISSIONS),
    _meaning(r"Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded|SlowDown",
             THROTTLING),
    _meaning(r"NonExistentQueue|QueueDoesNotExist|NotFound|DoesNotExist|NoSuch", NO_RESOURCE),
    _meaning(r"AlreadyExists", RESOURCE_ALREADY_EXISTS),
    _meaning(r"LimitExceeded|OverLimit", RESOURCE_LIMIT_EXCEEDED),
    _meaning(r"ResourceConflict|ConcurrentModification|OperationAborted|ResourceInUse",
             RESOURCE_MODIFICATION_COLLISION),
    _meaning(r"InvalidExecutionInput", INVALID_JSON),
    _meaning(r"^Invalid|Validation|MissingParameter|MalformedInput", INVALID_PARAMETER),
)  # fmt: skip


def from_answer(answer: Mapping[str, Any]) -> DeliveryError:
    """Return what an error answer of an AWS service means.

    Args:
        answer: `response` of a botocore `ClientError`.
    """
    error = answer.get("Error") or {}
    metadata = answer.get("ResponseMetadata") or {}
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    status = metadata.get("HTTPStatusCode")
    # Both keys of a KMS error stand before the service's own: KMS.DisabledException is no conflict.
    return DeliveryError(
        _code_of(code, status),
        message or code,
        status=status,
        request_id=str(metadata.get("RequestId", "")),
        body=f"{code}: {message}" if message else code,
    )


def _code_of(code: str, status: int | None) -> str:
    if found := next((one.code for one in _MEANINGS if one.pattern.search(code)), None):
        # A key that isn't there is no target that isn't there.
        return SDK_CLIENT_ERROR if found == NO_RESOURCE and code.startswith("KMS") else found
    if status is not None and status >= 500:
        return INTERNAL_ERROR
    return SDK_CLIENT_ERROR


def of_assumed_role(failure: DeliveryError, role: str) -> DeliveryError:
    """Return what it means that a target's role couldn't be assumed."""
    code = TRANSIENT_ASSUME_ROLE if failure.is_retried else FAILED_TO_ASSUME_ROLE
    return DeliveryError(
        code,
        failure.message or f"EventBridge could not assume the role {role}.",
        status=failure.status,
        request_id=failure.request_id,
        body=failure.body,
    )


_RETRIED_STATUSES: Final = frozenset({401, 407, 409, 429})


def from_http_status(status: int, body: str, *, not_before: float | None = 0) -> DeliveryError:
    """Return what the answer of an API means, of an API destination or of API Gateway.

    Args:
        status: HTTP status that isn't a success.
        body: What was answered.
        not_before: When `Retry-After` asks for; None when it asks not to be tried again.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
    """
    is_retried = (status in _RETRIED_STATUSES or status >= 500) and not_before is not None
    return DeliveryError(
        THROTTLING if status == 429 else ERROR_FROM_TARGET,
        f"Request failed because the HTTP status code returned by the endpoint was {status}.",
        is_retried=is_retried,
        status=status,
        body=body,
        not_before=not_before or 0,
    )
