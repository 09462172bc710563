"""EventBridge's other buses, of the API `eventbridgev2`: refused by name.

They are a product of their own, with subscribers instead of rules. LocalStack doesn't know the API
and would take its requests for S3's.

Source: https://docs.aws.amazon.com/eventbridgev2/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

SERVICES: Final = frozenset({"eventbridgev2", "eventsv2"})
_SCOPE: Final = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")

MESSAGE: Final = (
    "This emulator doesn't serve the API eventbridgev2 (AWS::EventsV2): its event buses are the "
    "classic ones, with rules and targets (API events, AWS::Events)."
)


def is_meant(headers: Any, host: str) -> bool:
    """Whether a request is one to that API.

    Args:
        headers: Of the request.
        host: Its host.
    """
    scope = _SCOPE.search(headers.get("Authorization") or "")
    if scope:
        return scope[1] in SERVICES
    return host.split(".", 1)[0] in SERVICES


def refuse(chain: Any, context: Any, response: Any) -> None:
    """A handler of LocalStack's gateway: answer requests to that API."""
    if not is_meant(context.request.headers, context.request.host):
        return
    response.status_code = 501
    response.set_response(json.dumps({"__type": "NotImplemented", "message": MESSAGE}))
    response.headers["Content-Type"] = "application/json"
    response.headers["x-amzn-errortype"] = "NotImplemented"
    chain.stop()
