"""Lambda's folders where the machine has no namespaces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.overlays.functions.sandbox.path_rewriting import PathRewriting

FOLDERS = {"/tmp": "/tmp/state/scratch", "/var/task": "/state/code"}


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("/tmp", "/tmp/state/scratch"),
        ("/tmp/a/../b", "/tmp/state/scratch/b"),
        ("/tmp/../tmp/x", "/tmp/state/scratch/x"),
        (Path("/var/task/app.py"), "/state/code/app.py"),
        (b"/tmp/x", b"/tmp/state/scratch/x"),
        ("/tmp/state/scratch/x", "/tmp/state/scratch/x"),
        ("/tmpfile", "/tmpfile"),
        ("relative/tmp", "relative/tmp"),
        (3, 3),
    ],
    ids=str,
)
def test_where_a_path_leads(path, real):
    assert PathRewriting(FOLDERS).real(path) == real


def test_a_working_directory_keeps_lambdas_name():
    assert PathRewriting(FOLDERS).seen("/state/code/x") == "/var/task/x"


def test_pythons_own_calls_are_redirected(tmp_path):
    """In a process of its own: the redirection of a process can't be taken back."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, pathlib, shutil, sys, tempfile\n"
            "sys.path.insert(0, sys.argv[1])\n"
            "from sandbox.path_rewriting import PathRewriting\n"
            "PathRewriting({'/tmp': sys.argv[2]}).apply()\n"
            "pathlib.Path('/tmp/a/b').mkdir(parents=True)\n"
            "open('/tmp/a/b/c', 'w').write('x')\n"
            "shutil.copy('/tmp/a/b/c', '/tmp/d')\n"
            "os.rename('/tmp/d', '/tmp/e')\n"
            "shutil.rmtree('/tmp/a')\n"
            "os.chdir('/tmp')\n"
            "print(os.getcwd(), os.listdir('/tmp'), os.path.getsize('/tmp/e'))\n",
            str(Path(harness.__file__).parent / "overlays" / "functions"),
            str(scratch),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "/tmp ['e'] 1\n"
    assert [entry.name for entry in scratch.iterdir()] == ["e"]
