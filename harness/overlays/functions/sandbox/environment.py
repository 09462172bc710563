"""One execution environment: a small first process, and the runtime as its child.

The first process owns the environment's process namespace: when it ends, everything that the
function started ends with it. It reports how the runtime ended as the last words in the log pipe.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from . import family, kernel, python_runtime, root, virtual_time
from .path_rewriting import PathRewriting

EXIT_FRAME = b"\xa5\x5a\xff\xff"
"""Begins the report of the runtime's end, in the framing of the runtime's own log records."""


@dataclass(frozen=True)
class Order:
    """What to start.

    Attributes:
        environment: Id of the execution environment.
        code: Folder of the machine with the function's code.
        layers: Folder of the machine with the merged layers, if there are any.
        scratch: Folder of the machine that is /tmp where there are no namespaces.
        packages: Folder of the machine that is /var/runtime there.
        scratch_mb: Size of /tmp.
        open_files: How many file descriptors a process may have.
        variables: All environment variables.
        loopback_suffixes: Ends of the host names that mean the emulator.
        command: What to execute; None to go on as a Python runtime in the forked process.
    """

    environment: str
    code: str
    layers: str | None
    scratch: str
    packages: str
    scratch_mb: int
    open_files: int
    variables: dict[str, str]
    loopback_suffixes: list[str]
    command: list[str] | None

    @classmethod
    def read(cls, document: dict[str, Any]) -> Order:
        return cls(**document)


def live(order: Order, log: int, *, clock: int | None, has_namespaces: bool) -> NoReturn:
    """Be the first process of an environment, from the fork to the end.

    Args:
        order: What to start.
        log: Descriptor that the environment writes to.
        clock: Descriptor of the clock's file, for a program that is executed.
        has_namespaces: Whether it gets namespaces of its own.
    """
    kernel.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _close_all_but({log} if clock is None else {log, clock})
    try:
        if has_namespaces:
            os.unshare(os.CLONE_NEWNS)
            root.refine(order.environment, order.code, order.layers)
        else:
            family.become_last_parent()
        runtime = os.fork()
        if runtime == 0:
            _become_runtime(order, log, clock, has_namespaces=has_namespaces)
        kernel.set_dumpable(False)
        report = _await(runtime)
        if not has_namespaces:
            family.end_descendants(os.getpid())
    except BaseException as problem:
        report = {"problem": f"{type(problem).__name__}: {problem}"}
    message = json.dumps(report).encode()
    os.write(log, EXIT_FRAME + len(message).to_bytes(4, "big") + bytes(8) + message)
    os._exit(0)


def _close_all_but(kept: set[int]) -> None:
    first = 3
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, 1 << 16)


def _await(runtime: int) -> dict[str, Any]:
    while True:
        # Orphans too: the first process is everybody's last parent.
        ended, status, usage = os.wait4(-1, 0)
        if ended == runtime:
            used = {"resident_kb": usage.ru_maxrss}
            if os.WIFSIGNALED(status):
                return {"signal": os.WTERMSIG(status), "core": os.WCOREDUMP(status), **used}
            return {"exit": os.waitstatus_to_exitcode(status), **used}


def _become_runtime(order: Order, log: int, clock: int | None, *, has_namespaces: bool) -> NoReturn:
    os.setpgid(0, 0)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    telemetry = 3
    if clock == telemetry:
        clock = os.dup(clock)
    os.dup2(log, telemetry)
    os.set_inheritable(telemetry, True)
    variables = {**order.variables, "_LAMBDA_TELEMETRY_LOG_FD": str(telemetry)}
    if order.command is not None and clock is not None:
        os.dup2(clock, virtual_time.DESCRIPTOR)
        variables[virtual_time.VARIABLE] = str(virtual_time.DESCRIPTOR)
        os.closerange(virtual_time.DESCRIPTOR + 1, 1 << 16)
    else:
        os.closerange(telemetry + 1, 1 << 16)
    resource.setrlimit(resource.RLIMIT_NOFILE, (order.open_files, order.open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.umask(0o022)
    if has_namespaces:
        root.drop_to_sandbox_user()
    else:
        kernel.die_with_parent(signal.SIGKILL)
        root.drop_to_sandbox_user_if_it_reaches([order.code, order.packages], order.scratch)
        variables |= _real_folders(order)
    kernel.set_dumpable(True)
    os.chdir("/var/task" if has_namespaces else order.code)
    if order.command is not None:
        _execute(order.command, variables)
    gc.enable()
    rewriting = None if has_namespaces else PathRewriting(_rewritten(order))
    python_runtime.run(variables, rewriting, tuple(order.loopback_suffixes))


def _real_folders(order: Order) -> dict[str, str]:
    """Tell programs that aren't Python where their folders are."""
    real = {
        "LAMBDA_TASK_ROOT": order.code,
        "LAMBDA_RUNTIME_DIR": order.packages,
        "TMPDIR": order.scratch,
    }
    for name in ("PATH", "LD_LIBRARY_PATH", "NODE_PATH", "PYTHONPATH"):
        if folders := order.variables.get(name):
            for named, folder in _rewritten(order).items():
                folders = folders.replace(named, folder)
            real[name] = folders
    return real


def _rewritten(order: Order) -> dict[str, str]:
    return {
        "/tmp": order.scratch,
        "/var/task": order.code,
        "/var/runtime": order.packages,
        "/opt": order.layers or "/nonexistent",
    }


def _execute(command: list[str], variables: dict[str, str]) -> NoReturn:
    try:
        os.execvpe(command[0], command, variables)
    except OSError as problem:
        sys.stdout.write(f"{command[0]}: {problem.strerror}\n")
        sys.stdout.flush()
        os._exit(127 if isinstance(problem, FileNotFoundError) else 126)
