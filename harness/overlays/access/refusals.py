"""Denials in the shape of the service that gives them.

The code and status come from the service's model, where it has an error for this; else from its
protocol.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from localstack.aws.api import CommonServiceException

from .deciding import Decided

_MODELLED: Final = ("AuthorizationErrorException", "AccessDeniedException")
_OWN: Final = {
    "cloudwatch": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "sqs": ("AccessDenied", 403),
}
"""Services whose models lack the error that they give."""
_JSON: Final = ("json", "smithy-rpc-v2-cbor")
_REST_JSON: Final = "rest-json"


@dataclass(frozen=True)
class Shape:
    """How a service words a refusal."""

    code: str
    status: int


def refusal(context: Any, decided: Decided) -> CommonServiceException:
    """Return the error of a denied request."""
    return _error(_denial(context.service, context.protocol), message_of(decided))


def denial(context: Any, message: str) -> CommonServiceException:
    """Return a denial with a message of its own."""
    return _error(_denial(context.service, context.protocol), message)


def message_of(decided: Decided) -> str:
    """Return the text of a denial; some services tell strangers less."""
    question = decided.question
    is_stranger = question.principal.kind == "anonymous" or question.is_cross_account
    service, _, name = question.action.partition(":")
    if service == "s3" and is_stranger:
        return "Access Denied"
    if service == "sqs" and question.principal.kind == "anonymous":
        region = question.resource.split(":")[3] if question.resource.count(":") > 4 else ""
        return f"Access to the resource https://sqs.{region}.amazonaws.com/ is denied."
    if service == "kms" and question.is_cross_account and not decided.verdict.is_explicit:
        return (
            f"User: {question.principal.name} is not authorized to perform: kms:{name} on this "
            "resource because the resource does not exist in this Region, no resource-based "
            "policies allow access, or a resource-based policy explicitly denies access"
        )
    return decided.message


def unknown_key(context: Any) -> CommonServiceException:
    """Return the error for an access key that nobody has.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    """
    if context.service.service_name == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return CommonServiceException("InvalidAccessKeyId", text, 403, True)
    text = "The security token included in the request is invalid."
    if context.protocol in (*_JSON, _REST_JSON):
        status = 403 if context.protocol == _REST_JSON else 400
        return CommonServiceException("UnrecognizedClientException", text, status, True)
    return CommonServiceException("InvalidClientTokenId", text, 403, True)


def expired(context: Any) -> CommonServiceException:
    """Return the error for temporary credentials that have ended."""
    if context.service.service_name == "s3":
        return CommonServiceException("ExpiredToken", "The provided token has expired.", 400, True)
    text = "The security token included in the request is expired"
    if context.protocol in (*_JSON, _REST_JSON):
        status = 403 if context.protocol == _REST_JSON else 400
        return CommonServiceException("ExpiredTokenException", text, status, True)
    return CommonServiceException("ExpiredToken", text, 403, True)


def _error(shape: Shape, message: str) -> CommonServiceException:
    return CommonServiceException(shape.code, message, shape.status, True)


@cache
def _denial(service: Any, protocol: str) -> Shape:
    if own := _OWN.get(service.service_name):
        return Shape(*own)
    for name in _MODELLED:
        if name in service.shape_names and protocol not in ("rest-xml",):
            error = service.shape_for(name).metadata.get("error", {})
            default = 400 if protocol in _JSON else 403
            return Shape(error.get("code") or name, error.get("httpStatusCode") or default)
    if protocol in _JSON:
        return Shape("AccessDeniedException", 400)
    if protocol == _REST_JSON:
        return Shape("AccessDeniedException", 403)
    return Shape("AccessDenied", 403)
