"""What is left to say of a container that has ended: its exit code and its last words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.errors import HarnessError, MissingRequirement

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

TAIL_LINES: Final = 40
_KILLED: Final = 137  # 128 + SIGKILL
_CANNOT_RUN: Final = (126, 127)
_FULL: Final = ("No space left on device", "Disk quota exceeded")


def ending_of(engine: Engine, container: str) -> HarnessError | None:
    """Say how a container ended; None while it runs.

    Args:
        engine: Where it ran.
        container: Its name or id.
    """
    import docker.errors

    try:
        with engine.explained():
            try:
                state = engine.client.api.inspect_container(container)["State"]
            except docker.errors.NotFound:
                return HarnessError(
                    f"The emulator's container {container} has been removed while it was in use.",
                    "'docker events' says by whom; start again.",
                )
    except HarnessError as problem:
        return problem
    return None if state.get("Running") else ended(engine, container, "by itself", state)


def ended(
    engine: Engine, container: str, when: str, state: dict[str, Any] | None = None
) -> HarnessError:
    """Word that a container has ended, with its log as a note.

    Args:
        engine: Where it ran.
        container: Its name or id.
        when: When or how, as the sentence goes on.
        state: What the engine says of it, if that is known already.
    """
    state = state or engine.client.api.inspect_container(container)["State"]
    code = int(state.get("ExitCode") or 0)
    tail = log_tail(engine, container)
    error = _worded(container, when, code, is_out_of_memory=bool(state.get("OOMKilled")), log=tail)
    error.add_note(tail)
    return error


def log_tail(engine: Engine, container: str, lines: int = TAIL_LINES) -> str:
    """Return the last lines that a container wrote, or why they can't be had."""
    try:
        with engine.explained():
            said = engine.client.api.logs(container, tail=lines)
    except HarnessError as problem:
        return f"(The log can't be read: {problem.problem})"
    return bytes(said).decode(errors="replace").rstrip() or "(The log is empty.)"


def _worded(
    container: str, when: str, code: int, *, is_out_of_memory: bool, log: str
) -> HarnessError:
    what = f"The emulator's container {container} has ended {when} (exit code {code}"
    if is_out_of_memory:
        return MissingRequirement(
            f"{what}): it ran out of memory.",
            "Give Docker more memory, or run fewer workers. Its last log lines follow.",
        )
    if any(words in log for words in _FULL):
        return MissingRequirement(
            f"{what}): Docker's disk is full.",
            "'docker system df' shows what takes it; 'docker image prune' frees some.",
        )
    if "exec format error" in log:
        return MissingRequirement(
            f"{what}): its image is for another architecture.",
            "Make it on that engine: 'harness image build --rebuild'.",
        )
    if code in _CANNOT_RUN:
        return HarnessError(
            f"{what}): its image is incomplete.",
            "Make it again: 'harness image build --rebuild'. Its last log lines follow.",
        )
    if code == _KILLED:
        return HarnessError(
            f"{what}): somebody killed it.",
            "'docker events' says who; start again. Its last log lines follow.",
        )
    return HarnessError(
        f"{what}).", 'Its last log lines follow; "harness doctor" checks the machine.'
    )
