"""A flight recorder: each call of an AWS API with who, why, when and how it ended."""

from __future__ import annotations

from typing import Any

from localstack.aws import handlers
from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, control

from . import recording


class Trace(Overlay):
    name = "trace"
    fills = "a flight recorder: every call between services, with caller, cause, time and outcome"

    def install(self) -> None:
        # First of its kind: what another handler refuses is a call as well.
        handlers.serve_custom_service_request_handlers.handlers.insert(0, recording.begin)
        handlers.run_custom_finalizers.append(recording.end)
        control.serve(wire.TRACE_PATH, trace)

    def reset(self, account: str, region: str | None = None) -> None:
        if region is None:
            recording.recorder.forget(account)


def trace(request: Request) -> dict[str, Any]:
    """Return the calls of an account, or of all, that came after a number."""
    after = int(request.args.get("after", "0"))
    kept = recording.recorder.calls(request.args.get("account"), after=after)
    first = recording.recorder.first_kept()
    return {
        "calls": [{"number": number, **call.as_json()} for number, call in kept],
        "last": recording.recorder.count,
        "is_complete": first <= after + 1,
    }


overlay = Trace()
