"""What has to be known of a kind of thing, to take it away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from botocore.exceptions import ClientError

_GONE: Final = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "DashboardNotFoundError",
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchKey",
        "NotFound",
        "NotFoundException",
        "ParameterNotFound",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "StateMachineDoesNotExist",
    }
)


class Turn(IntEnum):
    """In which order kinds are deleted: what uses others first, what others write to last."""

    FIRST = 0
    USERS = 1
    USED = 2
    LOGS = 3
    LAST = 4


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    Attributes:
        service: boto3's name of its service.
        look: Called with a client and an which; raises AWS's error if there is no such thing.
        delete: Called with a client and an which.
        tags: Called with a client and an which; returns the thing's tags. None if it has none.
        find: Called with a client; yields ids and tags of all there are. Needed where AWS chooses
            the which, so that one whose answer never arrived is found.
        turn: When it is deleted.
    """

    service: str
    look: Callable[[Any, str], Any]
    delete: Callable[[Any, str], Any]
    tags: Callable[[Any, str], Mapping[str, str]] | None = None
    find: Callable[[Any], Iterator[tuple[str, Mapping[str, str]]]] | None = None
    turn: Turn = Turn.USED

    def is_there(self, client: Any, which: str) -> bool:
        """Say whether there is one of an id."""
        try:
            self.look(client, which)
        except ClientError as problem:
            if is_gone(problem):
                return False
            raise
        return True


class Missing(ClientError):
    """Raised by a `look` where AWS answers with an empty list instead of an error."""

    def __init__(self, which: str, operation: str) -> None:
        super().__init__({"Error": {"Code": "NotFound", "Message": f"no {which}"}}, operation)


def is_gone(problem: ClientError) -> bool:
    """Say whether AWS's error means that there is no such thing."""
    error = problem.response.get("Error", {})
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    return code in _GONE or (code == "ValidationError" and "does not exist" in message)


def last_part(which: str) -> str:
    """Return the name at the end of an ARN or URL; a name stays as it is."""
    return which.rpartition("/")[2].rpartition(":")[2]


def as_mapping(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return a list of tags as a mapping."""
    return {tag[key]: tag[value] for tag in tags or ()}


def only(found: list[Any], which: str, operation: str) -> Any:
    """Return what a listing found.

    Raises:
        Missing: It is empty.
    """
    if not found:
        raise Missing(which, operation)
    return found[0]
