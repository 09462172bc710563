"""One call of an AWS API, as the recorder keeps it. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

MOST_MESSAGE: Final = 1000
MOST_VALUE: Final = 256


@dataclass(frozen=True)
class Call:
    """One call of an AWS API.

    Attributes:
        at: When it began, in the emulator's time, in seconds since the epoch.
        machine_at: The same in the machine's time.
        took_seconds: How long it took, in the machine's time.
        account: Whose resources it was about.
        region: Region name.
        by: Who called: an ARN, a service principal, or `service` for LocalStack's own services
            where they don't say which.
        cause: ARN of what made a service call: a rule, a topic, a queue. Empty when a client did.
        trace: Root of the X-Ray trace id, which calls that follow from each other share.
        request_id: AWS's request id.
        service: Such as `sqs`.
        operation: Such as `SendMessage`.
        about: Members of the request that name what it is about: names, ARNs, ids, addresses.
        status: HTTP status.
        error: AWS's error code; empty when it went well.
        message: AWS's error message.
        decided_by: Which statement of a policy decided, where one did.
    """

    at: float
    machine_at: float
    took_seconds: float
    account: str
    region: str
    by: str
    cause: str
    trace: str
    request_id: str
    service: str
    operation: str
    about: dict[str, str]
    status: int
    error: str = ""
    message: str = ""
    decided_by: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_NAMING: Final = ("Name", "Arn", "Url", "Id", "Bucket", "Qualifier", "Uri")
_NAMES: Final = frozenset({"Key"})
"""An object's; other keys, such as `SSECustomerKey`, are secrets."""
_SECRET: Final = frozenset({"AccessKeyId", "CallbackId"})
"""Who knows these may act."""


def about(request: object) -> dict[str, str]:
    """Return the members of a request that name something; contents aren't kept.

    Args:
        request: The request as its service's API has it.
    """
    if not isinstance(request, dict):
        return {}
    return {
        name: value[:MOST_VALUE]
        for name, value in request.items()
        if isinstance(value, str) and value and _names_something(name)
    }


def _names_something(member: str) -> bool:
    # Of APIs whose members begin small (Logs, API Gateway), too.
    name = member[:1].upper() + member[1:]
    return name not in _SECRET and (name in _NAMES or name.endswith(_NAMING))
