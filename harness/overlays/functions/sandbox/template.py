"""The template process: imports once, then forks an environment in milliseconds.

Speaks JSON over a socket that keeps message borders. It ends when the other side of the socket
is closed, that is with the emulator, however that ends; its environments end with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from . import environment, family, kernel, python_runtime, root, virtual_time

MESSAGE_LIMIT = 1 << 20
LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv[1]); from sandbox.template import main; "
    "main(sys.argv[2:])"
)
"""Starts a template; its arguments are the folder of the scripts and those of `main`."""


class Template:
    """Serves one emulator.

    Args:
        control: The socket to the emulator.
        has_namespaces: Whether environments get namespaces of their own.
        clock: Descriptor of the clock's file, if there is one.
    """

    def __init__(
        self, control: socket.socket, *, has_namespaces: bool, clock: int | None = None
    ) -> None:
        self.control = control
        self.clock = clock
        self.has_namespaces = has_namespaces
        self.first_processes: dict[str, int] = {}
        self.scratch: dict[str, str] = {}
        self.dying: set[int] = set()
        self.own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY)

    def serve(self) -> None:
        """Answer requests until the emulator is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: self.reap())
        while True:
            try:
                message, descriptors, *_ = socket.recv_fds(self.control, MESSAGE_LIMIT, 1)
            except ConnectionResetError:
                return
            if not message:
                return
            answer: dict[str, Any] | None
            try:
                answer = self.answer(json.loads(message), descriptors)
            except Exception as problem:
                traceback.print_exc()
                answer = {"problem": f"{type(problem).__name__}: {problem}"}
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            if answer is not None:
                self.control.send(json.dumps(answer).encode())

    def answer(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any] | None:
        """Do what is asked; None when somebody else has answered already."""
        match request.pop("do"):
            case "start":
                self.start(environment.Order.read(request), descriptors[0])
                return None
            case "kill":
                self.kill(request["environment"])
            case "end":
                self.end(request["environment"])
        return {}

    def start(self, order: environment.Order, log: int) -> None:
        """Fork an environment's first process, which gives the answer.

        The kernel tells the emulator who sends a message, in the numbers of its own process
        namespace, which this process doesn't know.
        """
        self.kill(order.environment)
        if self.has_namespaces:
            root.make_scratch(order.environment, order.scratch_mb)
            os.unshare(os.CLONE_NEWPID)
        else:
            Path(order.scratch).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.scratch[order.environment] = order.scratch
        process = os.fork()
        if process == 0:
            self.control.send(b"{}")
            environment.live(order, log, clock=self.clock, has_namespaces=self.has_namespaces)
        if self.has_namespaces:
            # Back to one's own, or the next environment would join this one's.
            os.setns(self.own_processes, os.CLONE_NEWPID)
        self.first_processes[order.environment] = process

    def kill(self, name: str) -> None:
        """End an environment's processes, all of them, and wait until they are gone."""
        if (process := self._strike(name)) is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)

    def end(self, name: str) -> None:
        """End an environment with its /tmp; its processes may take a moment longer to go."""
        if (process := self._strike(name)) is not None:
            self.dying.add(process)
        self.drop_scratch(name)

    def _strike(self, name: str) -> int | None:
        process = self.first_processes.pop(name, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                if not self.has_namespaces:
                    family.end_descendants(process)
                os.kill(process, signal.SIGKILL)
        return process

    def drop_scratch(self, name: str) -> None:
        """Forget an environment's /tmp."""
        if self.has_namespaces:
            root.drop_scratch(name)
        elif folder := self.scratch.pop(name, None):
            shutil.rmtree(folder, ignore_errors=True)

    def reap(self) -> None:
        """Take note of environments whose processes have ended."""
        for name, process in list(self.first_processes.items()):
            if _has_ended(process):
                self.first_processes.pop(name, None)
        self.dying = {process for process in self.dying if not _has_ended(process)}


def _has_ended(process: int) -> bool:
    try:
        ended, _ = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return bool(ended)


def main(arguments: list[str]) -> None:
    """Run as a template.

    Args:
        arguments: Descriptor of the socket to the emulator, and a JSON document: the settings,
            with `root` until the new root is built and without it afterwards.
    """
    settings = json.loads(arguments[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raise_file_limit()
    if plan := settings.pop("root", None):
        settings["packages"] = root.RUNTIME
        settings["weakness"] = _change_root(plan)
        if settings["weakness"] is None:
            _become_first_process(int(arguments[0]))
            _start_over(int(arguments[0]), settings)
        settings["packages"] = plan["runtime"]
    _serve(int(arguments[0]), settings)


def _change_root(plan: dict[str, Any]) -> str | None:
    if not plan.pop("is_wanted"):
        return "it is switched off"
    try:
        root.build(root.RootPlan(**plan))
    except OSError as problem:
        return str(problem)
    return None


def _become_first_process(control: int) -> None:
    """Go on as the first process of a process namespace, whose end is the end of all in it."""
    os.unshare(os.CLONE_NEWPID)
    if child := os.fork():
        os.close(control)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    kernel.die_with_parent(signal.SIGKILL)


def _start_over(control: int, settings: dict[str, Any]) -> NoReturn:
    """Become the interpreter at /var/lang: functions see no path of the machine in tracebacks."""
    folder = root.HOST + settings["scripts"]
    document = json.dumps({**settings, "scripts": folder})
    program = Path("/var/lang/bin", Path(sys.executable).name)
    if not program.exists():
        program = Path(sys.executable)  # /var/lang is another language's folder
    launch = [str(program), "-I", "-S", "-B", "-c", LAUNCH, folder, str(control), document]
    os.set_inheritable(control, True)
    os.execv(program, launch)


def _serve(control: int, settings: dict[str, Any]) -> None:
    connection = socket.socket(fileno=control)
    connection.set_inheritable(False)
    loaded: list[str] = []
    weakness = settings["weakness"]
    file = settings.get("clock")
    clock = virtual_time.opened(root.HOST + file if file and weakness is None else file)
    if settings["is_python"]:
        standard = [entry for entry in sys.path if entry != settings["scripts"]]
        loaded = python_runtime.prepare(settings["packages"], standard, settings["preload"])
        if clock is not None:
            virtual_time.follow(clock)
    gc.collect()
    gc.freeze()
    gc.disable()
    connection.send(json.dumps({"loaded": loaded, "weakness": weakness}).encode())
    Template(connection, has_namespaces=weakness is None, clock=clock).serve()


def _raise_file_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
