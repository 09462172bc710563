"""Shards are split and merged; what they had stays where it was.

Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from __future__ import annotations

import itertools

import pytest
from botocore.exceptions import ClientError

from harness.overlays.streams.shard import HASH_KEYS, even_ranges

FIRST, SECOND, THIRD = (f"shardId-{number:012}" for number in range(3))


def ranges_of(shards):
    return [
        (int(s["HashKeyRange"]["StartingHashKey"]), int(s["HashKeyRange"]["EndingHashKey"]))
        for s in shards
    ]


def open_ones(shards):
    return [s for s in shards if "EndingSequenceNumber" not in s["SequenceNumberRange"]]


def refusal(call, **members):
    with pytest.raises(ClientError) as problem:
        call(**members)
    error = problem.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 500])
def test_even_ranges_have_every_hash_key_once(count):
    ranges = even_ranges(count)
    assert len(ranges) == count
    assert (ranges[0][0], ranges[-1][1]) == (0, HASH_KEYS - 1)
    assert all(one[1] + 1 == other[0] for one, other in itertools.pairwise(ranges))


def test_new_streams_have_the_shards_that_were_asked_for(stream, shards_of):
    assert ranges_of(shards_of(stream(shards=3))) == even_ranges(3)
    assert len(shards_of(stream())) == 4  # on demand


def test_after_a_split_new_records_go_to_the_children(kinesis, stream, shards_of, read):
    name = stream(shards=1)
    kinesis.put_record(StreamName=name, Data=b"before", PartitionKey="k")
    kinesis.split_shard(StreamName=name, ShardToSplit=FIRST, NewStartingHashKey=str(HASH_KEYS // 2))
    put = kinesis.put_record(StreamName=name, Data=b"low", PartitionKey="k", ExplicitHashKey="1")

    parent, low, high = shards_of(name)
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert [child["ParentShardId"] for child in (low, high)] == [FIRST, FIRST]
    assert ranges_of([low, high]) == even_ranges(2)
    assert put["ShardId"] == SECOND
    old = read(name)
    assert [record["Data"] for record in old["Records"]] == [b"before"]
    assert "NextShardIterator" not in old
    assert [(child["ShardId"], child["ParentShards"]) for child in old["ChildShards"]] == [
        (SECOND, [FIRST]),
        (THIRD, [FIRST]),
    ]
    assert [record["Data"] for record in read(name, SECOND)["Records"]] == [b"low"]


def test_a_merge_names_both_parents(kinesis, stream, shards_of):
    name = stream(shards=2)
    kinesis.merge_shards(StreamName=name, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND)

    (merged,) = open_ones(shards_of(name))
    assert (merged["ParentShardId"], merged["AdjacentParentShardId"]) == (FIRST, SECOND)
    assert ranges_of([merged]) == even_ranges(1)
    summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 1


def test_shards_are_listed_page_by_page_and_by_filter(kinesis, stream):
    name = stream(shards=2)
    kinesis.merge_shards(StreamName=name, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND)

    page = kinesis.list_shards(StreamName=name, MaxResults=2)
    rest = kinesis.list_shards(NextToken=page["NextToken"])
    latest = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})
    after = kinesis.list_shards(StreamName=name, ExclusiveStartShardId=FIRST)

    assert [[shard["ShardId"] for shard in a["Shards"]] for a in (page, rest, latest, after)] == [
        [FIRST, SECOND],
        [THIRD],
        [THIRD],
        [SECOND, THIRD],
    ]
    assert "NextToken" not in rest


def test_a_stream_is_scaled_evenly(kinesis, stream, shards_of):
    name = stream(shards=2)
    answer = kinesis.update_shard_count(
        StreamName=name, TargetShardCount=3, ScalingType="UNIFORM_SCALING"
    )

    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (2, 3)
    assert ranges_of(open_ones(shards_of(name))) == even_ranges(3)


def test_what_cannot_be_resharded_is_refused(kinesis, stream):
    name, on_demand = stream(shards=3), stream()

    code, message = refusal(
        kinesis.merge_shards, StreamName=name, ShardToMerge=FIRST, AdjacentShardToMerge=THIRD
    )
    assert code == "InvalidArgumentException"
    assert message.endswith("are not an adjacent pair of shards eligible for merging")
    code, message = refusal(
        kinesis.split_shard, StreamName=name, ShardToSplit=FIRST, NewStartingHashKey="1"
    )
    assert code == "InvalidArgumentException"
    assert "is not both greater than one plus the shard's StartingHashKey 0" in message
    code, message = refusal(
        kinesis.update_shard_count,
        StreamName=name,
        TargetShardCount=7,
        ScalingType="UNIFORM_SCALING",
    )
    assert (code, message) == (
        "InvalidArgumentException",
        "UpdateShardCount cannot scale up over double your current open shard count. "
        "Current open shard count: 3 Target shard count: 7",
    )
    code, message = refusal(
        kinesis.split_shard, StreamName=on_demand, ShardToSplit=FIRST, NewStartingHashKey="9"
    )
    assert code == "ValidationException"
    assert message.endswith("is in On-Demand mode.")
    kinesis.merge_shards(StreamName=name, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND)
    code, message = refusal(
        kinesis.merge_shards, StreamName=name, ShardToMerge=FIRST, AdjacentShardToMerge=SECOND
    )
    assert code == "InvalidArgumentException"
    assert "has already been merged or split" in message
