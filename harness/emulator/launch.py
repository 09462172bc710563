"""Starts an emulator: everything from the Python environment to its first answer."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness import wire
from harness.errors import HarnessError, UsageProblem

from . import ports, running, seeds
from .bridge import make_bridge, overlays_digest
from .cache import locked, writable
from .environment import emulator_python, install_emulator
from .process import EmulatorProcess, PortTakenError
from .progress import shown
from .running import RunningEmulator
from .runtimes import describe_runtimes, install_runtimes
from .settings import environment_of

ANYONE: Final = "anyone"
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Launched:
    """An emulator of ours, the process it runs in, and whether its folder goes with it."""

    emulator: RunningEmulator
    process: EmulatorProcess
    is_folder_ours: bool

    def stop(self) -> None:
        """End it and remove its folder, unless the caller named that."""
        self.process.stop()
        if self.is_folder_ours:
            shutil.rmtree(self.process.state, ignore_errors=True)


def launch(
    *,
    port: int | None = None,
    state: Path | None = None,
    share: str = "",
    is_detached: bool = False,
    owner: int | None = None,
) -> Launched:
    """Start an emulator and return when it answers.

    Args:
        port: The port it has to have; any free one when absent.
        state: Its folder, absent or empty, which stays; one in the cache, which goes with the
            emulator, when not given.
        share: Who may attach to it: `ANYONE`, or the id of a test run; nobody when empty.
        is_detached: Whether it outlives this process, until somebody stops it.
        owner: Process with which it ends, in place of this one.

    Raises:
        MissingRequirement: The port is taken, or the machine lacks something.
        UsageProblem: The folder isn't empty.
        HarnessError: It did not start; its last log lines are the error's note.
    """
    if port is not None and not ports.is_free(port):
        raise ports.taken(port)
    python, runtimes, bridge = install_emulator(), prepared_runtimes(), make_bridge()
    folder = _empty(state) if state else running.new_state_dir()
    extra = {}
    if owner is not None:
        extra[wire.OWNER_PID] = str(owner)
    if not is_detached and state is None:
        extra[wire.IS_TRANSIENT] = "1"
    is_verified = seeds.is_verified(python.folder.name, bridge.name)
    if is_verified:
        extra[wire.IS_VERIFIED] = "1"
    seeds.sow(folder, python.folder.name)
    try:
        for _ in range(_ATTEMPTS):
            chosen = port or ports.free_port()
            variables = environment_of(
                port=chosen, state=folder, bridge=bridge, python=python.python, runtimes=runtimes
            )
            process = EmulatorProcess(
                python=python.python, variables=variables | extra, state=folder, port=chosen
            )
            try:
                process.start(lifeline=not is_detached and owner is None)
                break
            except PortTakenError:
                if port is not None:
                    raise ports.taken(port) from None
        else:
            raise HarnessError(
                f"{_ATTEMPTS} free ports in a row were taken before the emulator had them.",
                "Try again, or name a port.",
            )
    except BaseException:
        if state is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    assert process.pid is not None
    emulator = RunningEmulator(
        pid=process.pid,
        started=running.start_of(process.pid) or 0,
        port=chosen,
        digest=_digest(bridge.name, runtimes),
        share=share,
        state=str(folder),
    )
    running.remember(emulator)
    if not is_verified:
        # All overlays are in by now, so that nothing of this is half-written.
        seeds.keep(folder, python.folder.name)
        seeds.mark_verified(python.folder.name, bridge.name)
    return Launched(emulator, process, is_folder_ours=state is None)


def attachable(share: str) -> RunningEmulator | None:
    """Find a running emulator that this version of the harness may share; the youngest."""
    wanted = _digest(overlays_digest(), function_runtimes())
    fitting = [
        emulator
        for emulator in running.running()
        if emulator.share == share and emulator.digest == wanted
    ]
    return fitting[-1] if fitting else None


def shared_by_run(run: str, owner: int | None) -> RunningEmulator:
    """Return the one emulator of a test run's processes, started by the first that asks.

    Args:
        run: Id of the test run.
        owner: Its main process; the emulator ends with it.
    """
    with locked(running.emulators_dir() / "shared.lock"):
        return attachable(run) or launch(share=run, owner=owner).emulator


def function_runtimes() -> dict[str, Any]:
    """Describe the machine's function runtimes for the emulator."""
    return describe_runtimes()


def prepared_runtimes() -> dict[str, Any]:
    """Describe the machine's function runtimes; the first call on a machine installs them."""
    document = function_runtimes()
    if any("run" in runtime for runtime in document["runtimes"].values()):
        return document
    with shown("Preparing the function runtimes (once)") as progress:
        return install_runtimes(progress)


def _digest(overlays: str, runtimes: dict[str, Any]) -> str:
    """Return a digest of what decides how an emulator answers."""
    parts = [overlays, emulator_python().folder.name, json.dumps(runtimes, sort_keys=True)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _empty(folder: Path) -> Path:
    writable(folder)
    if any(folder.iterdir()):
        raise UsageProblem(
            f"The folder {folder} isn't empty, so it can't be an emulator's.",
            "Name an empty or a new one.",
        )
    return folder.absolute()
