"""Writing and reading records.

Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.aws.api.kinesis import (
    ExpiredIteratorException,
    InvalidArgumentException,
    ResourceNotFoundException,
    ValidationException,
)

from . import describing
from .iterators import IteratorError, IteratorExpiredError, Place, place_of
from .judging import Members, operation
from .shard import HASH_KEYS, Record, Shard, sequence_number, shard_of
from .store import account_of, found, shard_to_read, stream_named
from .stream import Stream

MOST_RECORD_BYTES: Final = 1024 * 1024
MOST_REQUEST_BYTES: Final = 10 * 1024 * 1024
MOST_RECORDS_READ: Final = 10_000


class RecordApi:
    """The operations on records."""

    @operation("PutRecord")
    def put_record(self, context: RequestContext, members: Members) -> Members:
        stream = found(context, members)
        _judge(members, "data")
        with stream.changed:
            shard, record = _put(stream, members)
        return {"ShardId": shard.id, "SequenceNumber": str(record.sequence)} | _encryption(stream)

    @operation("PutRecords")
    def put_records(self, context: RequestContext, members: Members) -> Members:
        stream, entries = found(context, members), members["Records"]
        for position, entry in enumerate(entries, start=1):
            _judge(entry, f"records.{position}.member.data")
        if sum(_size(entry) for entry in entries) > MOST_REQUEST_BYTES:
            raise InvalidArgumentException("Records size exceeds 10 MB limit")
        with stream.changed:
            placed = [_put(stream, entry) for entry in entries]
        return {
            "FailedRecordCount": 0,
            "Records": [
                {"ShardId": shard.id, "SequenceNumber": str(record.sequence)}
                for shard, record in placed
            ],
        } | _encryption(stream)

    @operation("GetShardIterator")
    def get_shard_iterator(self, context: RequestContext, members: Members) -> Members:
        stream = found(context, members)
        with stream.changed:
            stream.forget_old()
            shard = shard_to_read(stream, members["ShardId"])
            start = start_of(
                stream,
                shard,
                members["ShardIteratorType"],
                members.get("StartingSequenceNumber"),
                members.get("Timestamp"),
            )
        return {"ShardIterator": Place(stream.name, shard.id, start).token()}

    @operation("GetRecords")
    def get_records(self, context: RequestContext, members: Members) -> Members:
        try:
            place = place_of(members["ShardIterator"], expires=not context.is_internal_call)
        except IteratorExpiredError as problem:
            raise ExpiredIteratorException(str(problem)) from problem
        except IteratorError as problem:
            raise InvalidArgumentException(str(problem)) from problem
        stream = (
            found(context, members)
            if "StreamARN" in members
            else stream_named(context.account_id, context.region, place.stream)
        )
        if stream.name != place.stream:
            raise InvalidArgumentException("Invalid ShardIterator.")
        with stream.changed:
            return _read(stream, place, members.get("Limit", MOST_RECORDS_READ))


def start_of(
    stream: Stream, shard: Shard, kind: str, sequence: str | None, at: datetime | None
) -> int:
    """Return the first sequence number that a reader of a shard wants.

    Args:
        stream: The shard's stream.
        shard: The shard.
        kind: A ShardIteratorType.
        sequence: The sequence number that belongs to some of the types.
        at: The instant that belongs to AT_TIMESTAMP.

    Raises:
        InvalidArgumentException: What belongs to the type is missing, or isn't of this shard.

    Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
    """
    match kind:
        case "TRIM_HORIZON":
            return shard.starts_at
        case "LATEST":
            return shard.after_last
        case "AT_TIMESTAMP":
            if at is None:
                raise InvalidArgumentException("Must specify timestamp parameter for AT_TIMESTAMP.")
            return sequence_number(int(at.timestamp() * 1000) * 10**6)
    if sequence is None:
        raise InvalidArgumentException(
            f"Must specify startingSequenceNumber parameter for {kind} iterators."
        )
    number = int(sequence)
    if shard_of(number) != shard.number or not shard.starts_at <= number < _tomorrow():
        raise InvalidArgumentException(
            f"StartingSequenceNumber {sequence} used in GetShardIterator on shard {shard.id} in "
            f"stream {stream.name} under account {account_of(stream)} is invalid because it did "
            "not come from this stream."
        )
    return number if kind == "AT_SEQUENCE_NUMBER" else number + 1


def written(record: Record) -> dict[str, Any]:
    """Return a record as readers get it."""
    members = {
        "SequenceNumber": str(record.sequence),
        "ApproximateArrivalTimestamp": describing.instant(record.at_ns // 10**6 / 1000),
        "Data": record.data,
        "PartitionKey": record.partition_key,
    }
    return members | ({"EncryptionType": "KMS"} if record.is_encrypted else {})


def milliseconds_behind(shard: Shard, records: list[Record], start: int) -> int:
    """Return how far behind the present somebody is who has read some records of a shard."""
    if not records or not shard.has_from(start):
        return 0
    return max(0, (time.time_ns() - records[-1].at_ns) // 10**6)


def _read(stream: Stream, place: Place, limit: int) -> Members:
    stream.forget_old()
    shard = stream.find(place.shard)
    if shard is None:
        raise ResourceNotFoundException(
            f"Shard {place.shard} in stream {stream.name} under account {account_of(stream)} "
            "does not exist"
        )
    records = shard.read(place.start, limit)
    start = records[-1].sequence + 1 if records else place.start
    said: Members = {
        "Records": [written(record) for record in records],
        "MillisBehindLatest": milliseconds_behind(shard, records, start),
    }
    if shard.is_open or shard.has_from(start):
        return said | {"NextShardIterator": Place(stream.name, shard.id, start).token()}
    return said | {
        "ChildShards": [describing.child_of(child) for child in stream.children_of(shard)]
    }


def _encryption(stream: Stream) -> Members:
    # AWS leaves the member out where a stream isn't encrypted.
    return {"EncryptionType": "KMS"} if stream.key_id else {}


def _put(stream: Stream, entry: dict[str, Any]) -> tuple[Shard, Record]:
    explicit = entry.get("ExplicitHashKey")
    data = _data(entry)
    return stream.put(entry["PartitionKey"], data, int(explicit) if explicit else None)


def _judge(entry: dict[str, Any], path: str) -> None:
    if _size(entry) > MOST_RECORD_BYTES:
        raise ValidationException(
            f"1 validation error detected: Value at '{path}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_RECORD_BYTES}"
        )
    explicit = entry.get("ExplicitHashKey")
    if explicit and int(explicit) >= HASH_KEYS:
        raise InvalidArgumentException(
            f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            f"Specified value was {explicit}"
        )


def _size(entry: dict[str, Any]) -> int:
    return len(_data(entry)) + len(entry["PartitionKey"].encode())


def _data(entry: dict[str, Any]) -> bytes:
    data = entry["Data"]
    return data.encode() if isinstance(data, str) else bytes(data)


def _tomorrow() -> int:
    return sequence_number(time.time_ns() + 24 * 3600 * 10**9)
