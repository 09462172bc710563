"""Condition keys of a request: AWS's global ones, and its service's by the names of parameters.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from harness.overlays.core.access import ContextValue, Principal

from .operations import mail
from .operations.arns import Parameters

_TYPES: Final = {
    "root": "Account",
    "user": "User",
    "role-session": "AssumedRole",
    "federated-user": "FederatedUser",
    "anonymous": "Anonymous",
}
_GLOBAL_SERVICES: Final = ("iam:", "sts:", "cloudfront:", "route53:", "organizations:")

Keys = dict[str, tuple[str, ...]]


def lowered(context: Mapping[str, ContextValue]) -> Keys:
    """Return keys in lower case, each with a tuple of values."""
    return {
        name.lower(): (value,) if isinstance(value, str) else tuple(value)
        for name, value in context.items()
    }


def of_principal(principal: Principal) -> Keys:
    """Return the keys that follow from who asks."""
    keys: Keys = {"aws:viaawsservice": ("false",)}
    is_service = principal.kind == "service"
    keys["aws:principalisawsservice"] = ("true" if is_service else "false",)
    if is_service:
        keys["aws:principalservicename"] = (principal.arn,)
        keys["aws:principalservicenameslist"] = (principal.arn,)
        return keys
    keys["aws:principaltype"] = (_TYPES[principal.kind],)
    if principal.kind == "anonymous":
        keys["aws:userid"] = ("anonymous",)
        return keys
    keys["aws:principalarn"] = (principal.role or principal.arn,)
    keys["aws:principalaccount"] = (principal.account,)
    keys["kms:calleraccount"] = (principal.account,)
    keys["aws:userid"] = (principal.user_id or principal.account,)
    if principal.kind == "user":
        keys["aws:username"] = (principal.arn.rpartition("/")[2],)
    for name, value in principal.tags:
        keys[f"aws:principaltag/{name.lower()}"] = (value,)
    return keys


def of_moment(action: str, region: str) -> Keys:
    """Return the keys that follow from when and where; the time is the emulator's."""
    now = datetime.now(UTC)
    is_global = action.startswith(_GLOBAL_SERVICES)
    return {
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:requestedregion": ("us-east-1" if is_global else region,),
    }


def of_request(request: Any, *, by_service: bool, is_secure: bool) -> Keys:
    """Return the keys that follow from an HTTP request.

    Args:
        request: The request.
        by_service: Whether a service makes it; then it has no address.
        is_secure: Whether it came over TLS.
    """
    keys: Keys = {"aws:securetransport": ("true" if is_secure else "false",)}
    if by_service:
        return keys
    if address := request.headers.get("Remote-Addr") or request.remote_addr:
        keys["aws:sourceip"] = (address,)
    if agent := request.headers.get("User-Agent"):
        keys["aws:useragent"] = (agent,)
    if referer := request.headers.get("Referer"):
        keys["aws:referer"] = (referer,)
    return keys


def of_parameters(wanted: Iterable[str], parameters: Parameters, headers: Any = None) -> Keys:
    """Return the keys that follow from parameters.

    Tags of the request become `aws:RequestTag/…` and `aws:TagKeys`. A key of a service is the
    parameter of its name, `sns:Protocol` that of `Protocol`; one of `s3:x-amz-…` is a header.

    Args:
        wanted: The action's own condition keys.
        parameters: The request's.
        headers: The request's headers.
    """
    keys = _tags(parameters)
    given = {_plain(name): value for name, value in parameters.items()}
    for key in wanted:
        prefix, _, name = key.partition(":")
        if key == "ses:FromAddress":
            keys.update(mail.keys_of(parameters))
        if prefix == "aws":
            continue
        if name.startswith("x-amz-"):
            if headers is not None and (value := headers.get(name)):
                keys[key.lower()] = (value,)
        elif "EncryptionContext" in name and isinstance(
            context := parameters.get("EncryptionContext"), Mapping
        ):
            for one, value in context.items():
                keys[f"kms:encryptioncontext:{one.lower()}"] = (str(value),)
            keys["kms:encryptioncontextkeys"] = tuple(context)
        elif (values := _texts(given.get(_plain(name)))) is not None:
            keys[key.lower()] = values
    return keys


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, str | int):
        return (str(value),)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return None


def _tags(parameters: Parameters) -> Keys:
    found: dict[str, str] = {}
    for member in ("Tags", "tags", "TagSet"):
        tags = parameters.get(member)
        if isinstance(tags, Mapping):
            found |= {str(name): str(value) for name, value in tags.items()}
        for tag in tags if isinstance(tags, list) else ():
            if isinstance(tag, Mapping):
                named = {key.lower(): value for key, value in tag.items()}
                name = named.get("key") or named.get("tagkey")
                if name:
                    found[str(name)] = str(named.get("value") or named.get("tagvalue") or "")
    keys: Keys = {f"aws:requesttag/{name.lower()}": (value,) for name, value in found.items()}
    listed = parameters.get("TagKeys") or parameters.get("tagKeys")
    names = list(found) or (listed if isinstance(listed, list) else [])
    if names:
        keys["aws:tagkeys"] = tuple(names)
    return keys
