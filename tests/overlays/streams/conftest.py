"""Streams of the module's account."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def kinesis(aws: Callable[..., Any]) -> Any:
    return aws("kinesis")


@pytest.fixture(scope="module")
def stream(kinesis: Any) -> Callable[..., str]:
    """Creates a stream and returns its name: `stream(shards=2)`, `stream()` for one on demand."""
    numbers = itertools.count()

    def create(shards: int | None = None) -> str:
        name = f"stream-{next(numbers)}"
        members = {} if shards is None else {"ShardCount": shards}
        kinesis.create_stream(StreamName=name, **members)
        return name

    return create


@pytest.fixture(scope="module")
def shards_of(kinesis: Any) -> Callable[[str], list[dict[str, Any]]]:
    """Returns a stream's shards as Kinesis describes them."""

    def shards(name: str) -> list[dict[str, Any]]:
        described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
        return list(described["Shards"])

    return shards


@pytest.fixture(scope="module")
def read(kinesis: Any) -> Callable[..., dict[str, Any]]:
    """Reads a shard from a place on: `read(name, shard_id, "LATEST")`."""

    def answer(
        name: str,
        shard: str = "shardId-000000000000",
        kind: str = "TRIM_HORIZON",
        *,
        limit: int = 10_000,
        **members: Any,
    ) -> dict[str, Any]:
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard, ShardIteratorType=kind, **members
        )["ShardIterator"]
        said: dict[str, Any] = kinesis.get_records(ShardIterator=iterator, Limit=limit)
        return said

    return answer
