"""The emulators that stand for everybody, as the other commands use them."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import psutil

from harness import wire
from harness.emulator import launch
from harness.emulator.docker.endpoint import find_endpoint
from harness.emulator.health import ask, info_of
from harness.emulator.running import RunningEmulator, running
from harness.errors import HarnessError, MissingRequirement, UsageProblem

if TYPE_CHECKING:
    from harness.targets.base import Target
    from harness.targets.docker.standing import ContainerEmulator

    Emulator = RunningEmulator | ContainerEmulator

STOP_SECONDS: Final = 15.0
ACCOUNT: Final = "000000000000"
"""LocalStack's account for access keys that aren't account ids, such as `test`."""
REGION: Final = "us-east-1"


def standing() -> list[Emulator]:
    """Return the emulators that stand, the oldest first: processes, then containers.

    Those that `harness up` started, and compose services.
    """
    processes = [emulator for emulator in running() if emulator.share == launch.ANYONE]
    return [*processes, *_in_containers()]


def exports(endpoint: str) -> dict[str, str]:
    """Return the environment variables with which any AWS tool uses an emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }


def document_of(emulator: Emulator) -> dict[str, Any]:
    """Describe an emulator for programs."""
    if isinstance(emulator, RunningEmulator):
        info = info_of(emulator.port) or {}
        what = {"target": "embedded", "pid": emulator.pid}
    else:
        info = emulator.info()
        what = {"target": "container", "container": emulator.name}
        if emulator.service:
            what["service"] = emulator.service
    return {
        "endpoint": emulator.endpoint,
        **what,
        "answers": bool(info),
        "harness": info.get("harness"),
        "localstack": info.get("localstack"),
    }


def decide_calls(emulator: Emulator, mode: str) -> None:
    """Say what policies do in an emulator, for all accounts that aren't told otherwise.

    Raises:
        HarnessError: It doesn't answer.
    """
    where = urlsplit(emulator.endpoint)
    status, answer = ask(
        where.port or 80, "POST", wire.IAM_PATH, {"mode": mode}, host=where.hostname or "127.0.0.1"
    )
    if status != 200:
        raise HarnessError(f"The emulator at {emulator.endpoint} said: {answer}.", "Start it anew.")


def attached() -> Target:
    """Return the target of the running emulator: a process's, else a container's.

    Raises:
        MissingRequirement: None runs, or none that this version of the harness fits.
    """
    if launch.attachable(launch.ANYONE) is not None:
        from harness.targets.embedded import Embedded

        target: Target = Embedded(reuse=True)
    elif attachable_container() is not None:
        from harness.targets.container import Container

        target = Container(reuse=True)
    elif standing():
        raise MissingRequirement(
            "The running emulator has other overlays than this version of the harness.",
            'Replace it: "harness down && harness up --detach".',
        )
    else:
        raise MissingRequirement("No emulator runs.", 'Start one with "harness up --detach".')
    target.start()
    return target


def attachable(target: str) -> Emulator | None:
    """Return a running emulator that this version may use, of one target."""
    return attachable_container() if target == "container" else launch.attachable(launch.ANYONE)


def attachable_container() -> ContainerEmulator | None:
    """Return a container that this version may use; None also where there is no Docker."""
    if not (containers := _in_containers()):
        return None
    from harness.targets.docker.attaching import attachable

    return attachable(containers[0].engine)


def end(emulator: Emulator) -> None:
    """End an emulator and what it started, and remove what it wrote.

    Raises:
        HarnessError: It is another user's, or doesn't end.
    """
    if not isinstance(emulator, RunningEmulator):
        emulator.end()
        return
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


def _in_containers() -> list[ContainerEmulator]:
    """Return those in containers; none where there is no Docker that could be asked."""
    try:
        endpoint = find_endpoint()
        # Most machines of those who use the embedded target alone: don't even load the library.
        if endpoint.socket and not endpoint.socket.exists():
            return []
        from harness.emulator.docker.engine import connect
        from harness.targets.docker.standing import open_to_all

        return open_to_all(connect(endpoint))
    except (MissingRequirement, UsageProblem):
        return []
