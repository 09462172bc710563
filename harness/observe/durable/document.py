"""A timeline written down as a JSON document, and read back with suspicion.

Instants are ISO 8601 in UTC, spans are seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar

from .model import Attempt, Invocation, Operation, Pause, State, Timeline

T = TypeVar("T")


class MalformedTimeline(ValueError):
    """A document that no timeline was written to; the message says where it goes wrong."""


def as_document(value: Any) -> Any:
    """Return the document of a timeline, or of a part of one."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, State):
        return str(value)
    if isinstance(value, tuple):
        return [as_document(one) for one in value]
    if isinstance(value, _PARTS):
        return {one.name: as_document(getattr(value, one.name)) for one in fields(value)}
    return value


def from_document(document: Any) -> Timeline:
    """Read a timeline back.

    Raises:
        MalformedTimeline: Something is missing or of another type.
    """
    return _read(Timeline, document)


def _read(kind: type[T], document: Any) -> T:
    if not isinstance(document, dict):
        raise MalformedTimeline(f"{document!r:.40} is not a mapping")
    values = {}
    for one in fields(kind):  # type: ignore[arg-type]
        if one.name not in document:
            raise MalformedTimeline(f"{one.name} is missing")
        values[one.name] = _READ[str(one.type)](document[one.name])
    return kind(**values)


def _exactly(kind: type[T]) -> Callable[[Any], T]:
    def read(value: Any) -> T:
        if type(value) is not kind:
            raise MalformedTimeline(f"{value!r:.40} is not of type {kind.__name__}")
        return value

    return read


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_exactly(str)(value))
    except ValueError as problem:
        raise MalformedTimeline(f"{value!r:.40} is not an instant") from problem
    if moment.tzinfo is None:
        raise MalformedTimeline(f"{value} has no time zone")
    return moment


def _seconds(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedTimeline(f"{value!r:.40} is not a number of seconds")
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError) as problem:
        raise MalformedTimeline(f"{value!r:.40} is not a number of seconds") from problem


def _state(value: Any) -> State:
    try:
        return State(value)
    except ValueError as problem:
        raise MalformedTimeline(f"{value!r:.40} is not a state") from problem


def _optional(read: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda value: None if value is None else read(value)


def _several(kind: type[T]) -> Callable[[Any], tuple[T, ...]]:
    return lambda value: tuple(_read(kind, one) for one in _exactly(list)(value))


_PARTS: Final = (Timeline, Operation, Attempt, Invocation, Pause)
_READ: Final = MappingProxyType(
    {
        "str": _exactly(str),
        "int": _exactly(int),
        "bool": _exactly(bool),
        "datetime": _moment,
        "datetime | None": _optional(_moment),
        "timedelta | None": _optional(_seconds),
        "State": _state,
        "tuple[Attempt, ...]": _several(Attempt),
        "tuple[Operation, ...]": _several(Operation),
        "tuple[Invocation, ...]": _several(Invocation),
        "tuple[Pause, ...]": _several(Pause),
    }
)
"""How a field is read, by the annotation that it has in the model."""
