"""LocalStack's executor of functions, with processes in the place of containers."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from harness.overlays.core import callers, invocation

from . import fleet, keep_alive, layers, log_lines
from .lifecycle import Event, Lifecycle, Plan
from .log_delivery import Destination, delivery
from .runtimes import PYTHON, Runtime, runtime_named
from .templates import Template, Templates

LOG = logging.getLogger(__name__)

templates: Final = Templates()
_PROVISIONED_INIT_SECONDS: Final = 130.0


def clock_ms() -> int:
    """Return the emulator's time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Executor(RuntimeExecutor):  # type: ignore[misc]
    """Hands functions to whoever can run them: our processes, or containers."""

    def __new__(cls, id: str, function_version: FunctionVersion) -> Any:  # noqa: A002
        return _executor_of(function_version)(id, function_version)

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        _executor_of(function_version).prepare_version(function_version)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing is kept for a version but its code, which is LocalStack's to delete."""


class ProcessExecutor(RuntimeExecutor):  # type: ignore[misc]
    """One execution environment.

    Attributes:
        tenant: The tenant it is bound to: that of the invocation it was started for.
        created: When.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002
        super().__init__(id, function_version)
        self.runtime: Runtime = self._runtime()
        self.tenant = invocation.tenant.get()
        self.created = datetime.now(UTC)
        self.log_group, self.log_stream = log_place(function_version, id, self.created)
        self.lifecycle: Lifecycle | None = None
        self._in_use = threading.Lock()
        self._is_stopped = False
        self._has_initialised = False

    def start(self, env_vars: dict[str, str]) -> None:
        fleet.add(self)
        kept_ready = env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == "provisioned-concurrency"
        with self._in_use:
            self.lifecycle = self._make(env_vars)
            if kept_ready:
                failure = self.lifecycle.initialise(_PROVISIONED_INIT_SECONDS)
            else:
                failure = self.lifecycle.initialise()
            self._has_initialised = True
        self._end_if_stopped()
        if failure is not None and kept_ready:
            # On demand, the invocation tries again; nobody invokes what isn't provisioned.
            raise StatusErrorException("initialisation failed", payload=failure)

    def stop(self) -> None:
        """End the environment; one that handles an event ends after it."""
        self._is_stopped = True
        if self._in_use.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._in_use.release()

    def stop_at_once(self) -> None:
        """End the environment, and with it the invocation that it may be handling."""
        self._is_stopped = True
        if self.lifecycle is not None:
            self.lifecycle.end()
        self.stop()

    def invoke(self, payload: dict[str, Any]) -> InvocationResult:
        """Handle one event, described by `ExecutionEnvironment.invoke` (see patches)."""
        event = Event(
            request_id=payload["invoke-id"],
            payload=payload["payload"],
            function_arn=payload["invoked-function-arn"],
            trace=payload["trace-id"],
            client_context=payload["client-context"],
            tenant=invocation.tenant.get(),
        )
        with self._in_use:
            assert self.lifecycle is not None
            with callers.acting_as(self.lifecycle.plan.variables["AWS_ACCESS_KEY_ID"]):
                outcome = self.lifecycle.invoke(event)
        self._end_if_stopped()
        delivery.put(self._destination(), outcome.logs)
        result = InvocationResult(
            request_id=event.request_id,
            payload=outcome.payload,
            is_error=outcome.is_error,
            logs=outcome.tail,
        )
        # For whoever records metrics or streams the response; LocalStack's class lacks them.
        result.outcome = outcome
        return result

    @property
    def state(self) -> str:
        """`starting`, `busy` or `idle`."""
        if self._in_use.locked():
            return "busy" if self._has_initialised else "starting"
        return "idle"

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

    def get_logs(self) -> str:
        return "(see the function's log group)"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Put code and layers in place, and warm up the runtime's template."""
        runtime = runtime_named(function_version.config.runtime)
        assert runtime is not None
        code = function_version.config.code
        code.prepare_for_execution()
        for layer in function_version.config.layers:
            layer.code.prepare_for_execution()
        templates.of(runtime.template(preloads=True)).ensure_started()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """See `Executor.cleanup_version`."""

    def _runtime(self) -> Runtime:
        runtime = runtime_named(self.function_version.config.runtime)
        assert runtime is not None
        return runtime

    def _make(self, variables: dict[str, str]) -> Lifecycle:
        version, settings = self.function_version, self.function_version.config
        configured = settings.environment or {}
        code = Path(settings.code.get_unzipped_code_location())
        opt = layers.merged(
            [Path(layer.code.get_unzipped_code_location()) for layer in settings.layers]
        )
        template = self._template(code, opt)
        wrapper = variables.get("AWS_LAMBDA_EXEC_WRAPPER")
        if wrapper and self.runtime.kind == PYTHON and "PYTHONPATH" not in configured:
            variables = {**variables, "PYTHONPATH": self.runtime.program_path()}
        plan = Plan(
            environment=self.id,
            code=str(code),
            layers=str(opt) if opt else None,
            scratch_mb=settings.ephemeral_storage.size,
            memory_mb=settings.memory_size,
            timeout_seconds=settings.timeout,
            version=version.id.qualifier,
            runtime_version=_runtime_version(self.runtime),
            runtime_version_arn=(settings.runtime_version_config or {}).get(
                "RuntimeVersionArn", ""
            ),
            variables=variables,
            command=self.runtime.command(
                settings.handler or "",
                wrapper=wrapper,
                has_namespaces=template.weakness is None,
            ),
            note=self.runtime.note,
        )
        return Lifecycle(plan, template, lines_of(version), clock_ms)

    def _template(self, code: Path, opt: Path | None) -> Template:
        warm = templates.of(self.runtime.template(preloads=True))
        warm.ensure_ready()
        folders = [code]
        if opt:
            minor = ".".join(self.runtime.version.split(".")[:2])
            folders += [opt / "python", opt / f"python/lib/python{minor}/site-packages"]
        if warm.loaded & layers.packages_in(folders):
            # What a function packages itself must win over what the template has imported.
            return templates.of(self.runtime.template(preloads=False))
        return warm

    def _destination(self) -> Destination:
        version = self.function_version
        return Destination(
            group=self.log_group,
            stream=self.log_stream,
            region=version.id.region,
            role=version.config.role,
            function=version.id.function_name,
        )

    def _end_if_stopped(self) -> None:
        if self._is_stopped:
            self.stop()

    def _end(self) -> None:
        fleet.remove(self)
        keep_alive.forget(self.id)
        if self.lifecycle is not None:
            self.lifecycle.end()
            self.lifecycle.close()
            delivery.put(self._destination(), self.lifecycle.stream.take())


