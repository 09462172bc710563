"""The emulators that `harness up` started, as the other commands use them."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any, Final

import psutil

from harness.emulator import launch
from harness.emulator.health import info_of
from harness.emulator.running import RunningEmulator, running
from harness.errors import HarnessError, MissingRequirement

if TYPE_CHECKING:
    from harness.targets.base import Target

STOP_SECONDS: Final = 15.0
ACCOUNT: Final = "000000000000"
"""LocalStack's account for access keys that aren't account ids, such as `test`."""
REGION: Final = "us-east-1"


def standing() -> list[RunningEmulator]:
    """Return the emulators that `harness up` started, the oldest first."""
    return [emulator for emulator in running() if emulator.share == launch.ANYONE]


def exports(endpoint: str) -> dict[str, str]:
    """Return the environment variables with which any AWS tool uses an emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }


def document_of(emulator: RunningEmulator) -> dict[str, Any]:
    """Describe an emulator for programs."""
    info = info_of(emulator.port) or {}
    return {
        "endpoint": emulator.endpoint,
        "pid": emulator.pid,
        "answers": bool(info),
        "harness": info.get("harness"),
        "localstack": info.get("localstack"),
    }


def attached() -> Target:
    """Return the target of the running emulator.

    Raises:
        MissingRequirement: None runs, or none that this version of the harness fits.
    """
    if launch.attachable(launch.ANYONE) is None:
        if standing():
            raise MissingRequirement(
                "The running emulator has other overlays than this version of the harness.",
                'Replace it: "harness down && harness up --detach".',
            )
        raise MissingRequirement("No emulator runs.", 'Start one with "harness up --detach".')
    from harness.targets.embedded import Embedded

    target = Embedded(reuse=True)
    target.start()
    return target


def end(emulator: RunningEmulator) -> None:
    """End an emulator and what it started, and remove its folder.

    Raises:
        HarnessError: It is another user's, or doesn't end.
    """
    try:
        process = psutil.Process(emulator.pid)
        family = process.children(recursive=True)
        process.terminate()
        _, alive = psutil.wait_procs([process], timeout=STOP_SECONDS)
        for remaining in (*alive, *family):
            with contextlib.suppress(psutil.NoSuchProcess):
                remaining.kill()
        psutil.wait_procs([process, *family], timeout=STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied as refusal:
        raise HarnessError(
            f"The emulator at {emulator.endpoint} belongs to another user.",
            f"End process {emulator.pid} as that user.",
        ) from refusal
    shutil.rmtree(emulator.state, ignore_errors=True)
