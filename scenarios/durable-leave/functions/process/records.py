"""The record of a leave request."""

import os
from datetime import UTC, datetime

import boto3

FIELDS = ("id", "employee", "start", "end", "reason")

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def pending(leave):
    # The execution's id is the key, so that a step that is repeated writes the same record again.
    kept = {name: leave[name] for name in FIELDS if leave.get(name)}
    table.put_item(Item={**kept, "status": "pending", "asked": _now()})


def decided(leave, status):
    table.update_item(
        Key={"id": leave["id"]},
        UpdateExpression="SET #status = :status, decided = :now",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": status, ":now": _now()},
    )


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")
