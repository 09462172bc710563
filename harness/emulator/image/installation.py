"""Installs the locked packages while the image is built; run inside, by the base's Python.

`python installation.py WHEELHOUSE LOCKS DESTINATION`: where the wheelhouse has packages nothing
else is asked; otherwise pip's settings say where they come from. Nothing but what the locks name,
by hash, gets in: pip itself too, where the base has none.
"""

from __future__ import annotations

import compileall
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

# Test suites that packages bring along, a fifth of their size. LocalStack doesn't import them.
_TESTS = ("networkx/**/tests", "sympy/**/tests", "dill/tests", "zope/interface/tests")
_BUILDERS = ("setuptools", "wheel")
"""What builds the packages that are published as source alone; locked as all others."""


def install(wheelhouse: Path, locks: Path, destination: Path) -> None:
    """Make the emulator's Python environment and the function runtime's packages."""
    emulator, runtime = destination / "emulator", destination / "runtime"
    python = emulator / "bin" / "python"
    run([sys.executable, "-m", "venv", "--without-pip", str(emulator)])
    pip = [*_pip(wheelhouse), "--python", str(python), "install", "--no-deps", "--no-compile"]
    pip += ["--no-cache-dir", "--disable-pip-version-check", "--require-hashes"]

    said("installing what builds packages")
    builders = locks / "builders.lock"
    builders.write_text(_only(_BUILDERS, (locks / "emulator.lock").read_text()))
    run([*pip, *_from(wheelhouse / "emulator"), "-r", str(builders)])
    said("installing LocalStack")
    emulator_packages = ["--no-build-isolation", "-r", str(locks / "emulator.lock")]
    run([*pip, *_from(wheelhouse / "emulator"), *emulator_packages])
    said("installing the function runtime")
    runtime_packages = ["--target", str(runtime), "-r", str(locks / "runtime.lock")]
    run([*pip, *_from(wheelhouse / "runtime"), *runtime_packages])

    said("compiling")
    for packages in (emulator / "lib", runtime):
        for pattern in _TESTS:
            for folder in list(packages.glob(f"**/{pattern}")):
                shutil.rmtree(folder, ignore_errors=True)
        # Nobody edits them here, so that Python needn't compare times.
        compileall.compile_dir(
            packages,
            quiet=2,
            workers=0,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )


def said(step: str) -> None:
    """Tell whoever builds how far it is."""
    print(f"harness: {step}", flush=True)


def run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def _pip(wheelhouse: Path) -> list[str]:
    for wheel in wheelhouse.glob("pip-*.whl"):
        return [sys.executable, str(wheel / "pip")]
    if importlib.util.find_spec("pip") is None:
        sys.exit("harness: the base image has no pip, and there is no wheelhouse with one.")
    return [sys.executable, "-m", "pip"]


def _from(folder: Path) -> list[str]:
    return ["--no-index", "--find-links", str(folder)] if folder.is_dir() else []


def _only(names: tuple[str, ...], lock: str) -> str:
    blocks = re.split(r"\n(?=\S)", lock)
    return "\n".join(block for block in blocks if block.partition("==")[0] in names) + "\n"


if __name__ == "__main__":
    install(*map(Path, sys.argv[1:]))
