"""Kinesis Data Streams without a server that is downloaded.

LocalStack's own provider stands before kinesis-mock, a Node.js program that it downloads.
Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay

from .store import stream_stores


class Streams(Overlay):
    name = "streams"
    fills = "Kinesis Data Streams: records, resharding, consumers, retention on the clock"

    def reset(self, account: str, region: str | None = None) -> None:
        # The streams go with the account's stores; whoever still reads them has to hear of it.
        if account not in stream_stores:
            return
        for place, store in list(stream_stores[account].items()):
            if region in (None, place):
                for stream in store.streams.values():
                    with stream.changed:
                        stream.delete()


overlay = Streams()
