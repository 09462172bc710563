"""Where LocalStack finds the provider of Kinesis."""

from __future__ import annotations

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="kinesis", name="harness")  # type: ignore[untyped-decorator]
def kinesis() -> Service:
    from .provider import StreamsProvider

    return Service.for_provider(StreamsProvider())
