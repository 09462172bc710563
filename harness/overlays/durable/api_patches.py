"""The operations that LocalStack's API declares and its provider hasn't."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.lambda_ import LambdaApi

from harness.overlays.core import replaces


def _api() -> ModuleType:
    # Imported with the first of these: see `patches.invoke_service`.
    from . import api

    return api


@replaces(LambdaApi.checkpoint_durable_execution, written_for="152021a5869a")
@handler("CheckpointDurableExecution", expand=False)  # type: ignore[untyped-decorator]
def checkpoint_durable_execution(self: LambdaApi, context: RequestContext, request: Any) -> Any:
    return _api().checkpoint(context, request)


@replaces(LambdaApi.get_durable_execution_state, written_for="9ea070afa02a")
@handler("GetDurableExecutionState", expand=False)  # type: ignore[untyped-decorator]
def get_durable_execution_state(self: LambdaApi, context: RequestContext, request: Any) -> Any:
    return _api().state(context, request)


@replaces(LambdaApi.get_durable_execution, written_for="48985d42047b")
@handler("GetDurableExecution", expand=False)  # type: ignore[untyped-decorator]
def get_durable_execution(self: LambdaApi, context: RequestContext, request: Any) -> Any:
    return _api().get(context, request)


@replaces(LambdaApi.get_durable_execution_history, written_for="60ac0a805897")
@handler("GetDurableExecutionHistory", expand=False)  # type: ignore[untyped-decorator]
def get_durable_execution_history(self: LambdaApi, context: RequestContext, request: Any) -> Any:
    return _api().history(context, request)


@replaces(LambdaApi.list_durable_executions_by_function, written_for="1e6afd6c3ed6")
@handler("ListDurableExecutionsByFunction", expand=False)  # type: ignore[untyped-decorator]
def list_durable_executions_by_function(
    self: LambdaApi, context: RequestContext, request: Any
) -> Any:
    return _api().list_by_function(context, request)


@replaces(LambdaApi.stop_durable_execution, written_for="7f86db0a3482")
@handler("StopDurableExecution", expand=False)  # type: ignore[untyped-decorator]
def stop_durable_execution(self: LambdaApi, context: RequestContext, request: Any) -> Any:
    return _api().stop(context, request)


@replaces(LambdaApi.send_durable_execution_callback_success, written_for="ee49fb06b0b9")
@handler("SendDurableExecutionCallbackSuccess", expand=False)  # type: ignore[untyped-decorator]
def send_durable_execution_callback_success(
    self: LambdaApi, context: RequestContext, request: Any
) -> Any:
    return _api().callback_success(context, request)


@replaces(LambdaApi.send_durable_execution_callback_failure, written_for="bd43a3491297")
@handler("SendDurableExecutionCallbackFailure", expand=False)  # type: ignore[untyped-decorator]
def send_durable_execution_callback_failure(
    self: LambdaApi, context: RequestContext, request: Any
) -> Any:
    return _api().callback_failure(context, request)


@replaces(LambdaApi.send_durable_execution_callback_heartbeat, written_for="80ebb285f0b2")
@handler("SendDurableExecutionCallbackHeartbeat", expand=False)  # type: ignore[untyped-decorator]
def send_durable_execution_callback_heartbeat(
    self: LambdaApi, context: RequestContext, request: Any
) -> Any:
    return _api().callback_heartbeat(context, request)
