"""What Invoke answers when a function failed without saying so itself.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html and the errors of
https://github.com/aws/aws-lambda-runtime-interface-emulator; the texts as AWS answers them.
"""

from __future__ import annotations

import json
import re
from typing import Any

RESPONSE_LIMIT = 6 * 1024 * 1024 + 100
"""Bytes of a synchronous response."""

EXIT_ERROR = "Runtime.ExitError"

_KNOWN = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")

# Go's names of signals, which AWS's supervisor prints.
_SIGNALS = {
    1: "hangup",
    2: "interrupt",
    3: "quit",
    4: "illegal instruction",
    5: "trace/breakpoint trap",
    6: "aborted",
    7: "bus error",
    8: "floating point exception",
    9: "killed",
    10: "user defined signal 1",
    11: "segmentation fault",
    12: "user defined signal 2",
    13: "broken pipe",
    14: "alarm clock",
    15: "terminated",
}


def known_type(error_type: str) -> str:
    """Return an error's type as the platform's log has it: types of others are unknown."""
    if _KNOWN.fullmatch(error_type):
        return error_type
    return "Function.Unknown" if error_type.startswith("Function.") else "Runtime.Unknown"


def error_body(error_type: str, message: str) -> bytes:
    """Write a function error as the platform does."""
    document = {"errorType": error_type, "errorMessage": message}
    return json.dumps(document, separators=(",", ":")).encode()


def timed_out(request_id: str, timeout_seconds: float) -> bytes:
    """The function didn't answer in time."""
    return error_body(
        "Sandbox.Timedout",
        f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds",
    )


def exited(request_id: str, report: dict[str, Any]) -> bytes:
    """The runtime's process ended, by itself or by a signal.

    Args:
        request_id: Of the invocation.
        report: `{"exit": status}` or `{"signal": number, "core": bool}`.
    """
    return error_body(EXIT_ERROR, f"RequestId: {request_id} Error: {exit_reason(report)}")


def exit_reason(report: dict[str, Any]) -> str:
    """Say how a process ended."""
    if number := report.get("signal"):
        name = _SIGNALS.get(number, f"signal {number}")
        core = " (core dumped)" if report.get("core") else ""
        return f"Runtime exited with error: signal: {name}{core}"
    if status := report.get("exit"):
        return f"Runtime exited with error: exit status {status}"
    return "Runtime exited without providing a reason"


def response_too_large() -> bytes:
    """The function's response exceeds the limit."""
    document = {
        "errorMessage": (
            f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        ),
        "errorType": "Function.ResponseSizeTooLarge",
    }
    return json.dumps(document, separators=(",", ":")).encode()
