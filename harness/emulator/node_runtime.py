"""Node.js as a function runtime: the machine's Node and AWS's runtime client.

The client's npm package compiles a C++ extension as it is installed, which takes a compiler, cmake
and minutes. So it is fetched and unpacked without running its scripts, and `rapid-client.cjs` of
ours, which Node loads first, stands in for the extension.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

from harness.errors import HarnessError, MissingRequirement

from .cache import cache_dir, explained, locked, writable
from .progress import Progress, unseen
from .runtime_documents import NODE_MAJORS
from .runtime_documents import describe_absent_node as _absent

PACKAGE: Final = "aws-lambda-ric"
VERSION: Final = "4.0.2"
INTEGRITY: Final = (
    "FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ=="
)
"""Base64 of the archive's SHA-512, as the npm registry has it."""
_OURS: Final = tuple(
    Path(__file__).parent / "runtimes_lock" / name
    for name in ("rapid-client.cjs", "virtual-date.cjs")
)
_FETCH_SECONDS: Final = 120


def install_node(progress: Progress = unseen) -> Path | None:
    """Return the folder of AWS's runtime client for Node, fetched by npm if it isn't there.

    Returns:
        None when the machine has no Node.

    Raises:
        MissingRequirement: There is a Node but no npm, or npm couldn't fetch the package.
    """
    if shutil.which("node") is None:
        return None
    folder = _folder()
    if folder.is_dir():
        return folder
    with locked(writable(folder.parent) / "node.lock"), explained(folder.parent):
        if not folder.is_dir():
            progress("fetching the Node.js runtime client", 0, 1)
            _make(folder)
    return folder


def describe_node(launcher: Path) -> dict[str, Any]:
    """Describe the runtimes `nodejs18.x` and later of this machine.

    Args:
        launcher: A Python interpreter that can start their environments.

    Returns:
        As `harness.emulator.runtimes.describe_runtimes`.
    """
    node = shutil.which("node")
    if node is None:
        return _absent("no Node.js is installed")
    if not _folder().is_dir():
        return _absent("AWS's runtime client for Node.js isn't installed (\"harness install\")")
    executable = Path(node).resolve()
    version = _version_of(executable)
    if version is None:
        return _absent(f"{executable} doesn't say its version")
    actual = int(version.partition(".")[0])
    runtimes = {}
    for major in NODE_MAJORS:
        name = f"nodejs{major}.x"
        note = None
        if major != actual:
            note = f"{name} runs on Node.js {version} here: no Node.js {major} is installed."
        runtimes[name] = {
            "run": {
                "kind": "node",
                "interpreter": str(executable),
                "language": str(executable.parent.parent),
                "packages": str(_folder()),
                "version": version,
                "launcher": str(launcher),
                "note": note,
            }
        }
    return runtimes


def _folder() -> Path:
    parts = [*(file.read_bytes() for file in _OURS), VERSION.encode()]
    digest = hashlib.sha256(b"".join(parts)).hexdigest()[:12]
    return cache_dir() / "node" / f"{PACKAGE}-{VERSION}-{digest}"


def _make(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as made:
        archive = _fetch(Path(made))
        draft = Path(made) / "client"
        with tarfile.open(archive) as package:
            wanted = [
                member for member in package if member.name.endswith((".mjs", "LICENSE", "NOTICE"))
            ]
            package.extractall(draft, members=wanted, filter="data")
        contents = draft / "package"
        for file in _OURS:
            shutil.copy2(file, contents / file.name)
        # Only its name matters: see rapid-client.cjs.
        (contents / "rapid-client.node").touch()
        contents.rename(folder)


def _fetch(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingRequirement(
            "Node.js is installed without npm, which fetches AWS's runtime client.",
            'Install npm and run "harness install" again.',
        )
    command = [npm, "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise _unfetched(f"npm gave no answer in {_FETCH_SECONDS} s") from problem
    archive = folder / f"{PACKAGE}-{VERSION}.tgz"
    if answer.returncode != 0 or not archive.is_file():
        raise _unfetched(answer.stderr.strip() or f"npm ended with {answer.returncode}")
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise HarnessError(
            f"npm fetched another {PACKAGE} {VERSION} than the one that AWS published.",
            "Check which registry npm is set to use.",
        )
    return archive


def _unfetched(reason: str) -> MissingRequirement:
    error = MissingRequirement(
        "npm couldn't fetch AWS's runtime client for Node.js.",
        'Check the network or npm\'s registry setting, then run "harness install" again.',
    )
    error.add_note(reason)
    return error


def _version_of(executable: Path) -> str | None:
    """Ask Node for its version; the answer is kept, because asking takes a twentieth second."""
    state = executable.stat()
    key = f"{executable} {state.st_mtime_ns} {state.st_size}"
    memory = cache_dir() / "node" / "versions.json"
    try:
        known: dict[str, str] = json.loads(memory.read_text())
    except (OSError, ValueError):
        known = {}
    if key not in known:
        try:
            answer = subprocess.run(
                [executable, "--version"], capture_output=True, text=True, timeout=30, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        known = {key: answer.stdout.strip().removeprefix("v")}
        draft = memory.with_suffix(f".{os.getpid()}")
        try:
            draft.write_text(json.dumps(known))
            draft.replace(memory)
        except OSError:
            pass  # then it is asked again next time
    return known[key]
