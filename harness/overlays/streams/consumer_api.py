"""Consumers that are registered with a stream, and their subscriptions.

Source: https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from localstack.aws.api import RequestContext
from localstack.aws.api.kinesis import (
    InvalidArgumentException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
    ValidationException,
)

from harness.overlays.core import clock

from . import describing
from .judging import Members, operation
from .record_api import MOST_RECORDS_READ, milliseconds_behind, start_of, written
from .shard import Shard
from .store import account_of, found, shard_to_read
from .stream import Consumer, Stream

MOST_CONSUMERS: Final = 20
MOST_CONSUMERS_LISTED: Final = 100
SUBSCRIPTION_SECONDS: Final = 5 * 60
"""How long a subscription lasts: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html"""
EMPTY_EVENT_SECONDS: Final = 5


class ConsumerApi:
    """The operations on consumers."""

    @operation("RegisterStreamConsumer")
    def register_stream_consumer(self, context: RequestContext, members: Members) -> Members:
        stream, name = found(context, members), members["ConsumerName"]
        if "Tags" in members:
            raise ValidationException("The emulator doesn't serve tags of consumers.")
        with stream.changed:
            if any(consumer.name == name for consumer in stream.consumers.values()):
                raise ResourceInUseException(
                    f"Consumer {name} under stream {stream.name} already exists for account "
                    f"{account_of(stream)}."
                )
            if len(stream.consumers) >= MOST_CONSUMERS:
                raise LimitExceededException(
                    f"The limit of {MOST_CONSUMERS} consumers of stream {stream.name} is reached."
                )
            now = time.time()
            consumer = Consumer(name, f"{stream.arn}/consumer/{name}:{int(now)}", int(now))
            stream.consumers[consumer.arn] = consumer
        return {"Consumer": describing.consumer_of(consumer) | {"ConsumerStatus": "CREATING"}}

    @operation("DeregisterStreamConsumer")
    def deregister_stream_consumer(self, context: RequestContext, members: Members) -> None:
        stream, consumer = _consumer(context, members)
        with stream.changed:
            stream.consumers.pop(consumer.arn, None)

    @operation("DescribeStreamConsumer")
    def describe_stream_consumer(self, context: RequestContext, members: Members) -> Members:
        stream, consumer = _consumer(context, members)
        described = describing.consumer_of(consumer) | {"StreamARN": stream.arn}
        return {"ConsumerDescription": described}

    @operation("ListStreamConsumers")
    def list_stream_consumers(self, context: RequestContext, members: Members) -> Members:
        stream, after = found(context, members), members.get("NextToken", "")
        consumers = sorted(stream.consumers.values(), key=lambda consumer: consumer.name)
        rest = [consumer for consumer in consumers if consumer.name > after]
        page = rest[: members.get("MaxResults", MOST_CONSUMERS_LISTED)]
        listed: Members = {"Consumers": [describing.consumer_of(consumer) for consumer in page]}
        return listed | ({"NextToken": page[-1].name} if len(page) < len(rest) else {})

    @operation("SubscribeToShard")
    def subscribe_to_shard(self, context: RequestContext, members: Members) -> Members:
        stream, _ = _consumer(context, members)
        place = members["StartingPosition"]
        with stream.changed:
            shard = shard_to_read(stream, members["ShardId"])
            start = start_of(
                stream, shard, place["Type"], place.get("SequenceNumber"), place.get("Timestamp")
            )
        return {"EventStream": _events(stream, shard, start)}


def _events(stream: Stream, shard: Shard, start: int) -> Iterator[Members]:
    """Yield a subscription's events: records as they come, or none every five seconds."""
    ends = clock.now() + SUBSCRIPTION_SECONDS
    last = start
    while clock.now() < ends:
        with stream.changed:
            stream.forget_old()
            records = shard.read(start, MOST_RECORDS_READ)
            if not records and shard.is_open and not stream.is_deleted:
                until = min(ends, clock.now() + EMPTY_EVENT_SECONDS)
                clock.wait_on(stream.changed, until, what=f"subscription to {stream.name}")
                records = shard.read(start, MOST_RECORDS_READ)
            if records:
                last, start = records[-1].sequence, records[-1].sequence + 1
            elif stream.is_deleted:
                return
            is_over = not shard.is_open and not shard.has_from(start)
            event: Members = {
                "Records": [written(record) for record in records],
                "ContinuationSequenceNumber": str(last),
                "MillisBehindLatest": milliseconds_behind(shard, records, start),
            }
            if is_over:
                children = stream.children_of(shard)
                event["ChildShards"] = [describing.child_of(child) for child in children]
        yield {"SubscribeToShardEvent": event}
        if is_over:
            return


def _consumer(context: RequestContext, members: Members) -> tuple[Stream, Consumer]:
    """Return a consumer that a request names by its ARN, or by its stream's and its name.

    Raises:
        InvalidArgumentException: It names none.
        ResourceNotFoundException: There is none.
    """
    arn, name = members.get("ConsumerARN"), members.get("ConsumerName")
    if not arn and not (name and members.get("StreamARN")):
        raise InvalidArgumentException("Missing ConsumerARN, or StreamARN and ConsumerName.")
    stream = found(context, members)
    for consumer in stream.consumers.values():
        if consumer.arn == arn or (not arn and consumer.name == name):
            return stream, consumer
    raise ResourceNotFoundException(
        f"Consumer {arn or name}, account {account_of(stream)} not found."
    )
