"""Puts the overlays and the first process into the image while it is built; run inside.

`python -m harness.emulator.image.preparation PYPROJECT`, on a copy of this package's files.
"""

from __future__ import annotations

import compileall
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import harness
from harness.emulator import bridge_contents

from . import contents, first_start, layout

_MAIN = "from harness.emulator.image.entrypoint import main\n\nmain()\n"


def prepare(pyproject: Path) -> None:
    """Make the bridge and the first process's folder, and start the emulator once."""
    home = Path(harness.__file__).parent
    points = bridge_contents.entry_points_in(pyproject)
    print("harness: adding the overlays", flush=True)
    bridge_contents.write(layout.BRIDGE, bridge_contents.sources_in(home), points)
    for part, file in contents.files_in(home).items():
        if part.endswith(".py") and not part.startswith("overlays/"):
            copy = layout.START / "harness" / part
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    (layout.START / "__main__.py").write_text(_MAIN)
    layout.DIGEST.write_text(contents.digest_of(home, points) + "\n")
    for folder in (layout.BRIDGE, layout.START):
        mode = PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(folder, quiet=2, invalidation_mode=mode)
    print("harness: starting the emulator once", flush=True)
    first_start.start_once(layout.SEEDS)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
