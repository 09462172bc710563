"""A cache and packages of a test's own; nothing here needs a network."""

from __future__ import annotations

import base64
import hashlib
import sys
import zipfile

import pytest

from harness.emulator.managed import ManagedPython

OWN_MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, away from any package index."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    return folder


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    """Makes wheels that uv finds; returns their line of a lock file."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))

    def make(name: str, version: str = "1.0", content: str = "") -> str:
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}/__init__.py": content,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = [f"{path},{_hash(text)},{len(text)}" for path, text in files.items()]
        files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
        wheel = folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        return f"{name}=={version} --hash=sha256:{digest}\n"

    return make


@pytest.fixture
def managed(cache, wheels, tmp_path):
    """Describes a Python environment with one package, `parcel`."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(wheels("parcel"))

    def describe(**options: object) -> ManagedPython:
        return ManagedPython(**{"name": "t", "lock": lock, "minors": (OWN_MINOR,), **options})

    return describe


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
