"""What anybody may ask for without a signature, though its model names no such operation.

Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html and
https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
"""

from __future__ import annotations

from .operations.actions import Operation
from .operations.arns import Parameters


def is_enough(operation: Operation, parameters: Parameters) -> bool:
    """Say whether a request needs no signature.

    Whoever was sent a subscription's token, or the link by which it ends, has proved enough.
    """
    if operation.service != "sns":
        return False
    if operation.name == "ConfirmSubscription":
        return str(parameters.get("AuthenticateOnUnsubscribe", "")).lower() != "true"
    return operation.name == "Unsubscribe"
