"""Where packages come from: pip's settings, told to uv.

Whoever has pip pointed at a company's index expects that everything is installed from there. uv
doesn't read pip's settings; its own win where there are any.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from configparser import ConfigParser, Error
from pathlib import Path

_OWN_SETTINGS = ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL")


def index_settings() -> dict[str, str]:
    """Return environment variables for uv that say what pip's settings say; maybe none."""
    if any(name in os.environ for name in _OWN_SETTINGS) or any(
        file.is_file() for file in _uv_files()
    ):
        return {}
    return translated(pip_settings(_pip_files(), os.environ))


def pip_settings(files: list[Path], variables: Mapping[str, str]) -> dict[str, str]:
    """Read pip's settings: later files win over earlier ones, variables over files."""
    settings: dict[str, str] = {}
    for file in files:
        parser = ConfigParser(interpolation=None)
        try:
            parser.read(file, encoding="utf-8")
        except (Error, OSError, UnicodeDecodeError):
            continue  # pip itself will complain about it
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update(parser.items(section))
    for name, value in variables.items():
        if name.startswith("PIP_"):
            settings[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return settings


def translated(pip: Mapping[str, str]) -> dict[str, str]:
    """Say in uv's variables what pip's settings say about indexes and certificates."""
    said: dict[str, str] = {}
    if index := pip.get("index-url"):
        said["UV_DEFAULT_INDEX"] = index
    if more := pip.get("extra-index-url", "").split():
        said["UV_INDEX"] = " ".join(more)
        # pip looks into all of them. What is installed is fixed by hashes, so that an index
        # can't slip in something else.
        said["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if links := pip.get("find-links", "").split():
        said["UV_FIND_LINKS"] = ",".join(links)
    if pip.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        said["UV_NO_INDEX"] = "1"
    if hosts := pip.get("trusted-host", "").split():
        said["UV_INSECURE_HOST"] = " ".join(hosts)
    if certificates := pip.get("cert"):
        said["SSL_CERT_FILE"] = certificates
    return said


def _pip_files() -> list[Path]:
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [
        Path("/etc/pip.conf"),
        Path("/etc/xdg/pip/pip.conf"),
        Path("/Library/Application Support/pip/pip.conf"),
        Path.home() / ".pip" / "pip.conf",
        Path.home() / "Library" / "Application Support" / "pip" / "pip.conf",
        config / "pip" / "pip.conf",
        Path(sys.prefix) / "pip.conf",
    ]
    return [*files, Path(named)] if named else files


def _uv_files() -> list[Path]:
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    named = os.environ.get("UV_CONFIG_FILE")
    files = [Path("/etc/uv/uv.toml"), config / "uv" / "uv.toml"]
    return [*files, Path(named)] if named else files
