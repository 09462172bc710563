"""Lambda's paths where the machine permits no namespaces: Python's own calls are redirected.

A function that opens `/tmp/x` gets a file of its environment's own folder. What doesn't go through
Python's `open` and `os` (extensions such as sqlite3, other programs) sees the machine's paths.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
from collections.abc import Callable
from typing import Any

_ONE_PATH = (
    *("access", "chdir", "chmod", "chown", "lchown", "listdir", "lstat", "mkdir", "mkfifo", "open"),
    *("readlink", "remove", "rmdir", "scandir", "stat", "statvfs", "truncate", "unlink", "utime"),
    *("getxattr", "listxattr", "setxattr", "removexattr", "chroot"),
)
_TWO_PATHS = ("link", "rename", "replace", "symlink")


class PathRewriting:
    """Maps folders that a function names to folders of this machine.

    Args:
        folders: Such as `{"/tmp": "/…/scratch"}`.
    """

    def __init__(self, folders: dict[str, str]) -> None:
        self._folders = folders

    def real(self, path: Any) -> Any:
        """Return where a path leads; what isn't a path (a descriptor) stays as it is."""
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        if isinstance(path, bytes):
            return os.fsencode(self.real(os.fsdecode(path)))
        if not isinstance(path, str) or not path.startswith("/"):
            return path
        normal = os.path.normpath(path)
        if any(_is_within(normal, real) for real in self._folders.values()):
            return path  # a real folder may itself lie below /tmp
        for named, real in self._folders.items():
            if _is_within(normal, named):
                return real + normal[len(named) :]
        return path

    def seen(self, path: str) -> str:
        """Return the name by which a function knows a path of the machine."""
        for named, real in self._folders.items():
            if _is_within(path, real):
                return named + path[len(real) :]
        return path

    def apply(self) -> None:
        """Redirect this process from now on."""
        opened = self._first(io.open)
        io.open = builtins.open = opened
        for name in _ONE_PATH:
            if hasattr(os, name):
                setattr(os, name, self._first(getattr(os, name)))
        for name in _TWO_PATHS:
            setattr(os, name, self._both(getattr(os, name)))
        working_directory = os.getcwd
        os.getcwd = lambda: self.seen(working_directory())

    def _first(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def redirected(*paths: Any, **options: Any) -> Any:
            if paths:
                paths = (self.real(paths[0]), *paths[1:])
            elif "path" in options:
                options["path"] = self.real(options["path"])
            return call(*paths, **options)

        _keep_support(call, redirected)
        return redirected

    def _both(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def redirected(source: Any, target: Any, *rest: Any, **options: Any) -> Any:
            return call(self.real(source), self.real(target), *rest, **options)

        _keep_support(call, redirected)
        return redirected


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _keep_support(call: Callable[..., Any], redirected: Callable[..., Any]) -> None:
    # Libraries ask `os.stat in os.supports_dir_fd` before they use an option.
    for known in (
        os.supports_dir_fd,
        os.supports_fd,
        os.supports_follow_symlinks,
        os.supports_effective_ids,
    ):
        if call in known:
            known.add(redirected)
