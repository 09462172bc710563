"""Lambda functions as real processes, through AWS's own runtime clients.

LocalStack runs functions in containers alone.
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import platform
import resource
from typing import Any

from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, control

from . import fleet
from .credentials import sessions
from .isolation import isolation
from .runtimes import stand_ins


class Functions(Overlay):
    name = "functions"
    fills = "Lambda: functions run as processes with their own /tmp, memory, logs and limits"

    def install(self) -> None:
        super().install()
        _raise_file_limit()
        control.serve(wire.ENVIRONMENTS_PATH, environments)
        control.facts["isolation"] = isolation
        # Whoever packages libraries has to know what they run on.
        control.facts["machine"] = platform.machine
        control.facts["stand_ins"] = stand_ins

    def reset(self, account: str, region: str | None = None) -> None:
        for executor in fleet.living(account):
            if region in (None, executor.function_version.id.region):
                executor.stop_at_once()
        sessions.forget(account)


def _raise_file_limit() -> None:
    # An environment takes three descriptors, and 1,024 is what shells allow.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def environments(request: Request) -> list[dict[str, Any]]:
    """List the execution environments that live."""
    return fleet.described()


overlay = Functions()
