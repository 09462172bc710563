"""`harness install`."""

from __future__ import annotations

from harness.emulator.environment import install_emulator
from harness.emulator.progress import shown
from harness.emulator.runtimes import install_runtimes, notes

from .output import AsJson, print_json, results


def install(as_json: AsJson = False) -> None:
    """Fetch ahead of time everything that later runs need.

    Makes LocalStack's locked Python environment and the function runtimes in your cache folder.
    Later runs start from there and need no network. What is there already is left as it is.

    \b
    Example:
      harness install && harness run
    """
    emulator = install_emulator()
    with shown("Preparing the function runtimes (once)") as progress:
        document = install_runtimes(progress)
    can_run = [name for name, entry in document["runtimes"].items() if "run" in entry]
    if as_json:
        print_json(
            {
                "emulator": {"python": str(emulator.python), "folder": str(emulator.folder)},
                "runtimes": can_run,
                "notes": [{"runtime": name, "note": note} for name, note in notes(document)],
            }
        )
        return
    console = results()
    console.print(f"LocalStack's Python environment: {emulator.folder}", markup=False)
    console.print(f"Function runtimes: {', '.join(can_run) or 'none'}", markup=False)
    for _, note in notes(document):
        console.print(f"  {note}", markup=False)
