"""A data stream: its shards, who reads it, and how it changes.

Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from .shard import Record, Shard, even_ranges, overlapping, sequence_number

ON_DEMAND_SHARDS: Final = 4
DEFAULT_RETENTION_HOURS: Final = 24
_HOUR_NS: Final = 3600 * 10**9


@dataclass
class Consumer:
    """A consumer that is registered with a stream, for reads of its own."""

    name: str
    arn: str
    created: float


@dataclass
class Stream:
    """A stream. Whoever reads or changes it holds `changed`, which is notified of records.

    Attributes:
        name: Its name.
        arn: Its ARN.
        is_on_demand: Whether AWS would choose the number of shards.
        created_ns: When it was made, in nanoseconds since the epoch.
        retention_hours: How long records can be read.
        key_id: The KMS key that encrypts it; None when it isn't encrypted.
        tags: Its tags.
        consumers: The registered consumers by ARN.
        shards: All shards that it ever had and that can still be read.
        is_deleted: Whether it is gone, for those who still read it.
    """

    name: str
    arn: str
    is_on_demand: bool
    created_ns: int = field(default_factory=time.time_ns)
    retention_hours: int = DEFAULT_RETENTION_HOURS
    key_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    shards: list[Shard] = field(default_factory=list)
    is_deleted: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _count: int = 0
    _shards_made: int = 0

    def open_shards(self) -> list[Shard]:
        return [shard for shard in self.shards if shard.is_open]

    def find(self, shard: str) -> Shard | None:
        """Return the shard with an id; None when there is none."""
        return next((one for one in self.shards if one.id == shard), None)

    def children_of(self, parent: Shard) -> list[Shard]:
        """Return the shards that follow a closed one."""
        return [shard for shard in self.shards if parent.id in shard.parents]

    def put(self, key: str, data: bytes, hash_key: int | None = None) -> tuple[Shard, Record]:
        """Add a record to the shard that has its hash key, and return both.

        Args:
            key: The partition key; its MD5 digest is the hash key.
            data: The record's data.
            hash_key: An explicit hash key, which decides in place of the partition key.
        """
        if hash_key is None:
            hash_key = int.from_bytes(hashlib.md5(key.encode(), usedforsecurity=False).digest())
        shard = next(one for one in self.open_shards() if one.has_key(hash_key))
        now = time.time_ns()
        number = sequence_number(now, self._next_count(), shard.number)
        record = Record(number, now, key, data, is_encrypted=self.key_id is not None)
        shard.append(record)
        self.changed.notify_all()
        return shard, record

    def start(self, shard_count: int) -> None:
        """Open the first shards, with even ranges of hash keys."""
        for first, last in even_ranges(shard_count):
            self._open(first, last, self.created_ns)

    def split(self, parent: Shard, at: int) -> None:
        """Close a shard and open two in its place, the second from a hash key on."""
        self._follow([parent], [(parent.first, at - 1), (at, parent.last)])

    def merge(self, one: Shard, other: Shard) -> None:
        """Close two adjacent shards and open one in their place."""
        whole = (min(one.first, other.first), max(one.last, other.last))
        self._follow([one, other], [whole])

    def rescale(self, shard_count: int) -> None:
        """Close all shards and open others with even ranges of hash keys."""
        self._follow(self.open_shards(), even_ranges(shard_count))

    def forget_old(self) -> None:
        """Drop records past their retention, and closed shards that can't have any more."""
        oldest = time.time_ns() - self.retention_hours * _HOUR_NS
        for shard in self.shards:
            shard.forget_before(oldest)
        self.shards = [
            shard for shard in self.shards if shard.closed_ns is None or shard.closed_ns >= oldest
        ]

    def delete(self) -> None:
        """Tell those who read it that it is gone."""
        self.is_deleted = True
        self.changed.notify_all()

    def _follow(self, parents: list[Shard], ranges: list[tuple[int, int]]) -> None:
        now = time.time_ns()
        for parent in parents:
            parent.close(now, self._next_count())
        for first, last in ranges:
            over = overlapping(parents, first, last)
            self._open(first, last, now, tuple(parent.id for parent in over))
        self.changed.notify_all()

    def _open(self, first: int, last: int, now: int, parents: tuple[str, ...] = ()) -> None:
        self.shards.append(Shard(self._shards_made, first, last, now, parents))
        self._shards_made += 1

    def _next_count(self) -> int:
        self._count += 1
        return self._count