def _executor_of(version: FunctionVersion) -> type[ProcessExecutor]:
    if runtime_named(version.config.runtime):
        return ProcessExecutor
    from .container_executor import ContainerExecutor

    return ContainerExecutor


def log_place(version: FunctionVersion, environment: str, created: datetime) -> tuple[str, str]:
    """Return the log group and stream of an environment.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    name, day = version.id.function_name, f"{created:%Y/%m/%d}"
    own_group = f"/aws/lambda/{name}"
    group = (version.config.logging_config or {}).get("LogGroup") or own_group
    if group == own_group:
        return group, f"{day}/[{version.id.qualifier}]{environment}"
    return group, f"{day}/{name}[{version.id.qualifier}]{environment}"


def lines_of(version: FunctionVersion) -> log_lines.PlatformLog:
    """Return the writer of a version's platform lines, in its log format."""
    settings = version.config.logging_config or {}
    if settings.get("LogFormat") == "JSON":
        return log_lines.JsonLog(lambda: datetime.now(UTC), settings.get("SystemLogLevel", "INFO"))
    return log_lines.TextLog()


def _runtime_version(runtime: Runtime) -> str:
    if runtime.kind == "python":
        return f"python:{runtime.name.removeprefix('python')}.v1"
    if runtime.kind == "node":
        return f"nodejs:{runtime.name.removeprefix('nodejs').partition('.')[0]}.v1"
    return f"{runtime.name.replace('.', ':')}.v1"
