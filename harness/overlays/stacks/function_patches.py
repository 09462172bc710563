"""A function in a template gets all the properties that the emulator can serve."""

from __future__ import annotations

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.lambda_.resource_providers.aws_lambda_function import (
    LambdaFunctionProvider,
)
from localstack.utils import archives

from harness.overlays.core import extends, replaces
from harness.overlays.core.provider_calls import with_function_members

from . import function_properties


@replaces(
    archives.create_zip_file_cli, written_for="d0ad5ceb86ce", also_in=("localstack.utils.testutil",)
)
def create_zip_file_cli(source_path: str, base_dir: str, zip_file: str) -> None:
    # On Debian upstream runs `zip` for a template's inline code, and slim systems don't have it.
    # `base_dir` holds nothing but `source_path`.
    archives.create_zip_file_python(base_dir=base_dir, zip_file=zip_file)


@extends(LambdaFunctionProvider.create, written_for="dcb6d034cc6c")
def create(
    upstream: Any, self: LambdaFunctionProvider, request: ResourceRequest[Any]
) -> ProgressEvent[Any]:
    members = function_properties.configuration_of(request.desired_state)
    event: ProgressEvent[Any] = upstream(self, with_function_members(request, members))
    if event.status == OperationStatus.SUCCESS:
        function_properties.reserve_concurrency(
            request.aws_client_factory.lambda_,
            event.resource_model["FunctionName"],
            before={},
            after=request.desired_state,
        )
    return event


@extends(LambdaFunctionProvider.update, written_for="8e1af177ac2f")
def update(
    upstream: Any, self: LambdaFunctionProvider, request: ResourceRequest[Any]
) -> ProgressEvent[Any]:
    before, after = request.previous_state, request.desired_state
    members = function_properties.changed_configuration(before, after)
    event: ProgressEvent[Any] = upstream(self, with_function_members(request, members))
    if event.status == OperationStatus.SUCCESS:
        function_properties.reserve_concurrency(
            request.aws_client_factory.lambda_, before["FunctionName"], before, after
        )
    return event
