"""The platform's own log lines, as text or as JSON.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html,
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

_LEVELS = {"DEBUG": 0, "INFO": 1, "WARN": 2}


@dataclass(frozen=True)
class Report:
    """What an invocation came to.

    Attributes:
        request_id: Of the invocation.
        duration_ms: From the event's hand-over to the runtime's readiness for the next one.
        memory_mb: The function's memory size.
        used_mb: The most memory that the environment has used.
        init_ms: How long the environment's initialisation took, on a cold start.
        status: `success`, `error`, `failure` or `timeout`.
        error_type: For a failure, such as `Runtime.ExitError`.
        tenant: The tenant whose invocation it was, if any.
    """

    request_id: str
    duration_ms: float
    memory_mb: int
    used_mb: int
    init_ms: float | None = None
    status: str = "success"
    error_type: str | None = None
    tenant: str | None = None

    @property
    def billed_ms(self) -> int:
        return max(1, math.ceil(self.duration_ms))


class PlatformLog(Protocol):
    """Writes the platform's lines; an empty text means that there is no such line."""

    def init_start(self, version: str, version_arn: str) -> str: ...
    def init_report(
        self, duration_ms: float, phase: str, status: str, error: str | None
    ) -> str: ...
    def start(self, request_id: str, version: str, tenant: str | None) -> str: ...
    def end(self, request_id: str) -> str: ...
    def report(self, report: Report) -> str: ...
    def note(self, text: str) -> str: ...


class TextLog:
    """Lambda's lines in plain text."""

    def init_start(self, version: str, version_arn: str) -> str:
        return f"INIT_START Runtime Version: {version}\tRuntime Version ARN: {version_arn}\n"

    def init_report(self, duration_ms: float, phase: str, status: str, error: str | None) -> str:
        cause = f"\tError Type: {error}" if error else ""
        return (
            f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
            f"{cause}\n"
        )

    def start(self, request_id: str, version: str, tenant: str | None) -> str:
        return f"START RequestId: {request_id} Version: {version}\n"

    def end(self, request_id: str) -> str:
        return f"END RequestId: {request_id}\n"

    def report(self, report: Report) -> str:
        fields = [
            f"REPORT RequestId: {report.request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {report.billed_ms} ms",
            f"Memory Size: {report.memory_mb} MB",
            f"Max Memory Used: {report.used_mb} MB",
        ]
        if report.init_ms is not None:
            fields.append(f"Init Duration: {report.init_ms:.2f} ms")
        if report.status == "timeout":
            return "\t".join([*fields, "Status: timeout\n"])
        if report.error_type:
            return "\t".join([*fields, "Status: error", f"Error Type: {report.error_type}\n"])
        return "\t".join([*fields, "\n"])

    def note(self, text: str) -> str:
        return f"[harness] {text}\n"


class JsonLog:
    """The same as JSON records, those of the function's system log level.

    Args:
        now: Tells the time that records carry.
        level: `DEBUG`, `INFO` or `WARN`.
    """

    def __init__(self, now: Any, level: str = "INFO") -> None:
        self._now = now
        self._level = _LEVELS.get(level.upper(), 1)

    def init_start(self, version: str, version_arn: str) -> str:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": version,
            "runtimeVersionArn": version_arn,
        }
        return self._line("platform.initStart", "INFO", record)

    def init_report(self, duration_ms: float, phase: str, status: str, error: str | None) -> str:
        record: dict[str, Any] = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": status,
            "metrics": {"durationMs": round(duration_ms, 3)},
        }
        if error:
            record["errorType"] = error
        return self._line("platform.initReport", "WARN", record)

    def start(self, request_id: str, version: str, tenant: str | None) -> str:
        record: dict[str, Any] = {"requestId": request_id, "version": version}
        if tenant:
            record["tenantId"] = tenant
        return self._line("platform.start", "INFO", record)

    def end(self, request_id: str) -> str:
        return ""  # platform.runtimeDone, which report() writes, is its counterpart

    def report(self, report: Report) -> str:
        level = "INFO" if report.status == "success" else "WARN"
        done: dict[str, Any] = {"requestId": report.request_id, "status": report.status}
        record: dict[str, Any] = dict(done)
        metrics: dict[str, Any] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": report.billed_ms,
            "memorySizeMB": report.memory_mb,
            "maxMemoryUsedMB": report.used_mb,
        }
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        record["metrics"] = metrics
        done["metrics"] = {"durationMs": metrics["durationMs"]}
        for one in (done, record):
            if report.error_type:
                one["errorType"] = report.error_type
            if report.tenant:
                one["tenantId"] = report.tenant
        done_level = "DEBUG" if report.status == "success" else "WARN"
        return self._line("platform.runtimeDone", done_level, done) + self._line(
            "platform.report", level, record
        )

    def note(self, text: str) -> str:
        return self._line("harness.note", "INFO", {"message": text})

    def _line(self, kind: str, level: str, record: dict[str, Any]) -> str:
        if _LEVELS[level] < self._level:
            return ""
        now: datetime = self._now()
        time = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
        document = {"time": time, "type": kind, "record": record}
        return json.dumps(document, separators=(",", ":")) + "\n"
