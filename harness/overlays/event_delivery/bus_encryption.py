"""A customer's key on a bus: each event's data key is made and opened by KMS.

The event itself lies in the emulator's memory either way. What counts is whether KMS lets
EventBridge use the key: without it an event can't be taken in, or sent on.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
"""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError

from . import clients
from .failures import (
    ACTION_DECRYPTION_FAILURE,
    EVENT_ENCRYPTION_FAILURE,
    DeliveryError,
    from_answer,
)
from .received import Received

_CONTEXT_KEY: Final = "aws:events:event-bus:arn"


def encrypt(received: Received) -> bytes:
    """Make an event's data key.

    Returns:
        The data key, encrypted; empty for a bus without a key of the customer's.

    Raises:
        DeliveryError: KMS doesn't.
    """
    if not received.kms_key:
        return b""
    try:
        answer = _kms(received).generate_data_key(
            KeyId=received.kms_key, KeySpec="AES_256", EncryptionContext=_context(received)
        )
    except ClientError as refused:
        raise _failed(EVENT_ENCRYPTION_FAILURE, refused) from refused
    return bytes(answer["CiphertextBlob"])


def decrypt(received: Received, data_key: bytes) -> None:
    """Open an event's data key again, to send the event to a target.

    Raises:
        DeliveryError: KMS doesn't.
    """
    if not data_key:
        return
    try:
        _kms(received).decrypt(CiphertextBlob=data_key, EncryptionContext=_context(received))
    except ClientError as refused:
        raise _failed(ACTION_DECRYPTION_FAILURE, refused) from refused


def _failed(code: str, refused: ClientError) -> DeliveryError:
    cause = from_answer(refused.response)
    return DeliveryError(
        code,
        cause.message,
        # A key that is disabled or missing needs somebody to act.
        is_retried=cause.is_retried,
        status=cause.status,
        request_id=cause.request_id,
        body=cause.body,
    )


def _kms(received: Received) -> Any:
    return clients.of_service(
        "kms", account=received.account, region=received.region, source_arn=received.bus.text
    )


def _context(received: Received) -> dict[str, str]:
    return {_CONTEXT_KEY: received.bus.text}
