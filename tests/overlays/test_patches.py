"""Every patch of upstream fits the function that it was written for."""

from __future__ import annotations

import json

LIST_PATCHES = """
import importlib, json, pkgutil
import harness.overlays as home
from harness.overlays.core import patching
for module in pkgutil.walk_packages(home.__path__, home.__name__ + "."):
    if module.name.endswith("patches"):
        importlib.import_module(module.name)
print(json.dumps([
    [str(patch), patch.written_for, patching.digest(patch.upstream), patch.file]
    for patch in patching.registered_patches()
]))
"""


def test_upstream_is_what_each_patch_was_written_for(in_emulator_python):
    patches = json.loads(in_emulator_python(LIST_PATCHES).splitlines()[-1])
    assert len(patches) > 20
    stale = [
        f"{upstream} changed: read it, adapt {file}, set written_for to {found!r}."
        for upstream, written_for, found, file in patches
        if found != written_for
    ]
    assert stale == []
