"""The buses of the pattern, and the records that their logs have brought to each destination."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest

Record = dict[str, Any]


@dataclass(frozen=True)
class Logged:
    """The deployed buses: put events, and read what was logged of them."""

    outputs: Mapping[str, str]
    events: Any
    logs: Any
    s3: Any

    # Log delivery is best effort; S3 and Firehose take minutes.
    patience: ClassVar[timedelta] = timedelta(minutes=15)

    def put(self, detail_type: str, *, bus: str = "Bus", **detail: Any) -> str:
        """Put an event of the shop; returns its id."""
        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": self.outputs[bus],
                    "Source": "shop.orders",
                    "DetailType": detail_type,
                    "Detail": json.dumps(detail),
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0, answer["Entries"]
        return str(answer["Entries"][0]["EventId"])

    def in_group(self, event_id: str, group: str = "TraceGroup") -> list[Record]:
        """Return an event's records in a log group, in order of time."""
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.outputs[group], filterPattern=f'{{ $.event_id = "{event_id}" }}'
        )
        found = [json.loads(line["message"]) for page in pages for line in page["events"]]
        return sorted(found, key=lambda record: int(record["message_timestamp_ms"]))

    def in_bucket(self, event_id: str, bucket: str) -> dict[str, list[Record]]:
        """Return an event's records in a bucket, by the key of their object."""
        name, found = self.outputs[bucket], {}
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=name)
        for key in [one["Key"] for page in pages for one in page.get("Contents", [])]:
            body = self.s3.get_object(Bucket=name, Key=key)["Body"].read()
            text = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            records = [json.loads(line) for line in text.decode().splitlines() if line]
            if mine := [one for one in records if one.get("event_id") == event_id]:
                found[key] = mine
        return found


@pytest.fixture(scope="module")
def logged(stack, client, eventually):
    """The buses, once their logs are seen to arrive: it takes a while after they are set up."""
    logged = Logged(stack.outputs, client("events"), client("logs"), client("s3"))
    put: list[str] = []

    def arrives():
        put.append(logged.put("Probe"))
        assert any(logged.in_group(one) for one in put)

    eventually(arrives, within=logged.patience, every=timedelta(seconds=1))
    yield logged
    _empty(logged)


def _empty(logged: Logged) -> None:
    # A bucket with objects can't be deleted.
    for bucket in ("Archive", "Streamed"):
        name = logged.outputs[bucket]
        for page in logged.s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for one in page.get("Contents", []):
                logged.s3.delete_object(Bucket=name, Key=one["Key"])
