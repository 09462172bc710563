"""Finding Python interpreters, also where some only look like one."""

from __future__ import annotations

import sys

import pytest

from harness.emulator import interpreters
from harness.emulator.interpreters import ask, find_interpreter, search_path

OWN_MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(autouse=True)
def fresh():
    ask.cache_clear()
    yield
    ask.cache_clear()


@pytest.fixture
def executable(tmp_path):
    """Makes shell scripts that pose as an interpreter."""

    def make(folder, name, script):
        home = tmp_path / folder
        home.mkdir(parents=True, exist_ok=True)
        file = home / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    return make


def test_the_current_one_is_found_when_it_fits():
    found = find_interpreter((OWN_MINOR,))

    assert found is not None
    assert found.version == sys.version_info[:3]


def test_a_shim_that_fails_is_passed_over_in_silence(executable, monkeypatch, capfd):
    shim = executable("shims", "python3.99", "echo 'pyenv: command not found' >&2; exit 127")
    monkeypatch.setenv("PATH", f"{shim.parent}:/usr/bin:/bin")

    assert find_interpreter(("3.99",)) is None
    assert ask(shim) is None
    assert capfd.readouterr().err == ""


def test_folders_of_shims_are_not_searched(monkeypatch):
    monkeypatch.setenv("PATH", "/home/me/.pyenv/shims:/usr/bin")

    assert search_path() == "/usr/bin"


@pytest.mark.parametrize(
    ("folder", "variable"),
    [("pyenv/versions/3.99.2/bin", "PYENV_ROOT"), ("on-path", "PATH")],
    ids=["pyenv", "PATH"],
)
def test_one_is_found_in(executable, monkeypatch, tmp_path, folder, variable):
    there = executable(folder, "python3.99", "printf '%s\\n' \"$0\" 3 99 2")
    monkeypatch.setenv(
        variable, str(tmp_path / "pyenv" if variable == "PYENV_ROOT" else there.parent)
    )

    found = find_interpreter(("3.99",))

    assert found is not None
    assert (found.path, found.minor) == (there.resolve(), "3.99")


@pytest.mark.parametrize(
    "script", ["exit 1", "echo nonsense", "printf '%s\\n' x 3 99"], ids=["fails", "text", "short"]
)
def test_what_is_not_a_python_is_not_taken_for_one(executable, script):
    assert ask(executable("x", "python", script)) is None


def test_the_best_version_wins(monkeypatch):
    asked = []
    monkeypatch.setattr(interpreters, "_candidates", lambda minor: asked.append(minor) or [])

    find_interpreter(("3.98", "3.97"))

    assert asked == ["3.98", "3.97"]
