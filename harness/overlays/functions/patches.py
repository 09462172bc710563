"""Where functions touch LocalStack: which environment is used, what it gets, where its logs go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from localstack import config
from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import (
    CreateFunctionRequest,
    FunctionConfiguration,
    UpdateFunctionConfigurationRequest,
)
from localstack.services.lambda_.invocation.assignment import (
    AssignmentException,
    AssignmentService,
)
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    RuntimeStatus,
)
from localstack.services.lambda_.invocation.lambda_models import (
    FunctionVersion,
    InitializationType,
    Invocation,
    InvocationResult,
)
from localstack.services.lambda_.invocation.logs import LogHandler
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.runtimes import ALL_RUNTIMES
from localstack.utils.xray.trace_header import TraceHeader

from harness.overlays.core import extends, replaces

from . import assignment, client_context, keep_alive, support
from .credentials import sessions
from .variables import Identity, variables_of


@replaces(AssignmentService.get_environment, written_for="0241754dc23a")
@contextmanager
def get_environment(
    self: AssignmentService,
    version_manager_id: str,
    function_version: FunctionVersion,
    provisioning_type: InitializationType,
) -> Iterator[ExecutionEnvironment]:
    # Upstream takes the first idle environment, whichever tenant's it is.
    pool = self.environments[version_manager_id]
    environment = assignment.reserve_idle(list(pool.values()), provisioning_type)
    if environment is None:
        if provisioning_type == InitializationType.provisioned_concurrency:
            raise AssignmentException(
                "No provisioned concurrency environment available despite lease."
            )
        environment = self.start_environment(version_manager_id, function_version)
        pool[environment.id] = environment
        environment.reserve()
    try:
        yield environment
    except BaseException:
        self.stop_environment(environment)
        raise
    # An update or a deletion may have stopped it meanwhile.
    if environment.status == RuntimeStatus.INVOKING:
        environment.release()


@replaces(ExecutionEnvironment.release, written_for="a60bb2034315")
def release(self: ExecutionEnvironment) -> None:
    # Upstream starts a thread with a timer after each invocation.
    with self.status_lock:
        self.last_returned = datetime.now()
        if self.status == RuntimeStatus.INVOKING:
            self.status = RuntimeStatus.READY
    if self.initialization_type == InitializationType.on_demand:
        keep_alive.watch(self)


@replaces(ExecutionEnvironment.get_environment_variables, written_for="ab1e905b6f91")
def get_environment_variables(self: ExecutionEnvironment) -> dict[str, str]:
    executor = self.runtime_executor
    version, settings = self.function_version.id, self.function_version.config
    logging = settings.logging_config or {}
    identity = Identity(
        region=version.region,
        runtime=executor.runtime.name,
        function=version.function_name,
        version=version.qualifier,
        handler=settings.handler or "",
        memory_mb=settings.memory_size,
        initialization_type=str(self.initialization_type),
        log_group=executor.log_group,
        log_stream=executor.log_stream,
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel"),
        endpoint=f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}",
        credentials=sessions.of(settings.role, version.region, version.function_name),
    )
    return variables_of(identity, settings.environment or {})


@replaces(ExecutionEnvironment.get_log_group_name, written_for="aadb29103141")
def get_log_group_name(self: ExecutionEnvironment) -> str:
    return str(self.runtime_executor.log_group)


@replaces(ExecutionEnvironment.get_log_stream_name, written_for="2a032c8132d3")
def get_log_stream_name(self: ExecutionEnvironment) -> str:
    return str(self.runtime_executor.log_stream)


@replaces(ExecutionEnvironment.invoke, written_for="cf0e0565b58f")
def invoke(self: ExecutionEnvironment, invocation: Invocation) -> InvocationResult:
    # Upstream passes on neither the client context nor bytes as they came.
    trace = invocation.trace_context.get("aws_trace_header") or TraceHeader().ensure_root_exists()
    trace.ensure_sampled_exists()
    trace.ensure_parent_exists()
    return self.runtime_executor.invoke(
        {
            "invoke-id": invocation.request_id,
            "invoked-function-arn": invocation.invoked_arn,
            "payload": invocation.payload,
            "trace-id": trace.to_header_str(),
            "client-context": client_context.decoded(invocation.client_context),
        }
    )


@extends(LambdaProvider._validate_runtime, written_for="e884f3e60ac7")
def validate_runtime(
    upstream: Callable[..., None], self: LambdaProvider, package_type: str, runtime: str | None
) -> None:
    upstream(self, package_type, runtime)
    support.refuse_what_cannot_run(runtime)


@extends(LambdaProvider.create_function, written_for="ee8360ef3c94")
def create_function(
    upstream: Callable[..., FunctionConfiguration],
    self: LambdaProvider,
    context: RequestContext,
    request: CreateFunctionRequest,
) -> FunctionConfiguration:
    if snap_start := request.get("SnapStart"):
        # Upstream looks at it after the runtime; what is invalid anywhere is to be said first.
        self._validate_snapstart(snap_start, request.get("Runtime"))
    return upstream(self, context, request)


@extends(LambdaProvider.update_function_configuration, written_for="006327bf4b24")
def update_function_configuration(
    upstream: Callable[..., FunctionConfiguration],
    self: LambdaProvider,
    context: RequestContext,
    request: UpdateFunctionConfigurationRequest,
) -> FunctionConfiguration:
    if (runtime := request.get("Runtime")) in ALL_RUNTIMES:
        support.refuse_what_cannot_run(runtime)
    return upstream(self, context, request)


@replaces(LambdaVersionManager.store_logs, written_for="f06054723b27")
def store_logs(
    self: LambdaVersionManager,
    invocation_result: InvocationResult,
    execution_env: ExecutionEnvironment,
) -> None:
    """They are on their way already, each event with its own time."""


@replaces(LogHandler.start_subscriber, written_for="919bf3de6342")
def start_subscriber(self: LogHandler) -> None:
    """Nothing comes to it: upstream has a thread for each version."""
