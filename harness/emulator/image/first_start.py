"""Starts the emulator once while the image is built, and keeps what that worked out.

A build ends here when the overlays don't fit the LocalStack that was installed. What is kept is
LocalStack's index of service models and plux's of entry points, five seconds of each start; its
certificate isn't, because a private key has no place in an image.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from harness import wire

from . import entrypoint, layout

KEPT: Final = ("cache/plux/*.entry_points.txt", "localstack/**/service-catalog-*.dill")
_PORT: Final = 4566
_SECONDS: Final = 120.0


def start_once(seeds: Path) -> None:
    """Start the emulator, await its overlays, end it, and keep its seeds."""
    state = layout.STATE
    state.mkdir(parents=True, exist_ok=True)
    entrypoint.prepare(state)
    with tempfile.TemporaryFile() as log:
        emulator = subprocess.Popen(
            [entrypoint.variables_python(), "-m", "localstack.runtime.main"],
            env=entrypoint.variables_of(_PORT, state, {}),
            cwd=state,
            stdout=log,
            stderr=log,
        )
        try:
            if not _has_all_overlays(emulator):
                log.seek(0)
                sys.stderr.buffer.write(log.read())
                sys.exit("harness: the emulator didn't start; its log is above.")
            _call()
        finally:
            emulator.send_signal(signal.SIGTERM)
            emulator.wait()
    for pattern in KEPT:
        for file in state.glob(pattern):
            kept = seeds / file.relative_to(state)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, kept)
    shutil.rmtree(state)


def _call() -> None:
    """Call some API of AWS: the first call of any has LocalStack index all service models."""
    scope = "000000000000/20260101/us-east-1/sts/aws4_request"
    request = urllib.request.Request(
        f"http://127.0.0.1:{_PORT}/?Action=GetCallerIdentity&Version=2011-06-15",
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        },
    )
    with urllib.request.urlopen(request, timeout=_SECONDS):
        pass


def _has_all_overlays(emulator: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _SECONDS
    while emulator.poll() is None and time.monotonic() < deadline:
        try:
            # Answered when all overlays are installed, not before.
            address = f"http://127.0.0.1:{_PORT}{wire.OVERLAYS_PATH}"
            with urllib.request.urlopen(address, timeout=_SECONDS):
                return True
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return False
