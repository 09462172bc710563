"""What CloudFormation asks of a custom resource's provider, and how it reads the answer. Pure.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

LARGEST_ANSWER: Final = 4096
LONGEST_WAIT: Final = timedelta(hours=1)


class FailedError(Exception):
    """The resource couldn't be made, changed or deleted; the text is the stack event's reason."""


@dataclass(frozen=True)
class Answer:
    """A provider's answer: the resource's physical id and its attributes."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


def as_text(value: Any) -> Any:
    """Return properties with all their scalars as text, as providers get them."""
    match value:
        case dict():
            return {name: as_text(inner) for name, inner in value.items()}
        case list():
            return [as_text(inner) for inner in value]
        case bool():
            return str(value).lower()
        case None | str():
            return value
        case _:
            return str(value)


def service_timeout(properties: Mapping[str, Any]) -> timedelta:
    """Return how long an answer may take: `ServiceTimeout`, in seconds."""
    wanted = properties.get("ServiceTimeout")
    return LONGEST_WAIT if wanted is None else timedelta(seconds=int(wanted))


def read(body: bytes, *, request_id: str, physical_id: str | None) -> Answer:
    """Read an answer.

    Args:
        body: What the provider put to the response URL.
        request_id: Of the request.
        physical_id: The resource's so far; None while it is created.

    Raises:
        FailedError: The answer says so, or isn't one.
    """
    if len(body) > LARGEST_ANSWER:
        raise FailedError("Response object is too long.")
    try:
        answer = json.loads(body)
        status = answer["Status"]
    except (ValueError, KeyError, TypeError):
        raise FailedError("Invalid response from custom resource: no JSON object.") from None
    if status != "SUCCESS":
        reason = answer.get("Reason") or "Unknown reason"
        raise FailedError(
            "Received response status [FAILED] from custom resource. Message returned: "
            f"{reason} (RequestId: {request_id})"
        )
    found = answer.get("PhysicalResourceId") or physical_id
    if not isinstance(found, str):
        raise FailedError("Invalid PhysicalResourceId")
    return Answer(found, _attributes(answer.get("Data") or {}))


def _attributes(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep texts, lists and objects as they are; Fn::GetAtt gives the others as text."""
    return {
        name: value if isinstance(value, (str, list, dict)) else as_text(value)
        for name, value in data.items()
        if value is not None
    }


def no_answer(request_id: str) -> FailedError:
    return FailedError(
        "CloudFormation did not receive a response from your custom resource. Please check your "
        f"logs for requestId [{request_id}]. If you are using the Python cfn-response module, you "
        "may need to update your Lambda function code so that CloudFormation can attach the "
        "updated version."
    )
