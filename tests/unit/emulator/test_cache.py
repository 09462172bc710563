"""The cache's folder: where it is, and what is said when it can't be used."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from harness.emulator.cache import cache_dir, locked, refusal, writable
from harness.errors import HarnessError, MissingRequirement

NOBODY = 65534

ON_A_FULL_DISK = """
import ctypes, os, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
folder = sys.argv[1].encode()
if libc.unshare(0x00020000 | (0x10000000 if os.getuid() else 0)) or libc.mount(
    b"tmpfs", folder, b"tmpfs", 0, b"size=16k"
):
    sys.exit(77)
try:
    Path(sys.argv[1], "filler").write_bytes(b"x" * 16384)
except OSError:
    pass
from harness.emulator.cache import writable
from harness.errors import MissingRequirement
try:
    writable(Path(sys.argv[1]))
except MissingRequirement as problem:
    print(problem)
"""

HOLDER = """
import sys
from pathlib import Path
from harness.emulator.cache import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_it_is_where_the_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(tmp_path))

    assert cache_dir() == tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG is Linux's")
def test_it_is_in_the_users_cache_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("HARNESS_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache_dir() == tmp_path / "aws-pattern-harness"


@pytest.fixture
def forbidden(tmp_path):
    """A folder that this process may not write to, whoever runs it."""
    folder = tmp_path / "forbidden"
    folder.mkdir(mode=0o555)
    is_root = os.geteuid() == 0
    if is_root:
        for parent in (tmp_path, *tmp_path.parents[:3]):
            parent.chmod(parent.stat().st_mode | 0o011)
        os.seteuid(NOBODY)
    yield folder
    if is_root:
        os.seteuid(0)


def test_a_folder_without_permission_is_named_with_a_remedy(forbidden):
    with pytest.raises(MissingRequirement) as problem:
        writable(forbidden)

    assert str(problem.value) == (
        f"The cache folder {forbidden} can't be written to: Permission denied. "
        "Set HARNESS_CACHE_DIR to a folder that can be written to."
    )


def test_a_full_disk_is_named_with_a_remedy(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("a disk of its own needs a mount namespace")

    assert done.stdout.startswith(f"No space is left on the disk of the cache folder {tmp_path}.")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EROFS, "can't be written to: Read-only file system."),
        (errno.EDQUOT, "No space is left"),
        (errno.ENOTDIR, "can't be used: Not a directory."),
    ],
)
def test_each_refusal_has_its_sentence(tmp_path, number, sentence):
    assert sentence in str(refusal(OSError(number, os.strerror(number)), tmp_path))


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline()
    yield process
    process.kill()
    with process:
        pass


def test_a_lock_that_is_not_let_go_of_is_an_error(holder, tmp_path):
    with (
        pytest.raises(HarnessError, match="Another process has held"),
        locked(tmp_path / "lock", patience_seconds=0.05),
    ):
        pass


def test_a_process_that_dies_lets_go_of_its_lock(holder, tmp_path):
    holder.kill()
    holder.wait()

    with locked(tmp_path / "lock", patience_seconds=10):
        assert (tmp_path / "lock").exists()
