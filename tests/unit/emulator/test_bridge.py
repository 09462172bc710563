"""The folder by which LocalStack finds the overlays."""

from __future__ import annotations

import os
import time

import pytest

from harness import __version__
from harness.emulator import bridge


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A package of a test's own in the place of ours."""
    home = tmp_path / "package"
    (home / "overlays" / "one").mkdir(parents=True)
    for name in ("__init__.py", "wire.py", "plugin.py", "overlays/one/overlay.py"):
        (home / name).write_text(f"# {name}\n")
    monkeypatch.setattr(bridge.harness, "__file__", str(home / "__init__.py"))
    return home


def test_it_holds_the_overlays_and_nothing_of_the_client(cache, sources):
    folder = bridge.make_bridge()

    held = {file.relative_to(folder).as_posix() for file in folder.glob("harness/**/*.py")}
    assert held == {"harness/__init__.py", "harness/wire.py", "harness/overlays/one/overlay.py"}


def test_it_tells_localstack_where_to_enter(cache):
    points = bridge.make_bridge() / f"aws_pattern_harness-{__version__}.dist-info/entry_points.txt"

    assert "[localstack.hooks.on_runtime_create]" in points.read_text()
    assert "pytest11" not in points.read_text()


def test_it_is_made_once(cache, sources):
    assert bridge.make_bridge() == bridge.make_bridge()


def test_a_changed_overlay_is_another_bridge(cache, sources):
    first = bridge.make_bridge()
    (sources / "overlays" / "one" / "overlay.py").write_text("# changed\n")

    second = bridge.make_bridge()

    assert first != second
    assert (first / "harness/overlays/one/overlay.py").read_text() == "# overlays/one/overlay.py\n"


def test_one_that_nobody_has_used_for_long_is_removed(cache, sources):
    old = bridge.make_bridge()
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(old / "used", (long_ago, long_ago))
    (sources / "wire.py").write_text("# changed\n")

    bridge.make_bridge()

    assert not old.exists()
