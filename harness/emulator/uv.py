"""Runs uv, which the harness brings along as a library."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Sequence

from harness.errors import MissingRequirement

from .cache import cache_dir
from .interpreters import search_path
from .package_index import index_settings

# These would bend an installation that is locked to the last file.
_UNWANTED = frozenset(
    {
        "CONDA_PREFIX",
        "PYTHONHOME",
        "PYTHONPATH",
        "UV_BREAK_SYSTEM_PACKAGES",
        "UV_BUILD_CONSTRAINT",
        "UV_CONSTRAINT",
        "UV_EXCLUDE",
        "UV_EXCLUDE_NEWER",
        "UV_NO_BINARY",
        "UV_NO_VERIFY_HASHES",
        "UV_OVERRIDE",
        "UV_PROJECT",
        "UV_PROJECT_ENVIRONMENT",
        "UV_PYTHON",
        "UV_PYTHON_PREFERENCE",
        "UV_SYSTEM_PYTHON",
        "UV_WORKING_DIRECTORY",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    }
)


@functools.cache
def uv_executable() -> str:
    """Return the path of uv's executable.

    Raises:
        MissingRequirement: The `uv` distribution is installed without its executable.
    """
    import uv

    try:
        return os.fspath(uv.find_uv_bin())
    except FileNotFoundError as problem:
        raise MissingRequirement(
            "The uv executable isn't where its Python package says.",
            'Reinstall it: "pip install --force-reinstall uv".',
        ) from problem


def start_uv(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start uv; its messages come through `stderr`.

    It runs in the cache's folder, away from the settings of whatever project the caller is in;
    the user's own uv and pip settings (index, certificates, proxy) hold.
    """
    return subprocess.Popen(
        [uv_executable(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=uv_variables(),
        cwd=cache_dir(),
    )


def run_uv(arguments: Sequence[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run uv to its end, in a neutral folder."""
    return subprocess.run(
        [uv_executable(), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=capture,
        text=True,
        env=uv_variables(),
        cwd="/",
        check=False,
    )


def uv_variables() -> dict[str, str]:
    """Return the environment variables that uv, or a program that runs it, is started with."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return {
        # Certificates of a company's proxy live in the system's store. The second name is that
        # of uv before 0.9.
        "UV_SYSTEM_CERTS": "1",
        "UV_NATIVE_TLS": "1",
        **index_settings(),
        **kept,
        "PATH": search_path(),
        "NO_COLOR": "1",
    }
