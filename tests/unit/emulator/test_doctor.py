"""`harness doctor`'s findings."""

from __future__ import annotations

import json

import pytest

from harness.emulator import doctor, kernel
from harness.emulator.doctor import checks


def found(name):
    return next(check for check in checks() if check.name == name)


def test_whatever_does_not_work_has_a_remedy(cache):
    lacking = [check for check in checks() if check.state != "works"]

    assert lacking  # an empty cache holds no LocalStack
    assert [check.name for check in lacking if not check.remedy] == []


def test_it_says_everything_to_programs():
    document = json.loads(json.dumps([check.as_json() for check in checks()]))

    assert all(set(check) == {"name", "state", "finding", "remedy"} for check in document)
    assert {check["state"] for check in document} <= {"works", "weaker", "broken"}


def test_an_emulator_that_is_not_installed_yet_is_no_obstacle(cache):
    assert found("LocalStack").state == "weaker"
    assert "harness install" in found("LocalStack").remedy


def test_a_cache_that_cannot_be_written_to_is_one(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(tmp_path / "file"))

    assert found("cache folder").state == "broken"


def test_a_disk_that_is_nearly_full_is_one(cache, monkeypatch):
    usage = doctor.shutil.disk_usage
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage(path)._replace(free=10**6))

    assert found("disk space").state == "broken"
    assert "HARNESS_CACHE_DIR" in found("disk space").remedy


@pytest.mark.parametrize(
    ("lack", "state"), [(None, "works"), ("The kernel refuses namespaces: no.", "weaker")]
)
def test_isolation_depends_on_the_kernel(monkeypatch, lack, state):
    monkeypatch.setattr(kernel, "lack_of_namespaces", lambda: lack)

    assert found("isolation").state == state
