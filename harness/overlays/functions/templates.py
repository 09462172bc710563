"""The emulator's side of template processes: starts them, has them fork environments."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from harness import wire

from .sandbox.template import LAUNCH

NAMESPACES: Final = "HARNESS_FUNCTION_NAMESPACES"
"""Environment variable: `0` has functions run without namespaces even where there are some."""
SCRIPTS: Final = Path(__file__).parent
_MESSAGE_LIMIT: Final = 1 << 20
_CREDENTIALS: Final = struct.Struct("3i")  # process, user, group: struct ucred
PRELOADED: Final = ("boto3", "botocore.session", "botocore.client", "botocore.httpsession")


class TemplateFailed(RuntimeError):
    """A template process ended or refused."""


@dataclass(frozen=True)
class TemplateKind:
    """What makes templates interchangeable.

    Attributes:
        interpreter: Executable of the runtime's Python.
        language: Its prefix, or that of another language's interpreter.
        packages: Folder of the runtime's packages.
        is_python: Whether environments go on as Python in the fork; else they execute a command.
        preload: Modules to import beside the runtime client.
    """

    interpreter: str
    language: str
    packages: str
    is_python: bool
    preload: tuple[str, ...] = field(default=())


class Template:
    """One template process; it is started by the first call that needs it."""

    def __init__(self, kind: TemplateKind) -> None:
        self.kind = kind
        self.loaded: frozenset[str] = frozenset()
        self.weakness: str | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._base = ""

    def ensure_started(self) -> None:
        """Start the process if it doesn't run; doesn't wait for its imports."""
        with self._lock:
            self._start()

    def ensure_ready(self) -> None:
        """Start the process if it doesn't run, and wait until it can fork."""
        with self._lock:
            self._ready()

    def start(self, order: dict[str, Any], log: int) -> int:
        """Fork an environment and return the id of its first process.

        Args:
            order: Fields of `sandbox.environment.Order`, without those that the template knows.
            log: Descriptor that the environment writes to.
        """
        scratch = str(Path(tempfile.gettempdir(), "function-scratch", order["environment"]))
        own = {
            "scratch": scratch,
            "packages": self.kind.packages,
            "loopback_suffixes": list(wire.LOOPBACK_SUFFIXES),
        }
        _, process = self._ask({"do": "start", **own, **order}, [log])
        return process

    def kill(self, environment: str) -> None:
        """End an environment's processes; its /tmp stays."""
        self._ask({"do": "kill", "environment": environment})

    def end(self, environment: str) -> None:
        """End an environment with its /tmp."""
        self._ask({"do": "end", "environment": environment})

    def stop(self) -> None:
        """End the process and with it all environments that it forked."""
        with self._lock:
            self._forget()

    def _ask(
        self, request: dict[str, Any], descriptors: list[int] | None = None
    ) -> tuple[dict[str, Any], int]:
        with self._lock:
            self._ready()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], descriptors or [])
                answer, process = self._receive()
            except (OSError, TemplateFailed):
                self._forget()
                raise
        if problem := answer.get("problem"):
            raise TemplateFailed(problem)
        return answer, process

    def _ready(self) -> None:
        self._start()
        if not self.loaded:
            try:
                ready, _ = self._receive()
            except (OSError, TemplateFailed):
                self._forget()
                raise
            self.loaded = frozenset(["", *ready["loaded"]])
            self.weakness = ready["weakness"]

    def _receive(self) -> tuple[dict[str, Any], int]:
        """Return a message and the id of the process that sent it."""
        assert self._control is not None
        message, ancillary, _, _ = self._control.recvmsg(
            _MESSAGE_LIMIT, socket.CMSG_SPACE(_CREDENTIALS.size)
        )
        if not message:
            raise TemplateFailed(f"the template process of {self.kind.interpreter} ended")
        sender = 0
        for level, kind, data in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                sender, _, _ = _CREDENTIALS.unpack(data)
        document: dict[str, Any] = json.loads(message)
        return document, sender

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._forget()
        self._base = tempfile.mkdtemp(prefix="function-root-")
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for one in (control, theirs):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE_LIMIT)
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        settings = {
            "scripts": str(SCRIPTS),
            "root": {
                "base": self._base,
                "runtime": self.kind.packages,
                "language": self.kind.language,
                "launcher": str(Path(self.kind.interpreter).parent.parent),
                "is_wanted": os.environ.get(NAMESPACES, "1") != "0",
            },
            "is_python": self.kind.is_python,
            "preload": list(self.kind.preload),
            "clock": _clock_file(),
        }
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(self.kind.interpreter, "-I", "-S", "-B", "-c", LAUNCH),
                    *(str(SCRIPTS), str(theirs.fileno()), json.dumps(settings)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=2,
                pass_fds=[theirs.fileno()],
                env={"LANG": "en_US.UTF-8", "PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )
        self._control = control

    def _forget(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
            self._process = None
        if self._base:
            shutil.rmtree(self._base, ignore_errors=True)
            self._base = ""
        self.loaded = frozenset()


def _clock_file() -> str | None:
    folder = os.environ.get(wire.STATE_DIR)
    return str(Path(folder, wire.SHARED_TIME_FILE)) if folder else None


class Templates:
    """All template processes of an emulator."""

    def __init__(self) -> None:
        self._templates: dict[TemplateKind, Template] = {}
        self._lock = threading.Lock()

    def of(self, kind: TemplateKind) -> Template:
        """Return the template of a kind, which need not run yet."""
        with self._lock:
            return self._templates.setdefault(kind, Template(kind))

    def describe(self) -> list[dict[str, Any]]:
        """List the kinds that were asked for."""
        with self._lock:
            return [asdict(kind) for kind in self._templates]

    def stop(self) -> None:
        """End all template processes."""
        with self._lock:
            templates = list(self._templates.values())
            self._templates.clear()
        for template in templates:
            template.stop()
