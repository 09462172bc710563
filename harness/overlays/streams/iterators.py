"""Shard iterators: places in a shard that expire.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

LIFE_SECONDS: Final = 5 * 60


class IteratorError(ValueError):
    """The iterator isn't one of ours."""


class IteratorExpiredError(ValueError):
    """The iterator is too old; the message is AWS's."""


@dataclass(frozen=True)
class Place:
    """Where a reader goes on.

    Attributes:
        stream: The stream's name.
        shard: The shard's id.
        start: The first sequence number to read.
    """

    stream: str
    shard: str
    start: int

    def token(self) -> str:
        """Return an iterator for this place; it expires after five minutes."""
        # The last member makes each iterator another, as AWS's are.
        parts = [self.stream, self.shard, str(self.start), time.time(), uuid.uuid4().hex[:8]]
        return base64.b64encode(json.dumps(parts).encode()).decode()


def place_of(token: str, *, expires: bool = True) -> Place:
    """Read an iterator.

    Args:
        token: The iterator.
        expires: Whether it may be too old. AWS's own readers go on within a second, and never
            have an old one; after a jump of the emulator's clock they would.

    Raises:
        IteratorError: It can't be read.
        IteratorExpiredError: It was made more than five minutes ago.
    """
    try:
        parts = json.loads(base64.b64decode(token.strip('"'), validate=True))
        stream, shard, start, made, _ = parts
        place, made = Place(str(stream), str(shard), int(start)), float(made)
    except (binascii.Error, ValueError, TypeError) as problem:
        raise IteratorError("Invalid ShardIterator.") from problem
    now = time.time()
    if expires and now - made > LIFE_SECONDS:
        raise IteratorExpiredError(
            f"Iterator expired. The iterator was created at time {_written(made)} while right now "
            f"it is {_written(now)} which is further in the future than the tolerated delay of "
            f"{LIFE_SECONDS * 1000} milliseconds."
        )
    return place


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
