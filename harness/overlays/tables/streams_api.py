"""The API of tables' streams.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable
from typing import Any, Final

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.dynamodbstreams import (
    ExpiredIteratorException,
    ResourceNotFoundException,
    TrimmedDataAccessException,
)

from .stores import table_stream_stores
from .stream import Stream

MOST_RECORDS: Final = 1000
MOST_STREAMS: Final = 100
ITERATOR_SECONDS: Final = 15 * 60

Members = dict[str, Any]


def answer(context: RequestContext, members: Members) -> Members:
    """Answer a request; `members` names ARNs of its own account and region."""
    streams: dict[str, Stream] = table_stream_stores[context.account_id][context.region].streams
    if context.operation.name == "GetRecords":
        # Lambda's own readers go on within a second on AWS, and never have an old iterator; after
        # a jump of the emulator's clock they would.
        return _get_records(streams, members, expires=not context.is_internal_call)
    return _OPERATIONS[context.operation.name](streams, members)


def _list_streams(streams: dict[str, Stream], members: Members) -> Members:
    wanted = [
        stream for stream in streams.values() if members.get("TableName") in (None, stream.table)
    ]
    if after := members.get("ExclusiveStartStreamArn"):
        arns = [stream.arn for stream in wanted]
        wanted = wanted[arns.index(after) + 1 :] if after in arns else []
    limit = members.get("Limit") or MOST_STREAMS
    page = wanted[:limit]
    said: Members = {
        "Streams": [
            {"StreamArn": stream.arn, "TableName": stream.table, "StreamLabel": stream.label}
            for stream in page
        ]
    }
    return said | ({"LastEvaluatedStreamArn": page[-1].arn} if len(wanted) > limit else {})


def _describe_stream(streams: dict[str, Stream], members: Members) -> Members:
    stream = _found(streams, members["StreamArn"])
    numbers = {"StartingSequenceNumber": str(stream.starts_at)}
    if not stream.is_enabled:
        numbers["EndingSequenceNumber"] = str(stream.ends_at)
    shards = [{"ShardId": stream.shard_id, "SequenceNumberRange": numbers}]
    return {
        "StreamDescription": {
            "StreamArn": stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": "ENABLED" if stream.is_enabled else "DISABLED",
            "StreamViewType": stream.view,
            "CreationRequestDateTime": stream.created,
            "TableName": stream.table,
            "KeySchema": stream.key_schema,
            "Shards": [] if members.get("ExclusiveStartShardId") == stream.shard_id else shards,
        }
    }


def _get_shard_iterator(streams: dict[str, Stream], members: Members) -> Members:
    stream = _found(streams, members["StreamArn"])
    if members["ShardId"] != stream.shard_id:
        raise ResourceNotFoundException("Requested resource not found: Shard does not exist")
    return {"ShardIterator": _iterator(stream, _start(stream, members))}


def _start(stream: Stream, members: Members) -> int:
    match members["ShardIteratorType"]:
        case "TRIM_HORIZON":
            return stream.oldest()
        case "LATEST":
            return stream.ends_at
        case kind:
            sequence = _sequence(members.get("SequenceNumber"))
            if stream.starts_at < sequence < stream.oldest():
                raise TrimmedDataAccessException(
                    "The operation attempted to read past the oldest stream record in a shard"
                )
            return sequence if kind == "AT_SEQUENCE_NUMBER" else sequence + 1


def _get_records(streams: dict[str, Stream], members: Members, *, expires: bool) -> Members:
    arn, _, token = members["ShardIterator"].split("|", 2)
    stream = _found(streams, arn)
    try:
        place = json.loads(base64.b64decode(token, validate=True))
        sequence, made = int(place["at"]), float(place["made"])
    except (binascii.Error, ValueError, KeyError, TypeError) as problem:
        raise _invalid("Invalid ShardIterator") from problem
    if expires and time.time() - made > ITERATOR_SECONDS:
        raise ExpiredIteratorException("Shard iterator has expired")
    entries = stream.read(sequence, members.get("Limit") or MOST_RECORDS)
    following = entries[-1].sequence + 1 if entries else max(sequence, stream.oldest())
    said: Members = {"Records": [entry.record for entry in entries]}
    if stream.is_enabled or following < stream.ends_at:
        said["NextShardIterator"] = _iterator(stream, following)
    return said


def _iterator(stream: Stream, sequence: int) -> str:
    place = json.dumps({"at": sequence, "made": time.time()})
    return f"{stream.arn}|1|{base64.b64encode(place.encode()).decode()}"


def _found(streams: dict[str, Stream], arn: str) -> Stream:
    if arn not in streams:
        raise ResourceNotFoundException(f"Requested resource not found: Stream: {arn} not found")
    return streams[arn]


def _sequence(text: str | None) -> int:
    if not text or not text.isdecimal():
        raise _invalid("Invalid SequenceNumber")
    return int(text)


def _invalid(message: str) -> CommonServiceException:
    return CommonServiceException("ValidationException", message, status_code=400)


_OPERATIONS: Final[dict[str, Callable[[dict[str, Stream], Members], Members]]] = {
    "DescribeStream": _describe_stream,
    "GetShardIterator": _get_shard_iterator,
    "ListStreams": _list_streams,
}
