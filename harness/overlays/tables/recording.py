"""Turns moto's writes into stream records.

moto writes an item that an update creates twice, and the items of a transaction before it knows
whether the transaction holds. So the changes of one request are collected, and written as one
record an item when the request has succeeded.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.dynamodb.models.dynamo_type import Item as MotoItem
from moto.dynamodb.models.table import Table

from .stores import table_stream_stores
from .stream import Change, Item, Stream

_collecting = threading.local()


def open_stream(table: Table) -> None:
    """Begin the stream that a table's specification asks for."""
    arn = f"{table.table_arn}/stream/{table.latest_stream_label}"
    _streams(table)[arn] = Stream(
        arn=arn,
        label=table.latest_stream_label,
        table=table.name,
        region=table.region_name,
        key_schema=table.schema,
        view=table.stream_specification["StreamViewType"],
    )


def close_stream(table: Table) -> None:
    """End a table's stream; what it has stays readable for a day."""
    if stream := _stream_of(table):
        stream.is_enabled = False


def changed(table: Table, old: MotoItem | None, new: MotoItem | None) -> None:
    """Note one change of an item."""
    if (stream := _stream_of(table)) is None or not stream.is_enabled:
        return
    change = Change(_keys(table, old if new is None else new), _attributes(old), _attributes(new))
    collected: list[tuple[Stream, Change]] | None = getattr(_collecting, "changes", None)
    if collected is None:
        stream.append(change)
    else:
        collected.append((stream, change))


@contextmanager
def as_one_write() -> Iterator[None]:
    """Collect changes, and write them at the end, unless an exception says that they don't hold."""
    if getattr(_collecting, "changes", None) is not None:
        yield
        return
    changes: list[tuple[Stream, Change]] = []
    _collecting.changes = changes
    try:
        yield
    finally:
        _collecting.changes = None
    for stream, change in _merged(changes):
        stream.append(change)


def _merged(changes: list[tuple[Stream, Change]]) -> list[tuple[Stream, Change]]:
    by_item: dict[str, tuple[Stream, Change]] = {}
    for stream, change in changes:
        key = f"{stream.arn} {change.keys}"
        first = by_item.get(key, (stream, change))[1]
        by_item[key] = (stream, Change(change.keys, first.old, change.new))
    return list(by_item.values())


def _streams(table: Table) -> dict[str, Stream]:
    streams: dict[str, Stream] = table_stream_stores[table.account_id][table.region_name].streams
    return streams


def _stream_of(table: Table) -> Stream | None:
    return _streams(table).get(f"{table.table_arn}/stream/{table.latest_stream_label}")


def _keys(table: Table, item: MotoItem | None) -> Item:
    names = {entry["AttributeName"] for entry in table.schema}
    return {name: value for name, value in (_attributes(item) or {}).items() if name in names}


def _attributes(item: MotoItem | None) -> Item | None:
    if item is None:
        return None
    attributes: Item = _plain(item.to_json()["Attributes"])
    return attributes


def _plain(value: Any) -> Any:
    # A copy: moto goes on changing its own. Bytes travel as Base64 in JSON.
    if isinstance(value, dict):
        return {name: _binary(name, one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _binary(name: str, value: Any) -> Any:
    if name == "B" and isinstance(value, str):
        return base64.b64decode(value)
    if name == "BS" and isinstance(value, list):
        return [base64.b64decode(one) if isinstance(one, str) else one for one in value]
    return _plain(value)
