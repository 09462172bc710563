"""Resources that a request doesn't name but has a token of: iterators and handles. Pure.

Each function gets the token and the place, and returns an ARN, or None for what it can't read.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from .arns import Place


def stream_of_iterator(token: str, place: Place) -> str | None:
    """Return the ARN of the Kinesis stream that a shard iterator is of."""
    parts = _decoded(token.strip('"'))
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        return None
    return f"arn:{place.partition}:kinesis:{place.region}:{place.account}:stream/{parts[0]}"


def table_stream_of_iterator(token: str) -> str | None:
    """Return the ARN of the table's stream that a shard iterator is of; it begins with it.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
    """
    arn = token.partition("|")[0]
    return arn if arn.startswith("arn:") else None


def queue_of_move_task(handle: str) -> str | None:
    """Return the ARN of the queue that messages are moved from."""
    task = _decoded(handle)
    source = task.get("sourceArn") if isinstance(task, dict) else None
    return source if isinstance(source, str) else None


def _decoded(token: str) -> Any:
    try:
        return json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        return None
