"""The client context that a caller of Invoke passes on to the function."""

from __future__ import annotations

import base64
import binascii


def decoded(client_context: str | None) -> str | None:
    """Return the JSON text that a caller sent as base64; None when there is none.

    Text that isn't base64 is passed on as it is: the runtime then says what it can't read.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    if not client_context:
        return None
    try:
        return base64.b64decode(client_context, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return client_context
