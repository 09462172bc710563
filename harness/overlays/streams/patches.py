"""Where LocalStack finds its own resource provider of streams."""

from __future__ import annotations

from localstack.services.kinesis.resource_providers.aws_kinesis_stream_plugin import (
    KinesisStreamProviderPlugin,
)

from harness.overlays.core import replaces

from .stream_resource import StreamResourceProvider


@replaces(KinesisStreamProviderPlugin.load, written_for="88dcb83ff512")
def load(self: KinesisStreamProviderPlugin) -> None:
    self.factory = StreamResourceProvider
