"""AWS's binary framing of event streams. Pure.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack
from typing import Final
from zlib import crc32

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"
_STRING: Final = 7
_FIXED_PARTS: Final = 16  # two lengths and two checksums, of four bytes each


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Frame one message: lengths and their checksum, headers, payload, the whole's checksum."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    lengths = pack("!II", _FIXED_PARTS + len(encoded) + len(payload), len(encoded))
    framed = lengths + pack("!I", crc32(lengths)) + encoded + payload
    return framed + pack("!I", crc32(framed))


def event(kind: str, content_type: str, payload: bytes) -> bytes:
    """Frame one event."""
    return message(
        {":event-type": kind, ":content-type": content_type, ":message-type": "event"}, payload
    )


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return pack("!B", len(key)) + key + pack("!BH", _STRING, len(text)) + text
