"""The streams of an account and region."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.kinesis import (
    InvalidArgumentException,
    ResourceNotFoundException,
)
from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute
from localstack.utils.aws.arns import parse_arn

from .shard import Shard
from .stream import Stream


class StreamStore(BaseStore):  # type: ignore[misc]
    """Streams by name."""

    streams: dict[str, Stream] = LocalAttribute(default=dict)


stream_stores = AccountRegionBundle("kinesis", StreamStore)


def streams_of(account: str, region: str) -> dict[str, Stream]:
    """Return an account's streams in a region, by name."""
    streams: dict[str, Stream] = stream_stores[account][region].streams
    return streams


def found(context: RequestContext, members: dict[str, Any]) -> Stream:
    """Return the stream that a request names, by ARN or in the caller's account and region.

    Raises:
        InvalidArgumentException: It names none.
        ResourceNotFoundException: There is none.
    """
    arn = members.get("StreamARN") or members.get("ResourceARN") or members.get("ConsumerARN")
    if arn:
        parts = parse_arn(arn)
        name = parts["resource"].split("/")[1]
        return stream_named(parts["account"], parts["region"], name)
    if not (name := members.get("StreamName")):
        raise InvalidArgumentException("Missing StreamName or StreamARN.")
    return stream_named(context.account_id, context.region, name)


def stream_named(account: str, region: str, name: str) -> Stream:
    """Return a stream.

    Raises:
        ResourceNotFoundException: There is none.
    """
    stream = streams_of(account, region).get(name)
    if stream is None:
        raise ResourceNotFoundException(f"Stream {name} under account {account} not found.")
    return stream


def account_of(stream: Stream) -> str:
    return str(parse_arn(stream.arn)["account"])


def shard_to_read(stream: Stream, shard_id: str) -> Shard:
    """Return a shard of a stream whose records are wanted.

    Raises:
        ResourceNotFoundException: There is none.
    """
    shard = stream.find(shard_id)
    if shard is None:
        raise ResourceNotFoundException(
            f"Shard {shard_id} in stream {stream.name} under account {account_of(stream)} "
            "does not exist"
        )
    return shard


def shard_to_change(stream: Stream, shard_id: str) -> Shard:
    """Return a shard of a stream that is to be split or merged.

    Raises:
        ResourceNotFoundException: There is none.
        InvalidArgumentException: It is closed.
    """
    shard = stream.find(shard_id)
    place = f"in stream {stream.name} under account {account_of(stream)}"
    if shard is None:
        raise ResourceNotFoundException(f"Could not find shard {shard_id} {place}.")
    if not shard.is_open:
        raise InvalidArgumentException(
            f"Shard {shard_id} {place} has already been merged or split, and thus is not eligible "
            "for merging or splitting."
        )
    return shard
