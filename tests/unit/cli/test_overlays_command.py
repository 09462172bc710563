"""`harness overlays`."""

from __future__ import annotations

import json
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


def test_every_overlay_is_listed_with_what_it_fills(harness):
    listed = json.loads(harness("overlays", "--json").out)
    folders = {file.parent.name for file in REPOSITORY.glob("harness/overlays/*/overlay.py")}
    assert len(listed) == len(folders)
    assert listed[0]["name"] == "core"
    assert all(overlay["fills"] for overlay in listed)


def test_people_get_a_line_each(harness):
    out = harness("overlays").out
    assert "tenancy" in out
    assert len(out.splitlines()) == len(json.loads(harness("overlays", "--json").out)) + 1
