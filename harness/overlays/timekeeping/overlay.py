"""The emulator's virtual clock: waits of services are on it, and it can be moved.

LocalStack waits for hours where AWS would: its waits are the machine's.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, control, patching, wall_clock
from harness.overlays.core.clock import CLOCK, SEED
from harness.overlays.core.shared_time import SharedTime
from harness.overlays.core.virtual_clock import SECOND, AdvanceRefusedError, Fired

from .instructions import read_instruction

MOST_TOLD = 10_000
"""Fired timers that an answer lists; it counts all."""


class Timekeeping(Overlay):
    name = "timekeeping"
    fills = "A virtual clock: hours of waiting pass in a jump, in order, everywhere at once"

    def install(self) -> None:
        wall_clock.follow(CLOCK)
        shared = SharedTime(Path(os.environ[wire.STATE_DIR], wire.SHARED_TIME_FILE))
        CLOCK.watchers.append(shared.write)
        super().install()
        for module in _patch_modules():
            patching.apply(module)
        # What interprets state machines imports a good part of LocalStack and moto.
        patching.apply_when_imported(
            f"{__package__}.state_machine_patches", "localstack.services.stepfunctions.provider"
        )
        control.serve(wire.CLOCK_PATH, clock)
        control.serve(wire.ADVANCE_PATH, advance, methods=("POST",))

    def reset(self, account: str, region: str | None = None) -> None:
        if region is None:
            CLOCK.forget(account)


def _patch_modules() -> list[str]:
    from . import (
        event_rule_patches,
        metric_alarm_patches,
        presigned_url_patches,
        queue_patches,
        table_patches,
    )

    modules = (
        event_rule_patches,
        metric_alarm_patches,
        presigned_url_patches,
        queue_patches,
        table_patches,
    )
    return [module.__name__ for module in modules]


def clock(request: Request) -> dict[str, Any]:
    """What time it is, and what is due next."""
    now = CLOCK.now_ns()
    return {
        "now": iso(now),
        "now_ns": now,
        "ahead_ns": CLOCK.ahead_ns,
        "pending": CLOCK.pending(),
        "next": _next(),
        "is_moved": CLOCK.is_moved,
        "in_flight": CLOCK.in_flight.running(),
        "seed": SEED,
    }


def advance(request: Request) -> dict[str, Any]:
    """Move time on, and tell what fired."""
    wanted = read_instruction(request.get_data())
    try:
        run = CLOCK.advance(
            by_ns=wanted.by_ns, to_ns=wanted.to_ns, settle_seconds=wanted.settle_seconds
        )
    except AdvanceRefusedError as refused:
        raise control.ConflictError(str(refused)) from refused
    return {
        "from": iso(run.began_ns),
        "from_ns": run.began_ns,
        "now": iso(run.ended_ns),
        "now_ns": run.ended_ns,
        "fired": [_fired(fired) for fired in run.fired[:MOST_TOLD]],
        "fired_count": len(run.fired),
        "unsettled": run.unsettled,
        "next": _next(),
        "seed": SEED,
    }


def iso(at_ns: int) -> str:
    """Write an instant as AWS's JSON APIs do, with microseconds."""
    seconds, rest = divmod(at_ns, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"


def _next() -> dict[str, Any] | None:
    timer = CLOCK.first()
    if timer is None:
        return None
    return {
        "at": iso(timer.at_ns),
        "at_ns": timer.at_ns,
        "what": timer.what,
        "account": timer.account,
    }


def _fired(fired: Fired) -> dict[str, Any]:
    return {
        "at": iso(fired.at_ns),
        "at_ns": fired.at_ns,
        "what": fired.what,
        "account": fired.account,
    }


overlay = Timekeeping()
