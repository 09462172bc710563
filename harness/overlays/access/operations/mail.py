"""Condition keys of e-mail: who it is from, and to whom it goes. Pure.

Source: https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Any

from .arns import Parameters

_LISTS = ("ToAddresses", "CcAddresses", "BccAddresses")


def keys_of(parameters: Parameters) -> dict[str, tuple[str, ...]]:
    """Return `ses:FromAddress` and its like, in lower case, of a request that sends."""
    raw = _raw(parameters)
    written = parameters.get("Source") or parameters.get("FromEmailAddress") or raw.get("From")
    name, address = parseaddr(str(written or ""))
    keys: dict[str, tuple[str, ...]] = {}
    if address:
        keys["ses:fromaddress"] = (address,)
    if name:
        keys["ses:fromdisplayname"] = (name,)
    if recipients := _recipients(parameters, raw):
        keys["ses:recipients"] = recipients
    back = parameters.get("ReturnPath") or parameters.get("FeedbackForwardingEmailAddress")
    if back:
        keys["ses:feedbackaddress"] = (str(back),)
    return keys


def sender_of(parameters: Parameters) -> str:
    """Return the address that a request sends from; empty if it sends none."""
    return "".join(keys_of(parameters).get("ses:fromaddress", ()))


def _recipients(parameters: Parameters, raw: Message) -> tuple[str, ...]:
    destination = parameters.get("Destination") or {}
    listed = list(parameters.get("Destinations") or ())
    listed += [one for kind in _LISTS for one in destination.get(kind) or ()]
    if not all(isinstance(one, str) for one in listed):
        return ()
    heads = [*(raw.get_all("To") or ()), *(raw.get_all("Cc") or ()), *(raw.get_all("Bcc") or ())]
    return tuple(address for _, address in getaddresses(listed or heads) if address)


def _raw(parameters: Parameters) -> Message:
    message = parameters.get("RawMessage") or (parameters.get("Content") or {}).get("Raw")
    data: Any = message.get("Data") if isinstance(message, Mapping) else None
    if isinstance(data, str):
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            data = data.encode()
    return message_from_bytes(data or b"")
