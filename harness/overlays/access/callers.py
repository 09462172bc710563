"""Who makes a request: by access key, as a service, or nobody in particular."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from harness.overlays.core import access
from harness.overlays.core.access import ANONYMOUS, ContextValue, Principal

from . import identities

_ACCOUNT: Final = re.compile(r"\d{12}")
_LOG_GROUP: Final = re.compile(r"arn:[^:]+:logs:[^:]*:\d{12}:log-group:[^:]+")
_SUBSCRIPTION: Final = re.compile(r"arn:[^:]+:sns:[^:]*:\d{12}:[^:]+:[^:]+")
_CREDENTIAL: Final = re.compile(r"Credential=([^/,\s]+)")
_GIVEN_OUT: Final = ("LSIA", "LKIA")
"""How access keys begin that IAM and STS give out here; others are anything that an account is
named by."""
_UNSIGNED: Final = "injectedaccesskey"
"""What LocalStack signs requests with that nobody has signed."""


@dataclass(frozen=True)
class Caller:
    """Who makes a request.

    Attributes:
        principal: Who it is.
        context: Condition keys that follow from how the request was made.
    """

    principal: Principal
    context: dict[str, ContextValue] = field(default_factory=dict)


class UnknownAccessKey(Exception):
    """IAM and STS don't know the access key (any more)."""


class ExpiredCredentials(Exception):
    """The session that the credentials are of has ended."""


def caller_of(context: Any) -> Caller | None:
    """Return who makes a request; None for what the emulator does for itself.

    Raises:
        UnknownAccessKey: It is signed with a key that nobody has.
        ExpiredCredentials: It is signed with temporary credentials that have ended.
    """
    access_key = access_key_of(context.request)
    internal = context.internal_request_params
    if internal is not None:
        return _internal_caller(internal, access_key, context)
    if access_key is None:
        return Caller(ANONYMOUS)
    return Caller(principal_of_key(access_key, context.account_id))


def principal_of_key(access_key: str, account: str) -> Principal:
    """Return who signs with an access key.

    Raises:
        UnknownAccessKey: Nobody does.
        ExpiredCredentials: Nobody does any more.
    """
    if _ACCOUNT.fullmatch(access_key):
        return root_of(access_key)
    found = identities.of_access_key(access_key, account)
    if found is not None:
        if identities.have_ended(access_key):
            raise ExpiredCredentials(access_key)
        return found
    if access_key.startswith(_GIVEN_OUT) and len(access_key) >= 20:
        raise UnknownAccessKey(access_key)
    return root_of(account)


def root_of(account: str) -> Principal:
    """Return an account's root user."""
    return Principal("root", f"arn:aws:iam::{account}:root", account, user_id=account)


def access_key_of(request: Any) -> str | None:
    """Return the access key that a request is signed with; None when it isn't signed."""
    found = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    key = found[1] if found else None
    if key is None or key == _UNSIGNED:
        credential = request.args.get("X-Amz-Credential", "").partition("/")[0]
        key = credential or request.args.get("AWSAccessKeyId")
    return key or None


def _internal_caller(internal: Any, access_key: str | None, request: Any) -> Caller | None:
    # With a role's credentials a service is the role, whatever else the request says of it.
    if access_key and (found := identities.of_access_key(access_key, request.account_id)):
        return Caller(found)
    name = internal.get("service_principal")
    if not name:
        return None
    context: dict[str, ContextValue] = {}
    region, account = request.region, ""
    if source := internal.get("source_arn"):
        context["aws:SourceArn"] = _as_told(source)
        parts = source.split(":")
        if len(parts) > 5:
            region, account = parts[3] or region, parts[4]
    elif role := (request.service_request or {}).get("RoleArn"):
        # A service takes on the roles of its resource's account alone.
        account = role.split(":")[4] if role.count(":") > 4 else ""
    if account:
        context["aws:SourceAccount"] = account
    return Caller(access.service(str(name), region), context)


def _as_told(source: str) -> str:
    """Return an ARN as its service tells it to others.

    It is a log group's with all its streams, and of a subscription its topic's.
    Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    if _SUBSCRIPTION.fullmatch(source):
        return source.rpartition(":")[0]
    return f"{source}:*" if _LOG_GROUP.fullmatch(source) else source
