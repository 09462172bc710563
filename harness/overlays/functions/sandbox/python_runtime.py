"""Turns a forked template into AWS's Python runtime: awslambdaric, in an interpreter like new."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import threading
import time
import traceback
import types
from typing import NoReturn

from .name_resolution import resolve_to_loopback
from .path_rewriting import PathRewriting

RUNTIME_FOLDER = "/var/runtime"
OWN_PACKAGE = __name__.partition(".")[0]


def search_path(minor: str, standard: list[str]) -> list[str]:
    """Return `sys.path` in Lambda's order: code, layers, runtime, standard library.

    Args:
        minor: The interpreter's version, such as `3.13`.
        standard: The standard library's own entries.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    """
    return [
        "/var/task",
        f"/opt/python/lib/python{minor}/site-packages",
        "/opt/python",
        RUNTIME_FOLDER,
        *standard,
    ]


def prepare(packages: str, standard: list[str], preload: list[str]) -> list[str]:
    """Import what environments forked from this process need, before there are any.

    Args:
        packages: Folder of the runtime's packages.
        standard: The standard library's entries of `sys.path`.
        preload: Modules to import; the runtime client's parts are imported in any case.

    Returns:
        Top-level names of the modules that `preload` brought in. A function that packages one of
        these itself must get an environment from another template.
    """
    sys.path[:] = [packages, *standard]
    _import_runtime_client()
    before = set(sys.modules)
    for name in preload:
        __import__(name)
    return sorted({name.partition(".")[0] for name in set(sys.modules) - before})


def run(
    variables: dict[str, str], rewriting: PathRewriting | None, suffixes: tuple[str, ...]
) -> NoReturn:
    """Run the function's handler loop in this forked process until the process ends.

    Args:
        variables: The environment's variables.
        rewriting: Stands in for the file system's namespaces where there are none.
        suffixes: Ends of the host names that mean the emulator.
    """
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    # The function's folder may be the emulator's own where there are no namespaces.
    sys.dont_write_bytecode = rewriting is not None
    _forget_the_template()
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    path = search_path(minor, sys.path[1:])
    added = [entry for entry in variables.get("PYTHONPATH", "").split(":") if entry]
    path[3:3] = [entry for entry in added if entry not in path]
    if rewriting is not None:
        # The import system asks the machine itself.
        path = [rewriting.real(entry) for entry in path]
        rewriting.apply()
    resolve_to_loopback(suffixes)
    sys.path[:] = path
    sys.path_importer_cache.clear()
    os._exit(_ended())


def _ended() -> int:
    """Run the runtime client as a program would be run; return its exit status."""
    status = 1
    try:
        from awslambdaric.__main__ import main

        main([f"{RUNTIME_FOLDER}/bootstrap.py", os.environ["_HANDLER"]])
        status = 0
    except SystemExit as problem:
        status = _exit_status(problem)
    except BaseException:
        traceback.print_exc()
    for step in (_await_threads, _run_exit_handlers, sys.stdout.flush, sys.stderr.flush):
        try:
            step()
        except BaseException:
            traceback.print_exc()
    return status


def _exit_status(problem: SystemExit) -> int:
    if problem.code is None:
        return 0
    if isinstance(problem.code, int):
        return problem.code & 0xFF
    print(problem.code, file=sys.stderr)
    return 1


def _await_threads() -> None:
    threading._shutdown()  # type: ignore[attr-defined]


def _run_exit_handlers() -> None:
    import atexit

    atexit._run_exitfuncs()


def _forget_the_template() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == OWN_PACKAGE]:
        del sys.modules[name]
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv[:] = [f"{RUNTIME_FOLDER}/bootstrap.py"]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _import_runtime_client() -> None:
    # Not the modules that read an environment's variables as they are imported:
    # awslambdaric.bootstrap, .lambda_runtime_client, and the extension it is built on.
    for name in (
        *("json", "logging", "concurrent.futures.thread"),
        *("awslambdaric.lambda_config", "awslambdaric.lambda_context"),
        *("awslambdaric.lambda_runtime_exception", "awslambdaric.lambda_runtime_log_utils"),
        "awslambdaric.lambda_runtime_marshaller",
    ):
        importlib.import_module(name)
    # What the extension is linked with can be loaded before.
    with contextlib.suppress(OSError):
        ctypes.CDLL("libstdc++.so.6")
