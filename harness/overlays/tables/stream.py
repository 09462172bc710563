"""One table's stream: its records in order, readable for a day.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from .sizes import item_size

RETENTION_SECONDS: Final = 24 * 60 * 60
_FIRST_SEQUENCE: Final = 100_000_000_000_000_000_000  # 21 digits, as AWS's have at least

Item = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Change:
    """What one write did to one item.

    Attributes:
        keys: The item's key attributes.
        old: The item before; None when there was none.
        new: The item after; None when it was deleted.
    """

    keys: Item
    old: Item | None
    new: Item | None

    @property
    def name(self) -> str:
        if self.old is None:
            return "INSERT"
        return "REMOVE" if self.new is None else "MODIFY"


@dataclass(frozen=True)
class Entry:
    """A record in its place.

    Attributes:
        sequence: Its place; later records have larger ones.
        at: When it was written, in seconds since the epoch.
        record: The record as `GetRecords` gives it.
    """

    sequence: int
    at: float
    record: dict[str, Any]


@dataclass
class Stream:
    """The stream of a table, in one shard.

    Attributes:
        arn: Its ARN.
        label: The last part of it.
        table: The table's name.
        region: The table's region.
        key_schema: The table's key schema.
        view: What records hold: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES.
        is_enabled: Whether writes still come; afterwards records stay readable for a day.
    """

    arn: str
    label: str
    table: str
    region: str
    key_schema: list[dict[str, str]]
    view: str
    created: float = field(default_factory=time.time)
    is_enabled: bool = True
    _entries: list[Entry] = field(default_factory=list)
    _next: int = _FIRST_SEQUENCE + 1

    @property
    def shard_id(self) -> str:
        suffix = uuid.uuid5(uuid.NAMESPACE_URL, self.arn).hex[:8]
        return f"shardId-{int(self.created * 1000):020}-{suffix}"

    @property
    def starts_at(self) -> int:
        """The sequence number that the shard starts with."""
        return _FIRST_SEQUENCE

    @property
    def ends_at(self) -> int:
        """The sequence number that the next record will have."""
        return self._next

    def append(self, change: Change) -> None:
        """Write a record; none where a write changed nothing."""
        if change.old == change.new:
            return
        now = time.time()
        self._entries.append(Entry(self._next, now, self._record(change, now)))
        self._next += 1

    def read(self, sequence: int, limit: int) -> list[Entry]:
        """Return the records from a sequence number on, the oldest first.

        Args:
            sequence: The first one wanted; those that are gone are passed over.
            limit: The most to return.
        """
        self._forget_old()
        return [entry for entry in self._entries if entry.sequence >= sequence][:limit]

    def oldest(self) -> int:
        """Return the sequence number of the oldest record that can still be read."""
        self._forget_old()
        return self._entries[0].sequence if self._entries else self._next

    def _forget_old(self) -> None:
        oldest = time.time() - RETENTION_SECONDS
        gone = 0
        while gone < len(self._entries) and self._entries[gone].at < oldest:
            gone += 1
        del self._entries[:gone]

    def _record(self, change: Change, now: float) -> dict[str, Any]:
        images: dict[str, Any] = {}
        if change.new is not None and self.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            images["NewImage"] = change.new
        if change.old is not None and self.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            images["OldImage"] = change.old
        return {
            "eventID": uuid.uuid4().hex,
            "eventName": change.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.region,
            "dynamodb": {
                "ApproximateCreationDateTime": int(now),
                "Keys": change.keys,
                **images,
                "SequenceNumber": str(self._next),
                "SizeBytes": item_size(change.keys) + sum(map(item_size, images.values())),
                "StreamViewType": self.view,
            },
        }
