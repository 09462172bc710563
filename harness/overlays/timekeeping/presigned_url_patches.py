"""Presigned URLs: valid for as long on the clock as whoever signed them said.

A function signs in the emulator's time, a test process in the machine's. What was signed by the
machine's clock is moved by what the emulator was ahead when it was signed.

LocalStack looks at the expiry together with the signature, which it doesn't check by default: it
knows no secrets of the callers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from localstack.aws.api.s3 import AccessDenied
from localstack.services.s3 import presigned_url, provider
from localstack.services.s3.constants import S3_HOST_ID

from harness.overlays.core import extends
from harness.overlays.core.clock import CLOCK

_signed: ContextVar[datetime | None] = ContextVar("signed", default=None)


@extends(presigned_url.validate_presigned_url_s3v4, written_for="3846060539d2")
def validate_presigned_url_s3v4(upstream: Callable[[Any], None], context: Any) -> None:
    query = context.request.args
    signed = _date(query.get("X-Amz-Date"))
    token = _signed.set(signed)
    try:
        upstream(context)
        if signed is not None:
            _refuse_after(signed + timedelta(seconds=int(query["X-Amz-Expires"])))
    finally:
        _signed.reset(token)


@extends(presigned_url.validate_presigned_url_s3, written_for="364b578b1387")
def validate_presigned_url_s3(upstream: Callable[[Any], None], context: Any) -> None:
    # This older form tells when it expires, not when it was signed: by the emulator's clock, then.
    upstream(context)
    _refuse_after(datetime.fromtimestamp(int(context.request.args["Expires"]), UTC))


@extends(
    presigned_url.validate_post_policy, written_for="3d4a496be889", also_in=(provider.__name__,)
)
def validate_post_policy(
    upstream: Callable[..., Any], request_form: Any, *args: Any, **kwargs: Any
) -> Any:
    token = _signed.set(_date(request_form.get("x-amz-date")))
    try:
        return upstream(request_form, *args, **kwargs)
    finally:
        _signed.reset(token)


@extends(presigned_url.is_expired, written_for="1c7c48ffe465")
def is_expired(upstream: Callable[[datetime], bool], expiry_datetime: datetime) -> bool:
    signed = _signed.get()
    if signed is not None:
        ahead = CLOCK.was_ahead_ns(int(signed.timestamp()) * 1_000_000_000)
        expiry_datetime += timedelta(microseconds=ahead // 1000)
    return upstream(expiry_datetime)


def _refuse_after(expiry: datetime) -> None:
    if presigned_url.is_expired(expiry):
        raise AccessDenied(
            "Request has expired",
            HostId=S3_HOST_ID,
            Expires=expiry.timestamp(),
            ServerTime=time.time(),
        )


def _date(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
