"""Where durable functions touch LocalStack: its record of functions, invocations, templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import (
    CreateFunctionRequest,
    FunctionConfiguration,
    InvocationResponse,
    UpdateFunctionConfigurationRequest,
)
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.resource_providers.aws_lambda_function import (
    LambdaFunctionProvider,
)

from harness.overlays.core import extends, invocation
from harness.overlays.core.provider_calls import with_function_members

from . import configuration, functions, templates


@extends(LambdaProvider.create_function, written_for="ee8360ef3c94")
def create_function(
    upstream: Callable[..., FunctionConfiguration],
    self: LambdaProvider,
    context: RequestContext,
    request: CreateFunctionRequest,
) -> FunctionConfiguration:
    answer = upstream(self, context, request)
    if asked := request.get("DurableConfig"):
        name = answer["FunctionName"]
        function = functions.existing(context.account_id, context.region, name)
        functions.keep(function, configuration.of_creation(asked))
        for version in function.versions:  # one was published too, where the request says so
            functions.keep_published(function, version)
        answer["DurableConfig"] = functions.config_of(function)
    return answer


@extends(LambdaProvider.update_function_configuration, written_for="006327bf4b24")
def update_function_configuration(
    upstream: Callable[..., FunctionConfiguration],
    self: LambdaProvider,
    context: RequestContext,
    request: UpdateFunctionConfigurationRequest,
) -> FunctionConfiguration:
    answer = upstream(self, context, request)
    if asked := request.get("DurableConfig"):
        account, region = api_utils.get_account_and_region(answer["FunctionArn"], context)
        function = functions.existing(account, region, answer["FunctionName"])
        functions.keep(function, configuration.of_update(functions.config_of(function), asked))
        answer["DurableConfig"] = functions.config_of(function)
    return answer


@extends(LambdaProvider._create_version_model, written_for="49121a02f021")
def create_version_model(
    upstream: Callable[..., tuple[FunctionVersion, bool]], self: LambdaProvider, **request: Any
) -> tuple[FunctionVersion, bool]:
    version, is_new = upstream(self, **request)
    if is_new:
        identity = version.id
        function = functions.existing(identity.account, identity.region, identity.function_name)
        functions.keep_published(function, identity.qualifier)
    return version, is_new


@extends(api_utils.map_config_out, written_for="f90871f06bff")
def map_config_out(
    upstream: Callable[..., FunctionConfiguration], version: FunctionVersion, *args: Any, **kw: Any
) -> FunctionConfiguration:
    answer = upstream(version, *args, **kw)
    if config := functions.config_of_version(version.id):
        answer["DurableConfig"] = config
    return answer


@extends(LambdaProvider.invoke, written_for="60d92812cac8")
def invoke(
    upstream: Callable[..., InvocationResponse],
    self: LambdaProvider,
    context: RequestContext,
    function_name: str,
    **members: Any,
) -> InvocationResponse:
    account, region = api_utils.get_account_and_region(function_name, context)
    name, _ = api_utils.get_name_and_qualifier(function_name, members.get("qualifier"), context)
    if functions.config_of(functions.function_of(account, region, name)) is None:
        return upstream(self, context, function_name, **members)
    from . import starting

    this = starting.Call(name=members.get("durable_execution_name"))
    token = starting.call.set(this)
    try:
        response = upstream(self, context, function_name, **members)
    finally:
        starting.call.reset(token)
    if this.execution_arn is not None:
        response["DurableExecutionArn"] = this.execution_arn
    return response


@extends(LambdaService.invoke, written_for="e74d9e79ae97")
def invoke_service(
    upstream: Callable[..., InvocationResult | None], self: LambdaService, **request: Any
) -> InvocationResult | None:
    function = functions.function_of(
        request["account_id"], request["region"], request["function_name"]
    )
    if invocation.is_replay.get() or functions.config_of(function) is None:
        return upstream(self, **request)
    # AWS's library takes a quarter of a second to import: the first durable function pays for it.
    from . import starting

    return starting.invoke(upstream, self, request)


@extends(LambdaFunctionProvider.create, written_for="dcb6d034cc6c")
def create_resource(
    upstream: Callable[..., ProgressEvent[Any]],
    self: LambdaFunctionProvider,
    request: ResourceRequest[Any],
) -> ProgressEvent[Any]:
    return upstream(
        self, with_function_members(request, templates.members_of(request.desired_state))
    )


@extends(LambdaFunctionProvider.update, written_for="8e1af177ac2f")
def update_resource(
    upstream: Callable[..., ProgressEvent[Any]],
    self: LambdaFunctionProvider,
    request: ResourceRequest[Any],
) -> ProgressEvent[Any]:
    return upstream(
        self, with_function_members(request, templates.members_of(request.desired_state))
    )
