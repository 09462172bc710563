"""One shard of a stream: a range of hash keys, and its records in order.

Source: https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

HASH_KEYS: Final = 2**128
MOST_BYTES_READ: Final = 10 * 1024 * 1024
"""What one GetRecords gives at most: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html"""

_COUNTS: Final = 10**23
_SHARDS: Final = 10**12


def sequence_number(at_ns: int, count: int = 0, shard: int = 0) -> int:
    """Compose a sequence number: 56 digits, as AWS's have; later ones are larger.

    Args:
        at_ns: When the record arrived, in nanoseconds since the epoch.
        count: What tells records of one instant apart.
        shard: Number of the shard that has the record.
    """
    return ((49 * 10**19 + at_ns) * _COUNTS + count) * _SHARDS + shard


def shard_of(sequence: int) -> int:
    """Return the number of the shard that a sequence number is from."""
    return sequence % _SHARDS


def shard_id(number: int) -> str:
    return f"shardId-{number:012}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record in its place.

    Attributes:
        sequence: Its sequence number.
        at_ns: When it arrived, in nanoseconds since the epoch.
        partition_key: What decided on its shard, unless an explicit hash key did.
        data: Its data.
        is_encrypted: Whether the stream was encrypted when it arrived.
    """

    sequence: int
    at_ns: int
    partition_key: str
    data: bytes
    is_encrypted: bool = False

    @property
    def size(self) -> int:
        return len(self.data) + len(self.partition_key.encode())


@dataclass
class Shard:
    """A shard, open or closed.

    Attributes:
        number: Its place among all shards that the stream ever had.
        first: The first hash key of its range.
        last: The last hash key of its range.
        opened_ns: When it was opened, in nanoseconds since the epoch.
        parents: Ids of the shards that it follows: one after a split, two after a merge.
        closed_ns: When it was closed; None while it takes records.
        ends_at: The sequence number it was closed with.
    """

    number: int
    first: int
    last: int
    opened_ns: int
    parents: tuple[str, ...] = ()
    closed_ns: int | None = None
    ends_at: int | None = None
    _records: list[Record] = field(default_factory=list)

    @property
    def id(self) -> str:
        return shard_id(self.number)

    @property
    def is_open(self) -> bool:
        return self.closed_ns is None

    @property
    def starts_at(self) -> int:
        """The sequence number that it starts with; no record has it."""
        return sequence_number(self.opened_ns, shard=self.number)

    @property
    def after_last(self) -> int:
        """The least sequence number after all records that it has now."""
        return (self._records[-1].sequence if self._records else self.starts_at) + 1

    def has_key(self, key: int) -> bool:
        return self.first <= key <= self.last

    def append(self, record: Record) -> None:
        self._records.append(record)

    def close(self, at_ns: int, count: int) -> None:
        self.closed_ns = at_ns
        self.ends_at = sequence_number(at_ns, count, self.number)

    def read(self, start: int, limit: int) -> list[Record]:
        """Return records from a sequence number on, the oldest first.

        Args:
            start: The first sequence number wanted.
            limit: The most to return; fewer come when their data is large.
        """
        found: list[Record] = []
        size = 0
        at = bisect.bisect_left(self._records, start, key=_sequence)
        for record in self._records[at : at + limit]:
            size += record.size
            if found and size > MOST_BYTES_READ:
                break
            found.append(record)
        return found

    def has_from(self, start: int) -> bool:
        """Say whether there is a record at or after a sequence number."""
        return bool(self._records) and self._records[-1].sequence >= start

    def forget_before(self, oldest_ns: int) -> None:
        """Drop the records that arrived before an instant."""
        gone = bisect.bisect_left(self._records, oldest_ns, key=_arrival)
        del self._records[:gone]


def even_ranges(count: int) -> list[tuple[int, int]]:
    """Divide all hash keys evenly, into first and last key of each range."""
    step = HASH_KEYS // count
    firsts = [step * number for number in range(count)]
    return list(zip(firsts, [first - 1 for first in [*firsts[1:], HASH_KEYS]], strict=True))


def adjacent(one: Shard, other: Shard) -> bool:
    """Say whether two ranges have no hash key between or in common."""
    return one.last + 1 == other.first or other.last + 1 == one.first


def overlapping(shards: Iterable[Shard], first: int, last: int) -> list[Shard]:
    """Return the shards that share hash keys with a range, by their first hash key."""
    found = [shard for shard in shards if shard.first <= last and first <= shard.last]
    return sorted(found, key=lambda shard: shard.first)


def _sequence(record: Record) -> int:
    return record.sequence


def _arrival(record: Record) -> int:
    return record.at_ns
