"""What one emulator works out, the next one starts with."""

from __future__ import annotations

import os
import time

from harness.emulator import seeds

CATALOGUE = "localstack/var/lib/localstack/cache/service-catalog-1.dill"


def make(state, name=CATALOGUE, content="made"):
    file = state / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def test_what_is_kept_is_there_for_the_next_one(cache, tmp_path):
    make(tmp_path / "one")
    make(tmp_path / "one", "localstack/var/other", "private")

    seeds.keep(tmp_path / "one", "python")
    seeds.sow(tmp_path / "two", "python")

    assert (tmp_path / "two" / CATALOGUE).read_text() == "made"
    assert not (tmp_path / "two" / "localstack/var/other").exists()


def test_what_isnt_kept_any_more_is_not_passed_on(cache, tmp_path, monkeypatch):
    make(tmp_path / "one")
    seeds.keep(tmp_path / "one", "python")

    monkeypatch.setattr(seeds, "_KEPT_FILES", ())
    seeds.sow(tmp_path / "two", "python")

    assert not (tmp_path / "two" / CATALOGUE).exists()


def test_another_python_environment_has_its_own(cache, tmp_path):
    make(tmp_path / "one")

    seeds.keep(tmp_path / "one", "python")
    seeds.sow(tmp_path / "two", "another")

    assert not (tmp_path / "two" / CATALOGUE).exists()


def test_what_is_old_is_made_anew(cache, tmp_path):
    long_ago = time.time() - 60 * 24 * 3600
    os.utime(make(tmp_path / "one"), (long_ago, long_ago))

    seeds.keep(tmp_path / "one", "python")
    seeds.sow(tmp_path / "two", "python")

    assert not (tmp_path / "two" / CATALOGUE).exists()


def test_overlays_are_verified_for_one_localstack(cache):
    seeds.mark_verified("python", "overlays")

    assert seeds.is_verified("python", "overlays")
    assert not seeds.is_verified("python", "others")
    assert not seeds.is_verified("another", "overlays")
