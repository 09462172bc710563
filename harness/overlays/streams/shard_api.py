"""Listing, splitting and merging shards.

Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.aws.api.kinesis import (
    InvalidArgumentException,
    LimitExceededException,
    ValidationException,
)

from . import describing
from .judging import Members, operation
from .shard import Shard, adjacent
from .store import account_of, found, shard_to_change, stream_named
from .stream import Stream

MOST_SHARDS_LISTED: Final = 1000
MOST_SHARDS: Final = 500


class ShardApi:
    """The operations on shards, but for their records."""

    @operation("ListShards")
    def list_shards(self, context: RequestContext, members: Members) -> Members:
        name, after = "", members.get("ExclusiveStartShardId", "")
        if token := members.get("NextToken"):
            name, after = _place(token)
        stream = (
            stream_named(context.account_id, context.region, name)
            if name and "StreamARN" not in members
            else found(context, members)
        )
        with stream.changed:
            stream.forget_old()
            kept = _filtered(stream, members.get("ShardFilter"))
            shards = [shard for shard in kept if shard.id > after]
        page = shards[: members.get("MaxResults", MOST_SHARDS_LISTED)]
        listed: Members = {"Shards": [describing.shard_of(shard) for shard in page]}
        if len(page) < len(shards):
            listed["NextToken"] = _token(stream.name, page[-1].id)
        return listed

    @operation("SplitShard")
    def split_shard(self, context: RequestContext, members: Members) -> None:
        stream = _provisioned(context, members)
        with stream.changed:
            shard = shard_to_change(stream, members["ShardToSplit"])
            at = int(members["NewStartingHashKey"])
            if not shard.first + 1 < at < shard.last:
                raise InvalidArgumentException(
                    f"NewStartingHashKey {at} used in SplitShard() on shard {shard.id} in stream "
                    f"{stream.name} under account {account_of(stream)} is not both greater than "
                    f"one plus the shard's StartingHashKey {shard.first} and less than the "
                    f"shard's EndingHashKey {shard.last}."
                )
            stream.split(shard, at)

    @operation("MergeShards")
    def merge_shards(self, context: RequestContext, members: Members) -> None:
        stream = _provisioned(context, members)
        with stream.changed:
            one = shard_to_change(stream, members["ShardToMerge"])
            other = shard_to_change(stream, members["AdjacentShardToMerge"])
            if not adjacent(one, other):
                raise InvalidArgumentException(
                    f"Shards {one.id} and {other.id} in stream {stream.name} under account "
                    f"{account_of(stream)} are not an adjacent pair of shards eligible for merging"
                )
            stream.merge(one, other)

    @operation("UpdateShardCount")
    def update_shard_count(self, context: RequestContext, members: Members) -> Members:
        stream, target = _provisioned(context, members), members["TargetShardCount"]
        with stream.changed:
            present = len(stream.open_shards())
            counts = f"Current open shard count: {present} Target shard count: {target}"
            if target > MOST_SHARDS:
                raise LimitExceededException(f"The shard limit is {MOST_SHARDS}. {counts}")
            if target > 2 * present:
                raise InvalidArgumentException(
                    "UpdateShardCount cannot scale up over double your current open shard count. "
                    + counts
                )
            if 2 * target < present:
                raise InvalidArgumentException(
                    "UpdateShardCount cannot scale down below half your current open shard count. "
                    + counts
                )
            if target != present:
                stream.rescale(target)
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "CurrentShardCount": present,
            "TargetShardCount": target,
        }


def _provisioned(context: RequestContext, members: Members) -> Stream:
    stream = found(context, members)
    if stream.is_on_demand:
        raise ValidationException(
            f"Request is invalid. Stream {stream.name} under account {account_of(stream)} "
            "is in On-Demand mode."
        )
    return stream


def _filtered(stream: Stream, wanted: dict[str, Any] | None) -> list[Shard]:
    """Return the shards of a stream that a ShardFilter lets through.

    Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
    """
    kind = (wanted or {}).get("Type", "FROM_TRIM_HORIZON")
    wanted = wanted or {}
    if kind == "AFTER_SHARD_ID":
        if not wanted.get("ShardId"):
            raise InvalidArgumentException("ShardId is required for the filter AFTER_SHARD_ID.")
        return [shard for shard in stream.shards if shard.id > wanted["ShardId"]]
    if kind == "AT_LATEST":
        return stream.open_shards()
    if kind == "FROM_TRIM_HORIZON":
        return stream.shards
    horizon = time.time_ns() - stream.retention_hours * 3600 * 10**9
    at = max(horizon, stream.created_ns)
    if kind != "AT_TRIM_HORIZON":
        if not wanted.get("Timestamp"):
            raise InvalidArgumentException(f"Timestamp is required for the filter {kind}.")
        at = max(at, int(wanted["Timestamp"].timestamp() * 1000) * 10**6)
    alive = [shard for shard in stream.shards if shard.closed_ns is None or shard.closed_ns >= at]
    if kind == "FROM_TIMESTAMP":
        return alive
    return [shard for shard in alive if shard.opened_ns <= at]


def _token(stream: str, shard: str) -> str:
    return base64.b64encode(json.dumps([stream, shard]).encode()).decode()


def _place(token: str) -> tuple[str, str]:
    try:
        stream, shard = json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, TypeError) as problem:
        raise InvalidArgumentException("Invalid NextToken.") from problem
    return str(stream), str(shard)
