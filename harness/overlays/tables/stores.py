"""What the overlay keeps for an account and region: the streams of its tables."""

from __future__ import annotations

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from .stream import Stream


class TableStreamStore(BaseStore):  # type: ignore[misc]
    """Streams by ARN, also of tables that are gone: their records can be read for a day."""

    streams: dict[str, Stream] = LocalAttribute(default=dict)


table_stream_stores = AccountRegionBundle("dynamodbstreams", TableStreamStore)
