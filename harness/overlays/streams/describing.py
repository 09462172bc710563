"""Streams, shards and consumers as Kinesis describes them.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Types.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .shard import Shard
from .stream import Consumer, Stream

Description = dict[str, Any]


def stream_with_shards(stream: Stream, shards: list[Shard], has_more: bool) -> Description:
    return _stream(stream) | {
        "HasMoreShards": has_more,
        "Shards": [shard_of(shard) for shard in shards],
    }


def stream_summary(stream: Stream) -> Description:
    return _stream(stream) | {
        "OpenShardCount": len(stream.open_shards()),
        "ConsumerCount": len(stream.consumers),
    }


def stream_in_list(stream: Stream) -> Description:
    whole = _stream(stream)
    names = (
        "StreamName",
        "StreamARN",
        "StreamStatus",
        "StreamModeDetails",
        "StreamCreationTimestamp",
    )
    return {name: whole[name] for name in names}


def shard_of(shard: Shard) -> Description:
    numbers = {"StartingSequenceNumber": str(shard.starts_at)}
    if shard.ends_at is not None:
        numbers["EndingSequenceNumber"] = str(shard.ends_at)
    members = ("ParentShardId", "AdjacentParentShardId")
    return {
        "ShardId": shard.id,
        **dict(zip(members, shard.parents, strict=False)),
        "HashKeyRange": _hash_keys(shard),
        "SequenceNumberRange": numbers,
    }


def child_of(shard: Shard) -> Description:
    return {
        "ShardId": shard.id,
        "ParentShards": list(shard.parents),
        "HashKeyRange": _hash_keys(shard),
    }


def consumer_of(consumer: Consumer) -> Description:
    return {
        "ConsumerName": consumer.name,
        "ConsumerARN": consumer.arn,
        "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": instant(consumer.created),
    }


def instant(seconds: float) -> datetime:
    """Return an instant as both of Kinesis's protocols can write it; CBOR has its own form."""
    return datetime.fromtimestamp(seconds, UTC)


def _hash_keys(shard: Shard) -> Description:
    return {"StartingHashKey": str(shard.first), "EndingHashKey": str(shard.last)}


def _stream(stream: Stream) -> Description:
    described: Description = {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "ON_DEMAND" if stream.is_on_demand else "PROVISIONED"},
        "RetentionPeriodHours": stream.retention_hours,
        "StreamCreationTimestamp": instant(stream.created_ns // 10**9),
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
        "EncryptionType": "KMS" if stream.key_id else "NONE",
    }
    return described | ({"KeyId": stream.key_id} if stream.key_id else {})
