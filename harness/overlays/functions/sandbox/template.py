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
import signal
import socket
import sys
import traceback
from typing import Any

from . import environment, python_runtime, root

MESSAGE_LIMIT = 1 << 20


class Template:
    """Serves one emulator.

    Args:
        control: The socket to the emulator.
        has_namespaces: Whether environments get namespaces of their own.
    """

    def __init__(self, control: socket.socket, *, has_namespaces: bool) -> None:
        self.control = control
        self.has_namespaces = has_namespaces
        self.first_processes: dict[str, int] = {}
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
            try:
                answer = self.answer(json.loads(message), descriptors)
            except Exception as problem:
                traceback.print_exc()
                answer = {"problem": f"{type(problem).__name__}: {problem}"}
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            self.control.send(json.dumps(answer).encode())

    def answer(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        match request.pop("do"):
            case "start":
                return {"pid": self.start(environment.Order.read(request), descriptors[0])}
            case "kill":
                self.kill(request["environment"])
            case "end":
                self.kill(request["environment"])
                if self.has_namespaces:
                    root.drop_scratch(request["environment"])
        return {}

    def start(self, order: environment.Order, log: int) -> int:
        """Fork an environment's first process; return its id."""
        self.kill(order.environment)
        if self.has_namespaces:
            root.make_scratch(order.environment, order.scratch_mb)
            os.unshare(os.CLONE_NEWPID)
        process = os.fork()
        if process == 0:
            environment.live(order, log, has_namespaces=self.has_namespaces)
        if self.has_namespaces:
            # Back to one's own, or the next environment would join this one's.
            os.setns(self.own_processes, os.CLONE_NEWPID)
        self.first_processes[order.environment] = process
        return process

    def kill(self, name: str) -> None:
        """End an environment's processes, all of them, and wait until they are gone."""
        process = self.first_processes.pop(name, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if not self.has_namespaces:
                os.killpg(process, signal.SIGKILL)
            os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)

    def reap(self) -> None:
        """Take note of environments whose processes ended by themselves."""
        for name, process in list(self.first_processes.items()):
            with contextlib.suppress(ChildProcessError):
                ended, _ = os.waitpid(process, os.WNOHANG)
                if ended:
                    self.first_processes.pop(name, None)


def main(arguments: list[str]) -> None:
    """Run as a template: `arguments` are the socket's descriptor and a JSON document."""
    settings = json.loads(arguments[1])
    control = socket.socket(fileno=int(arguments[0]))
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raise_file_limit()
    standard = [entry for entry in sys.path if entry != settings["scripts"]]
    try:
        root.build(root.RootPlan(**settings["root"]))
        has_namespaces, weakness = True, None
    except OSError as problem:
        has_namespaces, weakness = False, str(problem)
    loaded: list[str] = []
    if settings["is_python"]:
        loaded = python_runtime.prepare(standard, settings["preload"])
    gc.collect()
    gc.freeze()
    gc.disable()
    ready = {"loaded": loaded, "weakness": weakness}
    control.send(json.dumps(ready).encode())
    Template(control, has_namespaces=has_namespaces).serve()


def _raise_file_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


