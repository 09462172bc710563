"""The life of one execution environment: init, invocations, resets, its end.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from . import function_errors
from .log_lines import PlatformLog, Report
from .log_stream import LogEvent, LogStream, as_text
from .memory import MemoryWatch
from .runtime_api import Call, Connection, RuntimeApi, is_streamed, is_too_large
from .templates import TemplateFailed

INIT_LIMIT_SECONDS: Final = 10.0
"""After that Lambda breaks off an initialisation and repeats it with the invocation."""

_KILLED: Final[dict[str, Any]] = {"signal": 9}


@dataclass(frozen=True)
class Plan:
    """What an environment is made of.

    Attributes:
        environment: Its id.
        code: Folder with the function's code.
        layers: Folder with the merged layers, if there are any.
        scratch_mb: Size of /tmp.
        memory_mb: Memory size of the function.
        timeout_seconds: How long an invocation may take.
        version: The function's version.
        runtime_version: As INIT_START prints it.
        runtime_version_arn: As INIT_START prints it.
        variables: All environment variables but the Runtime API's address.
        command: What to execute; None for Python, which goes on in the fork.
        note: What people should know about the runtime, if anything.
    """

    environment: str
    code: str
    layers: str | None
    scratch_mb: int
    memory_mb: int
    timeout_seconds: float
    version: str
    runtime_version: str
    runtime_version_arn: str
    variables: dict[str, str] = field(repr=False)
    command: list[str] | None
    note: str | None = None
    open_files: int = 1024


@dataclass(frozen=True)
class Event:
    """One invocation, as the runtime gets it.

    Attributes:
        request_id: Of the request; the same for all its attempts.
        payload: The event.
        function_arn: Under which ARN it was invoked.
        trace: X-Ray's tracing header.
        client_context: JSON text.
        tenant: For a function with tenant isolation.
    """

    request_id: str
    payload: bytes
    function_arn: str
    trace: str = ""
    client_context: str | None = None
    tenant: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What an invocation ended with.

    Attributes:
        payload: The function's response, or its error.
        is_error: Whether it is a function error.
        logs: Events of the log stream, those of a preceding initialisation included.
        tail: The text of this invocation's events alone.
        duration_ms: As reported.
        content_type: Of the response.
        is_streamed: Whether the runtime sent it in streaming mode.
    """

    payload: bytes
    is_error: bool
    logs: list[LogEvent]
    tail: str
    duration_ms: float
    content_type: str
    is_streamed: bool


@dataclass
class _Answer:
    """What the runtime, or its end, has said about the invocation."""

    payload: bytes
    is_error: bool
    status: str = "success"
    error_type: str | None = None
    content_type: str = "application/json"
    is_streamed: bool = False


class Starter(Protocol):
    """Starts and ends an environment's processes: a template process, or Docker's engine."""

    def start(self, order: dict[str, Any], log: int) -> int: ...
    def kill(self, environment: str) -> None: ...
    def end(self, environment: str) -> None: ...


