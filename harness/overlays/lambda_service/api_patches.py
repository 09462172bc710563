"""Where Lambda's API, function URLs and archives are handled otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.lambda_ import (
    InvalidParameterValueException,
    InvocationType,
    InvokeAsyncResponse,
    LambdaApi,
)
from localstack.http import Request, Response
from localstack.services.lambda_.invocation import lambda_service
from localstack.services.lambda_.invocation.lambda_models import S3Code
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.urlrouter import FunctionUrlRouter

from harness.overlays.core import extends, replaces

from . import archives, response_streams, url_endpoint


@extends(
    lambda_service.store_lambda_archive,
    written_for="d4af5f2d0293",
    also_in=("localstack.services.lambda_.provider",),
)
def store_lambda_archive(
    upstream: Callable[..., S3Code], archive_file: bytes, *args: Any, **kwargs: Any
) -> S3Code:
    if not archives.is_safe(archive_file):
        raise InvalidParameterValueException(archives.UNREADABLE, Type="User")
    return upstream(archive_file, *args, **kwargs)


@replaces(FunctionUrlRouter.handle_lambda_url_invocation, written_for="8eb97708dcf6")
def handle_lambda_url_invocation(
    self: FunctionUrlRouter, request: Request, api_id: str, region: str, **_: str
) -> Response:
    # Upstream knows neither authorisation nor cookies, joins no repeated headers, sends refusals
    # of the service as internal errors, and decodes streamed bytes as text.
    return url_endpoint.answer(self.lambda_service, request, api_id, region)


@replaces(LambdaApi.invoke_with_response_stream, written_for="0f43185657b0")
@handler("InvokeWithResponseStream")  # type: ignore[untyped-decorator]
def invoke_with_response_stream(
    self: LambdaApi, context: RequestContext, **request: Any
) -> Response:
    return response_streams.answer(self, context, request)


@replaces(LambdaProvider.invoke_async, written_for="8dd5a0acee63")
def invoke_async(
    self: LambdaProvider, context: RequestContext, function_name: str, invoke_args: Any, **_: Any
) -> InvokeAsyncResponse:
    # Deprecated, and missing upstream; a request without arguments is an empty event here too.
    self.invoke(context, function_name, invocation_type=InvocationType.Event, payload=invoke_args)
    return InvokeAsyncResponse(Status=202)
