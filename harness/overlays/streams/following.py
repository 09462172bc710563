"""Which shards an event source mapping reads: from parents to children, each once.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Attributes that pollers get.
_FINISHED = "_finished_shards"
_CURRENT = "_current_shard"

Shards = list[dict[str, Any]]


def shards_to_read(poller: Any, started: dict[str, str]) -> dict[str, str]:
    """Choose among the shards of a stream that a mapping begins to read.

    Args:
        poller: LocalStack's `KinesisPoller`.
        started: An iterator for each shard.

    Returns:
        Those without a parent that has to be read first. A mapping that starts at the latest
        record has no use for closed shards.
    """
    shards = _listed(poller)
    finished: set[str] = set()
    if poller.stream_parameters["StartingPosition"] == "LATEST":
        finished = {shard["ShardId"] for shard in shards if _is_closed(shard)}
    setattr(poller, _FINISHED, finished)
    ready = _ready(shards, finished)
    return {shard: iterator for shard, iterator in started.items() if shard in ready}


def reads(poller: Any, shard: str) -> None:
    """Note the shard that a mapping reads now."""
    setattr(poller, _CURRENT, shard)


def shards_to_go_on_with(poller: Any) -> dict[str, str]:
    """Choose the shards that a mapping reads when the present one has come to its end.

    Returns:
        Iterators: those of the shards that aren't read to the end, and of the children whose
        parents all are, from their first record.
    """
    finished: set[str] = getattr(poller, _FINISHED, set())
    finished.add(getattr(poller, _CURRENT))
    setattr(poller, _FINISHED, finished)
    reading = {
        shard: iterator for shard, iterator in poller.shards.items() if shard not in finished
    }
    for shard in _ready(_listed(poller), finished) - reading.keys():
        reading[shard] = poller.source_client.get_shard_iterator(
            StreamARN=poller.source_arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
    return reading


def _ready(shards: Shards, finished: set[str]) -> set[str]:
    """Return the shards to read that have no parent to read."""
    unread = {shard["ShardId"] for shard in shards} - finished
    return {
        shard["ShardId"]
        for shard in shards
        if shard["ShardId"] in unread and unread.isdisjoint(_parents(shard))
    }


def _parents(shard: dict[str, Any]) -> Iterable[str]:
    return [shard[name] for name in ("ParentShardId", "AdjacentParentShardId") if name in shard]


def _is_closed(shard: dict[str, Any]) -> bool:
    return "EndingSequenceNumber" in shard["SequenceNumberRange"]


def _listed(poller: Any) -> Shards:
    answer = poller.source_client.list_shards(StreamARN=poller.source_arn)
    shards: Shards = answer["Shards"]
    while token := answer.get("NextToken"):
        answer = poller.source_client.list_shards(NextToken=token)
        shards += answer["Shards"]
    return shards