class Lifecycle:
    """One execution environment. Used by one thread at a time, but for `end`.

    Args:
        plan: What it is made of.
        template: Starts its processes.
        lines: Writes the platform's log lines.
        clock_ms: Tells the time since the epoch, for logs and deadlines.
    """

    def __init__(
        self, plan: Plan, template: Starter, lines: PlatformLog, clock_ms: Callable[[], int]
    ) -> None:
        self.plan = plan
        self.stream = LogStream(clock_ms)
        self.first_process: int | None = None
        self.invocations = 0
        self._template = template
        self._lines = lines
        self._clock_ms = clock_ms
        self._api: RuntimeApi | None = None
        self._waiting: Connection | None = None
        self._memory = MemoryWatch(plan.memory_mb)
        self._init_ms: float | None = None
        self._has_ended = False

    def initialise(self, limit_seconds: float = INIT_LIMIT_SECONDS) -> bytes | None:
        """Start the runtime and wait until it asks for its first event.

        Args:
            limit_seconds: How long it may take.

        Returns:
            None, or the error of a failed initialisation; it is in the log as well, and the first
            invocation repeats the initialisation.
        """
        plan, lines = self.plan, self._lines
        self.stream.add(lines.init_start(plan.runtime_version, plan.runtime_version_arn))
        if plan.note:
            self.stream.add(lines.note(plan.note))
        started = time.monotonic()
        failure = self._start_runtime(started + limit_seconds)
        took_ms = (time.monotonic() - started) * 1000
        if failure is None:
            self._init_ms = took_ms
            return None
        if failure.status == "timeout":
            self.stream.add(lines.init_report(limit_seconds * 1000, "init", "timeout", None))
            return function_errors.error_body("Sandbox.Timedout", "Task timed out")
        self.stream.add(lines.init_report(took_ms, "init", "error", failure.error_type))
        return failure.payload

    def invoke(self, event: Event) -> Outcome:
        """Have the runtime handle one event."""
        self._notice_a_death_while_idle()
        before = self.stream.take()
        self.invocations += 1
        self.stream.add(self._lines.start(event.request_id, self.plan.version, event.tenant))
        started = time.monotonic()
        answer = self._handle(event, started + self.plan.timeout_seconds)
        duration_ms = (time.monotonic() - started) * 1000
        if answer.status == "timeout":
            duration_ms = self.plan.timeout_seconds * 1000
        self.stream.end_line()
        self.stream.add(self._lines.end(event.request_id))
        self.stream.add(self._lines.report(self._report(event, answer, duration_ms)))
        logs = self.stream.take()
        return Outcome(
            payload=answer.payload,
            is_error=answer.is_error,
            logs=before + logs,
            tail=as_text(logs),
            duration_ms=duration_ms,
            content_type=answer.content_type,
            is_streamed=answer.is_streamed,
        )

    def end(self) -> None:
        """End the environment with its processes and its /tmp; from any thread."""
        self._has_ended = True
        with contextlib.suppress(TemplateFailed, OSError):
            self._template.end(self.plan.environment)

    def close(self) -> None:
        """Let go of what an ended environment still holds; by the thread that used it last."""
        if self._api is not None:
            self._api.close()
            self._api = None

    def _handle(self, event: Event, deadline: float) -> _Answer:
        if self._waiting is None and (failure := self._start_runtime(deadline)):
            return self._of_failed_init(event, failure)
        assert self._waiting is not None
        assert self._api is not None
        connection, self._waiting = self._waiting, None
        attempt = str(uuid.uuid4())
        connection.answer(200, event.payload, self._headers(event, attempt))
        answer: _Answer | None = None
        while True:
            call = self._api.wait(deadline, self._watch_memory)
            if call is None:
                return self._of_end(event, answer)
            if call.what == "next":
                self._waiting = call.connection
                if answer is None:
                    answer = _Answer(b"null", is_error=False)
                return answer
            answer = self._take(call, event, attempt, answer)

    def _take(
        self, call: Call, event: Event, attempt: str, answer: _Answer | None
    ) -> _Answer | None:
        connection, request = call.connection, call.request
        if call.what == "init_error" or answer is not None:
            connection.refuse(403, "InvalidStateTransition", "State transition is not allowed")
            return answer
        if call.request_id != event.request_id:
            connection.refuse(400, "InvalidRequestID", "Invalid request ID")
            return answer
        if request.headers.get("lambda-runtime-invocation-id", attempt) != attempt:
            connection.refuse(400, "InvalidInvocationId", "Invalid invocation ID")
            return answer
        if call.what == "error":
            connection.accept()
            return _Answer(request.body, is_error=True, status="error")
        if is_too_large(request):
            limit = function_errors.RESPONSE_LIMIT
            connection.refuse(
                413,
                "RequestEntityTooLarge",
                f"Exceeded maximum allowed payload size ({limit} bytes).",
            )
            body = function_errors.response_too_large()
            return _Answer(body, True, "error", "Function.ResponseSizeTooLarge")
        connection.accept()
        content_type = request.headers.get("content-type", "application/json")
        if broken := request.trailers.get("lambda-runtime-function-error-type"):
            return _Answer(request.body, True, "error", broken, content_type, is_streamed(request))
        return _Answer(
            request.body,
            is_error=False,
            content_type=content_type,
            is_streamed=is_streamed(request),
        )

    def _of_end(self, event: Event, answer: _Answer | None) -> _Answer:
        """The process ended, or time is up, before the runtime asked for the next event."""
        assert self._api is not None
        has_ended = self._api.has_ended
        report = self._reset()
        if answer is not None:
            return answer  # it was given before; what came after concerns the environment alone
        if not has_ended and not self._has_ended:
            body = function_errors.timed_out(event.request_id, self.plan.timeout_seconds)
            return _Answer(body, is_error=True, status="timeout")
        body = function_errors.exited(event.request_id, report)
        return _Answer(body, True, "failure", function_errors.EXIT_ERROR)

    def _of_failed_init(self, event: Event, failure: _Answer) -> _Answer:
        if failure.status == "timeout":
            failure.payload = function_errors.timed_out(event.request_id, self.plan.timeout_seconds)
        elif failure.status == "failure":
            failure.payload = function_errors.exited(event.request_id, json.loads(failure.payload))
        return failure

    def _start_runtime(self, deadline: float) -> _Answer | None:
        """Start the process and wait for its first `next`; return what went wrong, if anything."""
        self._reset()
        reading, writing = os.pipe()
        self._api = RuntimeApi(reading, self.stream)
        try:
            self.first_process = self._template.start(self._order(self._api.address), writing)
        finally:
            os.close(writing)
        self._memory.follow(self.first_process)
        problem: _Answer | None = None
        while True:
            call = self._api.wait(deadline, self._watch_memory)
            if call is None:
                has_ended = self._api.has_ended
                report = self._reset()
                if problem is not None:
                    return problem
                if not has_ended:
                    return _Answer(b"", is_error=True, status="timeout")
                document = json.dumps(report).encode()
                return _Answer(document, True, "failure", function_errors.EXIT_ERROR)
            if call.what == "next" and problem is None:
                self._waiting = call.connection
                return None
            if call.what == "init_error":
                call.connection.accept()
                kind = call.request.headers.get("lambda-runtime-function-error-type", "")
                kind = function_errors.known_type(kind)
                problem = _Answer(call.request.body, True, "error", kind)
            else:
                call.connection.refuse(
                    403, "InvalidStateTransition", "State transition is not allowed"
                )

    def _reset(self) -> dict[str, Any]:
        """End the process, if there is one; return how it ended."""
        self._waiting = None
        if self._api is None:
            return _KILLED
        self._memory.sample()
        with contextlib.suppress(TemplateFailed, OSError):
            self._template.kill(self.plan.environment)
        self._api.close()
        self._api = None
        self.first_process = None
        report, self.stream.exit_report = self.stream.exit_report, None
        self._memory.note((report or {}).get("resident_kb", 0) * 1024)
        if report and "problem" in report:
            raise TemplateFailed(report["problem"])
        return report or _KILLED

    def _notice_a_death_while_idle(self) -> None:
        if self._api is None:
            return
        self._api.drain()
        if self._api.has_ended:
            self._reset()

    def _watch_memory(self) -> None:
        if self._memory.is_exceeded():
            with contextlib.suppress(TemplateFailed, OSError):
                self._template.kill(self.plan.environment)

    def _order(self, address: str) -> dict[str, Any]:
        plan = self.plan
        return {
            "environment": plan.environment,
            "code": plan.code,
            "layers": plan.layers,
            "scratch_mb": plan.scratch_mb,
            "open_files": plan.open_files,
            "variables": {**plan.variables, "AWS_LAMBDA_RUNTIME_API": address},
            "command": plan.command,
        }

    def _headers(self, event: Event, attempt: str) -> dict[str, str]:
        remaining_ms = int(self.plan.timeout_seconds * 1000)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self._clock_ms() + remaining_ms),
            "Lambda-Runtime-Invoked-Function-Arn": event.function_arn,
            "Lambda-Runtime-Invocation-Id": attempt,
            "Lambda-Runtime-Trace-Id": event.trace,
            "Lambda-Runtime-Client-Context": event.client_context or "",
            "Lambda-Runtime-Aws-Tenant-Id": event.tenant or "",
        }
        return {name: value for name, value in headers.items() if value}

    def _report(self, event: Event, answer: _Answer, duration_ms: float) -> Report:
        init_ms, self._init_ms = self._init_ms, None
        self._memory.sample()
        return Report(
            request_id=event.request_id,
            duration_ms=duration_ms,
            memory_mb=self.plan.memory_mb,
            used_mb=self._memory.peak_mb,
            init_ms=init_ms,
            status=answer.status,
            error_type=answer.error_type,
            tenant=event.tenant,
        )
