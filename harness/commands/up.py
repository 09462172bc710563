"""`harness up`: an emulator that stands until it is stopped."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Annotated, Any

import typer

from . import emulators, starting
from .iam import WHAT_POLICIES_DO, checked
from .output import AsJson, print_json, progress, results

LOOK_SECONDS = 0.5


def up(
    target: Annotated[
        str, typer.Option(metavar="NAME", help="What to start: embedded or container.")
    ] = "embedded",
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=65535, help="Port on 127.0.0.1; a free one without it."
        ),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return at once and leave it running.")
    ] = False,
    iam: Annotated[
        str | None,
        typer.Option(metavar="MODE", help=f"What IAM's policies do: {WHAT_POLICIES_DO} (default)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start an emulator that any AWS tool can use.

    It serves until Ctrl-C, or with --detach until "harness down", and prints the variables that
    point AWS tools to it. Test runs on the same target attach to it and save the time that a
    start takes.

    \b
    Example:
      harness up --detach
      export AWS_ENDPOINT_URL=http://127.0.0.1:PORT
      aws sqs list-queues
    """
    starting.check(target)
    mode = checked(iam) if iam is not None else None
    if detach and port is None and (running := emulators.attachable(target)) is not None:
        if mode:
            emulators.decide_calls(running, mode)
        _tell(emulators.document_of(running) | {"was_running": True}, as_json)
        return
    if detach and (others := emulators.standing()):
        where = ", ".join(other.endpoint for other in others)
        progress().print(f"Others stand already, with other overlays or ports: {where}.")
    started = starting.start(target, port=port, is_detached=detach)
    try:
        if mode:
            emulators.decide_calls(started.emulator, mode)
        document = emulators.document_of(started.emulator) | {"was_running": False}
        _tell(document, as_json)
        if not detach:
            progress().print("Serving until Ctrl-C.")
            _serve(started)
    finally:
        if not detach:
            started.stop()


def _tell(document: dict[str, Any], as_json: bool) -> None:
    exports = emulators.exports(document["endpoint"])
    if as_json:
        print_json(document | {"exports": exports})
        return
    console = results()
    what = "An emulator runs already" if document["was_running"] else "The emulator is ready"
    progress().print(f"{what}: LocalStack {document['localstack']} with overlays.")
    for name, value in exports.items():
        console.print(f"export {name}={value}", markup=False)


def _serve(started: starting.Started) -> None:
    asked = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not asked.wait(LOOK_SECONDS):
        if error := started.ending():
            raise error
