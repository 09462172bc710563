"""LocalStack with our overlays in a Docker container."""

from __future__ import annotations

import atexit
import sys
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from harness import wire
from harness.emulator.cache import cache_dir, locked, writable
from harness.emulator.docker.engine import Engine, connect
from harness.errors import HarnessError, UsageProblem

from .docker import attaching, cleaner, labels
from .docker.ending import ending_of, log_tail
from .docker.launching import launch
from .docker.made_image import made_image
from .docker.removing import remove_remains
from .docker.standing import ContainerEmulator
from .emulated import Emulated

if TYPE_CHECKING:
    from .docker.emulator_container import EmulatorContainer

_ARM = frozenset({"aarch64", "arm64"})


class Container(Emulated):
    """An emulator in a container: one that stands already if it fits, else one of its own.

    One stands that `harness up --target container` or compose has started. Its own goes with this
    process, however that ends: Testcontainers' Ryuk removes it, or a process of ours where Ryuk's
    image can't be had (`describe()["cleaned_up_by"]`). The port is published on loopback alone;
    of an engine on another machine, on the address under which that is reached.

    Args:
        reuse: Whether one may be used that stands already and runs the same image.
        port: The port it has to have; any free one when absent.
        state_dir: Not for containers, whose state is a volume that goes with them.
        run: Id of a test run whose processes share one container; the first one that needs it
            starts it.
        owner: Process id with which such a shared container ends: the test run's main process.

    Raises:
        UsageProblem: A folder for the state was named.
    """

    name = "container"

    def __init__(
        self,
        *,
        reuse: bool = True,
        port: int | None = None,
        state_dir: Path | None = None,
        run: str = "",
        owner: int | None = None,
    ) -> None:
        super().__init__()
        if state_dir is not None:
            raise UsageProblem(
                "A container keeps its state in a volume, not in a folder.",
                "Leave the folder out.",
            )
        self._reuse, self._port, self._run, self._owner = reuse, port, run, owner
        self._engine: Engine | None = None
        self._found: ContainerEmulator | None = None
        self._own: EmulatorContainer | None = None
        self._cleaner: cleaner.Cleaner | None = None
        self._files: TemporaryDirectory[str] | None = None

    @property
    def host(self) -> str:
        return self._running().host

    @property
    def port(self) -> int:
        return self._running().port

    @property
    def certificate_authority(self) -> str:
        if self._files is None:
            # boto3 wants a file; it goes with this process.
            self._files = TemporaryDirectory(prefix="authority-", dir=writable(cache_dir()))
            told = self._told(wire.AUTHORITY_PATH)
            Path(self._files.name, wire.AUTHORITY_FILE).write_text(told["certificate"])
        return str(Path(self._files.name, wire.AUTHORITY_FILE))

    @property
    def is_shared(self) -> bool:
        return self._own is None

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Addresses beyond loopback that clients have to reach: none, or the remote engine's."""
        endpoint = self._connected().endpoint
        return frozenset() if endpoint.is_here else frozenset({endpoint.published_host})

    @property
    def names_at(self) -> str:
        """The address that the emulator's own host names mean."""
        return self.host

    def prepare(self) -> None:
        """Make the image, once for each version, and show the progress."""
        made_image(self._connected())

    def start(self) -> None:
        """Attach to a fitting container that stands, or start one and return when it answers.

        Raises:
            MissingRequirement: There is no Docker, it may not be used, or it lacks something.
            HarnessError: It did not start; its last log lines are the error's note.
        """
        if self._own is not None or self._found is not None:
            return
        engine = self._connected()
        standing = attaching.attachable(engine, tell=_tell) if self._reuse else None
        if standing is not None and self._port in (None, standing.port):
            self._found = standing
        elif self._run:
            self._found = self._shared(engine, self._run)
        else:
            self._own = self._launched(engine, uuid.uuid4().hex)
            atexit.register(self.stop)

    def stop(self) -> None:
        """Remove a container of its own; one that is shared stays for the others."""
        own, self._own, self._found = self._own, None, None
        watching, self._cleaner = self._cleaner, None
        files, self._files = self._files, None
        if files is not None:
            files.cleanup()
        self._sessions.clear()
        if own is not None:
            atexit.unregister(self.stop)
            from .docker.launching import discard

            discard(own)
        if watching is not None:
            watching.let_go()

    def function_platform(self, runtime: str, architecture: str) -> tuple[str, str]:
        """Say what a function of a runtime and architecture runs on in the container."""
        said = self._info()
        own = "arm64" if said.get("machine") in _ARM else "x86_64"
        return said.get("stand_ins", {}).get(runtime, runtime), own

    def describe(self) -> dict[str, Any]:
        running = self._running()
        cleaned_up_by = self._cleaner.name if self._cleaner else "whoever started it"
        return super().describe() | {"container": running.name, "cleaned_up_by": cleaned_up_by}

    def ending(self) -> HarnessError | None:
        """Say how the container ended, if it did by itself; None while it runs."""
        return ending_of(self._connected(), self._running().name)

    def evidence(self) -> str:
        """Return how the container ended, if it has, and the last lines of its log."""
        if ending := self.ending():
            return "\n".join([str(ending), *getattr(ending, "__notes__", ())])
        return log_tail(self._connected(), self._running().name)

    def _shared(self, engine: Engine, run: str) -> ContainerEmulator:
        with locked(cache_dir() / "containers" / "shared.lock"):
            if found := attaching.of_run(engine, run):
                self._cleaner = cleaner.join(engine, run)
                return found
            self._launched(engine, run, share=run)
            found = attaching.of_run(engine, run)
            assert found is not None
            return found

    def _launched(self, engine: Engine, run: str, share: str = "") -> EmulatorContainer:
        remove_remains(engine)
        image = made_image(engine)
        owner = labels.Owner.of(self._owner)
        self._cleaner = cleaner.watch_over(engine, run, owner)
        return launch(engine, image, port=self._port, run=run, share=share, owner=owner)

    def _info(self) -> dict[str, Any]:
        from harness.emulator.health import ask, info_of

        # The overlays add to what the emulator says about itself; this waits until all are in.
        ask(self.port, "GET", wire.OVERLAYS_PATH, host=self.host)
        return info_of(self.port, host=self.host) or {}

    def _connected(self) -> Engine:
        if self._engine is None:
            self._engine = connect()
        return self._engine

    def _running(self) -> ContainerEmulator | EmulatorContainer:
        running = self._own or self._found
        if running is None:
            raise RuntimeError("the target isn't started")
        return running


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
