"""Calls that IAM's policies denied, or would have, told to people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def distinct(denials: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a text for each denial, once however often it happened."""
    return iter(dict.fromkeys(map(told, denials)))


def told(denial: Mapping[str, Any]) -> str:
    """Say what was denied, which statement decided, and what would allow it."""
    lines = [denial["message"], f"  decided by: {denial['decided_by']}"]
    if fix := denial["fix"]:
        lines.append(f"  would be allowed by, in the {denial['belongs_to']}:")
        lines.append(f"    {json.dumps(json.loads(fix))}")
    return "\n".join(lines)
