"""Where tenancy touches LocalStack: its record of functions, its event queue, templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import CreateFunctionRequest, FunctionConfiguration
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.event_manager import Poller, SQSInvocation
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.resource_providers.aws_lambda_function import (
    LambdaFunctionProvider,
)

from harness.overlays.core import extends, invocation
from harness.overlays.core.provider_calls import with_function_members

from . import asynchronous, environments, replacement, store, templates


@extends(LambdaProvider.create_function, written_for="ee8360ef3c94")
def create_function(
    upstream: Callable[..., FunctionConfiguration],
    self: LambdaProvider,
    context: RequestContext,
    request: CreateFunctionRequest,
) -> FunctionConfiguration:
    configuration = upstream(self, context, request)
    if tenancy := request.get("TenancyConfig"):
        name = configuration["FunctionName"]
        store.keep_tenancy(store.function_of(context.account_id, context.region, name), tenancy)
        configuration["TenancyConfig"] = tenancy
    return configuration


@extends(api_utils.map_config_out, written_for="f90871f06bff")
def map_config_out(
    upstream: Callable[..., FunctionConfiguration], version: FunctionVersion, *args: Any, **kw: Any
) -> FunctionConfiguration:
    configuration = upstream(version, *args, **kw)
    if tenancy := store.tenancy_of(store.function_of_version(version.id)):
        configuration["TenancyConfig"] = tenancy
    return configuration


@extends(AssignmentService.start_environment, written_for="7c9e50424f2f")
def start_environment(
    upstream: Callable[..., ExecutionEnvironment],
    self: AssignmentService,
    version_manager_id: str,
    function_version: FunctionVersion,
) -> ExecutionEnvironment:
    environments.require_room(self, function_version)
    return upstream(self, version_manager_id, function_version)


@extends(SQSInvocation.encode, written_for="0107408f9106")
def encode(upstream: Callable[..., str], self: SQSInvocation) -> str:
    return asynchronous.with_tenant(upstream(self))


@extends(Poller.__init__, written_for="9ef66dc183ed")
def poller(upstream: Callable[..., None], self: Poller, *args: Any, **kw: Any) -> None:
    upstream(self, *args, **kw)
    self.lambda_client = asynchronous.TenantClient(self.lambda_client)


@extends(Poller.handle_message, written_for="e704b1140740")
def handle_message(upstream: Callable[..., None], self: Poller, message: dict[str, Any]) -> None:
    # Upstream invokes the function, and for a retry writes the message anew, within this call.
    token = invocation.tenant.set(asynchronous.tenant_in(message["Body"]))
    try:
        upstream(self, message)
    finally:
        invocation.tenant.reset(token)


@extends(LambdaFunctionProvider.create, written_for="dcb6d034cc6c")
def create(
    upstream: Callable[..., ProgressEvent[Any]],
    self: LambdaFunctionProvider,
    request: ResourceRequest[Any],
) -> ProgressEvent[Any]:
    return upstream(
        self, with_function_members(request, templates.members_of(request.desired_state))
    )


@extends(ChangeSetModelExecutor._execute_resource_change, written_for="0515307288ef")
def execute_resource_change(
    upstream: Callable[..., None],
    self: ChangeSetModelExecutor,
    name: str,
    before: PreprocResource,
    after: PreprocResource,
) -> None:
    if replacement.is_replaced(before, after):
        properties = before.properties.properties, after.properties.properties
        custom_name = replacement.blocking_name(*properties)
        if custom_name is not None:
            replacement.refuse(self, name, custom_name)
            return
    upstream(self, name, before, after)
