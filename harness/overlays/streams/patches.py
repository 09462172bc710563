"""Where LocalStack makes streams in stacks, and where event source mappings find shards."""

from __future__ import annotations

from collections.abc import Callable

from localstack.services.kinesis.resource_providers.aws_kinesis_stream_plugin import (
    KinesisStreamProviderPlugin,
)
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller

from harness.overlays.core import extends, replaces

from . import following
from .stream_resource import StreamResourceProvider


@replaces(KinesisStreamProviderPlugin.load, written_for="88dcb83ff512")
def load(self: KinesisStreamProviderPlugin) -> None:
    self.factory = StreamResourceProvider


@extends(KinesisPoller.initialize_shards, written_for="c4be413dcda3")
def initialize_shards(
    upstream: Callable[[KinesisPoller], dict[str, str]], self: KinesisPoller
) -> dict[str, str]:
    # Upstream begins all shards anew when one has come to its end.
    if self.shards:
        return following.shards_to_go_on_with(self)
    return following.shards_to_read(self, upstream(self))


@extends(StreamPoller.poll_events_from_shard, written_for="f20f7af87ffa")
def poll_events_from_shard(
    upstream: Callable[[StreamPoller, str, str], None],
    self: StreamPoller,
    shard_id: str,
    shard_iterator: str,
) -> None:
    following.reads(self, shard_id)
    upstream(self, shard_id, shard_iterator)
