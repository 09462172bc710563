"""Kinesis as LocalStack's gateway calls it. Resource policies are LocalStack's own."""

from __future__ import annotations

from typing import Any, Final

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.kinesis.provider import KinesisProvider

from .consumer_api import ConsumerApi
from .judging import Members, operation
from .record_api import RecordApi
from .shard_api import ShardApi
from .stream_api import StreamApi

NOT_SERVED: Final = (
    "DescribeAccountSettings",
    "DisableEnhancedMonitoring",
    "EnableEnhancedMonitoring",
    "UpdateAccountSettings",
    "UpdateMaxRecordSize",
    "UpdateStreamWarmThroughput",
)


class StreamsProvider(StreamApi, ShardApi, RecordApi, ConsumerApi, KinesisProvider):  # type: ignore[misc]
    """In the place of LocalStack's provider, which stands before a server that it downloads."""


def _refused(name: str) -> Any:
    def refuse(self: StreamsProvider, context: RequestContext, members: Members) -> None:
        raise CommonServiceException(
            "InternalFailure", f"The emulator doesn't serve {name} of Kinesis.", status_code=501
        )

    refuse.__name__ = f"refuse_{name}"
    return operation(name)(refuse)


for _name in NOT_SERVED:
    setattr(StreamsProvider, f"refuse_{_name}", _refused(_name))
