"""Starts the emulator's container: from the image to its first answer."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from harness.emulator import ports
from harness.emulator.docker.problems import PortTakenThereError
from harness.errors import HarnessError

from . import labels
from .emulator_container import READY_SECONDS, EmulatorContainer, EndedError
from .ending import ended, log_tail
from .removing import remove_container

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

ATTEMPTS: Final = 5
HOW_TO_LOOK: Final = 'Its last log lines follow; "harness doctor" checks the machine.'


def launch(
    engine: Engine,
    image: str,
    *,
    port: int | None = None,
    run: str,
    share: str = "",
    owner: labels.Owner | None = None,
) -> EmulatorContainer:
    """Start a container and return when the emulator in it answers.

    Args:
        engine: Where to.
        image: Name of the image.
        port: The port it has to have; any free one when absent.
        run: Id of the run that it belongs to.
        share: Who may attach to it: `ANYONE`, or the id of a run; nobody when empty.
        owner: The process that it ends with; none for one that stands until it is stopped.

    Raises:
        MissingRequirement: The port is taken, or the engine lacks something.
        HarnessError: It did not start; its last log lines are the error's note. It is gone then.
    """
    engine.check_image(image)
    marks = {labels.RUN: run, labels.SHARE: share} | (owner.labels() if owner else {})
    for _ in range(ATTEMPTS):
        chosen = port or ports.free_port()
        container = EmulatorContainer(engine, image, port=chosen, labels=marks)
        try:
            _start(container)
            return container
        except PortTakenThereError:
            discard(container)
            if port is not None:
                raise ports.taken(port) from None
        except BaseException:
            discard(container)
            raise
    raise HarnessError(
        f"{ATTEMPTS} free ports in a row were taken before the container had them.",
        "Try again, or name a port.",
    )


def discard(container: EmulatorContainer) -> None:
    """Remove a container, as far as it came to be one; what fails here is the cleaner's."""
    engine = container.engine
    # By name: an engine may have made it without having been able to say so.
    with contextlib.suppress(HarnessError), engine.explained():
        remove_container(engine.client, container.name)


def _start(container: EmulatorContainer) -> None:
    with container.engine.explained():
        try:
            container.start()
        except EndedError:
            raise ended(container.engine, container.name, "while it started") from None
        except TimeoutError:
            raise _silent(container) from None


def _silent(container: EmulatorContainer) -> HarnessError:
    error = HarnessError(
        f"The emulator in the container {container.name} gave no healthy answer at "
        f"{container.host}:{container.port} in {READY_SECONDS:.0f} s.",
        HOW_TO_LOOK,
    )
    error.add_note(log_tail(container.engine, container.name))
    return error
