"""Where LocalStack starts DynamoDB Local and sends requests to it, and where moto writes items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.dynamodb.v2.provider import DynamoDBProvider
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamShard, Table

from harness.overlays.core import extends, replaces

from . import backend, recording


@extends(DynamodbServer.__init__, written_for="87c52fcc4924")
def send_to_moto(
    upstream: Callable[..., None], self: DynamodbServer, *args: Any, **kwargs: Any
) -> None:
    upstream(self, *args, **kwargs)
    self.proxy = backend.answer


@replaces(DynamodbServer.start_dynamodb, written_for="0de220ecae2a")
def start_dynamodb(self: DynamodbServer) -> bool:
    return True


@replaces(DynamodbServer.stop_dynamodb, written_for="ef7ca52b16da")
def stop_dynamodb(self: DynamodbServer) -> None:
    """Nothing runs that could be stopped."""


@extends(Table.set_stream_specification, written_for="7e3244c3d239")
def set_stream_specification(
    upstream: Callable[..., None], self: Table, streams: dict[str, Any] | None
) -> None:
    recording.close_stream(self)
    upstream(self, streams)
    if self.stream_specification["StreamEnabled"]:
        recording.open_stream(self)
    else:
        self.stream_shard = None


@replaces(StreamShard.add, written_for="3ef1e8225873")
def add(self: StreamShard, old: Item | None, new: Item | None) -> None:
    # moto keeps records without end, also of writes that change nothing.
    recording.changed(self.table, old, new)


@extends(DynamoDBBackend.update_item, written_for="745c228be037")
def update_item(upstream: Callable[..., Item], *args: Any, **kwargs: Any) -> Item:
    with recording.as_one_write():
        return upstream(*args, **kwargs)


@extends(DynamoDBBackend.transact_write_items, written_for="3a9f7a114621")
def transact_write_items(upstream: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    with recording.as_one_write():
        upstream(*args, **kwargs)


@extends(DynamoDBBackend.delete_table, written_for="bab269fa8eff")
def delete_table(upstream: Callable[..., Table], self: DynamoDBBackend, name: str) -> Table:
    table = upstream(self, name)
    recording.close_stream(table)
    return table


@replaces(DynamoDBProvider.enable_kinesis_streaming_destination, written_for="92717e87beb2")
def enable_kinesis_streaming_destination(
    self: DynamoDBProvider, *args: Any, **kwargs: Any
) -> dict[str, Any]:
    # Upstream says that the destination is active, and sends nothing there.
    raise CommonServiceException(
        "InternalFailure",
        "The emulator doesn't serve EnableKinesisStreamingDestination: read the table's own "
        "stream, or map it to a function.",
        status_code=501,
    )
