"""Three ways to catch all the events going through a bus: each alone, and all together."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

CATCH_ALL = ("prefix", "version", "wildcard")
BY_EACH = [pytest.param(rule, marks=pytest.mark.claim(f"catch-all.{rule}")) for rule in CATCH_ALL]


def entry(source: str = "shop.orders", detail_type: str = "Order Placed", **more) -> dict:
    """A PutEvents entry; `detail` may be given as a dictionary."""
    detail = json.dumps(more.pop("detail", {"order": 1}), ensure_ascii=False)
    return {"Source": source, "DetailType": detail_type, "Detail": detail, **more}


EVENTS = {
    "the control's own event": entry(),
    "another source": entry(source="shop.billing"),
    "another detail type": entry(detail_type="Order Cancelled"),
    "another letter case": entry(source="SHOP.ORDERS", detail_type="ORDER PLACED"),
    "a source of one character": entry(source="s"),
    "a source that is a pattern": entry(source="*"),
    "a source with a blank": entry(source="the shop"),
    "unicode everywhere": entry(source="größe.店", detail_type="注文 ✓", detail={"名": "Zoë 🎉"}),
    "an empty detail": entry(detail={}),
    "a nested detail": entry(detail={"a": {"b": [{"c": [1, 2.5, None]}, {"d": {"e": ""}}]}}),
    "a detail with the bus's own field names": entry(detail={"version": "1", "source": None}),
    "resources": entry(Resources=["arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d"]),
    "a time of its own": entry(Time=datetime.now(UTC) - timedelta(minutes=90)),
    "a long detail": entry(detail={"text": "x" * 50_000}),
}


@pytest.mark.parametrize("rule", BY_EACH)
@pytest.mark.parametrize("put", EVENTS.values(), ids=EVENTS.keys())
def test_an_event_is_caught(bus, eventually, rule, put):
    [event_id] = bus.put(put)

    def caught():
        assert event_id in bus.caught(rule)

    eventually(caught, within=bus.patience)
    event = bus.caught(rule)[event_id]
    assert event["source"] == put["Source"]
    assert event["detail-type"] == put["DetailType"]
    assert event["detail"] == json.loads(put["Detail"])


@pytest.fixture(scope="module")
def upload(bus, stack, client, eventually):
    """Puts an object into the bucket and returns its key, once uploads are seen on the bus.

    S3 takes up to five minutes to begin to send its events.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
    """
    bucket, keys = stack.outputs["Uploads"], []

    def upload():
        keys.append(uuid.uuid4().hex)
        client("s3").put_object(Bucket=bucket, Key=keys[-1], Body=b"hello")
        return keys[-1]

    def events_come():
        upload()
        assert any(uploaded(bus, rule) for rule in CATCH_ALL)

    try:
        eventually(events_come, within=timedelta(minutes=8), every=timedelta(seconds=1))
        yield upload
    finally:
        for key in keys:
            client("s3").delete_object(Bucket=bucket, Key=key)


def uploaded(bus, rule):
    """Return the keys of the objects whose upload a rule caught."""
    uploads = [event for event in bus.caught(rule).values() if event["source"] == "aws.s3"]
    return {event["detail"]["object"]["key"] for event in uploads}


@pytest.mark.parametrize("rule", BY_EACH)
def test_a_services_own_event_is_caught(bus, upload, eventually, rule):
    key = upload()

    def caught():
        assert key in uploaded(bus, rule)

    eventually(caught, within=bus.patience)


@pytest.mark.claim("catch-all.all-three")
def test_every_event_ends_up_in_all_three_log_groups(bus, eventually):
    # PutEvents takes ten entries a request.
    entries = list(EVENTS.values())
    ids = {*bus.put(*entries[:10]), *bus.put(*entries[10:])}
    assert len(ids) == len(entries)

    def all_caught():
        missed = {rule: ids - bus.caught(rule).keys() for rule in CATCH_ALL}
        assert missed == {"prefix": set(), "version": set(), "wildcard": set()}

    eventually(all_caught, within=bus.patience)
