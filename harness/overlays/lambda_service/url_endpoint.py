"""Serves function URLs: who may call, the invocation, its answer or Lambda's error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.api import ServiceException
from localstack.aws.api.lambda_ import (
    FunctionUrlAuthType,
    InvocationType,
    InvokeMode,
    RequestTooLargeException,
    TooManyRequestsException,
)
from localstack.aws.protocol.serializer import gen_amzn_requestid
from localstack.http import Request, Response
from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    FunctionUrlConfig,
    InvocationResult,
)
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from localstack.utils.urls import localstack_host
from localstack.utils.xray.trace_header import TraceHeader
from rolo.request import restore_payload

from harness.overlays.core import access

from . import function_urls

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.lambda_service import LambdaService

LOG = logging.getLogger(__name__)

_ACTIONS: Final = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
FORBIDDEN: Final = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


def answer(service: LambdaService, request: Request, url_id: str, region: str) -> Response:
    """Answer a request to a function URL.

    Args:
        service: What invokes.
        request: The request.
        url_id: First label of its host name.
        region: Of the host name.
    """
    request_id = gen_amzn_requestid()
    found = find(url_id, region)
    if found is None:
        return refusal(403, "AccessDeniedException", {"Message": None}, request_id)
    function, config = found
    caller = caller_of(request) if config.auth_type == FunctionUrlAuthType.AWS_IAM else None
    if not may_call(function, config, caller):
        return refusal(403, "AccessDeniedException", {"Message": FORBIDDEN}, request_id)
    described = describe(request, config.url_id, request_id, caller)
    try:
        result = invoke(service, function, config, described)
    except TooManyRequestsException as throttled:
        reason = {"Reason": throttled.Reason, "Type": "User", "message": throttled.message}
        return refusal(429, throttled.code, reason, request_id)
    except RequestTooLargeException as large:
        return refusal(413, large.code, {"Message": large.message}, request_id)
    except ServiceException as error:
        LOG.warning("A function URL of %s failed: %s", config.function_arn, error)
        return refusal(502, error.code, {"Message": error.message}, request_id)
    if result.is_error:
        return bad_gateway(request_id)
    try:
        return response_of(result, config, request_id, described.trace)
    except function_urls.MalformedResponseError as malformed:
        LOG.warning("%s answered its URL with %s", config.function_arn, malformed)
        return bad_gateway(request_id)


def find(url_id: str, region: str) -> tuple[Function, FunctionUrlConfig] | None:
    """Find a function URL by its id: host names don't tell upper from lower case."""
    for account in list(lambda_stores.keys()):
        for function in list(lambda_stores[account][region].functions.values()):
            for config in function.function_url_configs.values():
                if config.url_id.lower() == url_id.lower():
                    return function, config
    return None


def caller_of(request: Request) -> dict[str, Any] | None:
    """Describe who signed a request, as `authorizer.iam`; None when nobody did."""
    key = (
        extract_access_key_id_from_auth_header(request.headers)
        or request.args.get("X-Amz-Credential", "").partition("/")[0]
    )
    if not key:
        return None
    principal = access.principal_of(key, get_account_id_from_access_key_id(key))
    if principal is None:
        return None
    return {
        "accessKey": key,
        "accountId": principal.account,
        "callerId": principal.user_id or key,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": principal.arn,
        "userId": principal.user_id,
    }


def may_call(function: Function, config: FunctionUrlConfig, caller: dict[str, Any] | None) -> bool:
    """Whether a request passes the URL's authorisation.

    With AWS_IAM it must be signed, and the signer be allowed both to call the URL and to invoke
    the function. With NONE the function's resource policy must let everybody call the URL.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    if config.auth_type == FunctionUrlAuthType.AWS_IAM:
        return caller is not None and all(
            _is_allowed(config, caller, action) for action in _ACTIONS
        )
    return any(
        _lets_everybody_call(statement)
        for statement in _statements(function, qualifier_of(config) or "$LATEST")
    )


def _is_allowed(config: FunctionUrlConfig, caller: dict[str, Any], action: str) -> bool:
    principal = access.principal_of(caller["accessKey"], caller["accountId"])
    if principal is None:
        return False
    context = {
        "lambda:FunctionUrlAuthType": "AWS_IAM",
        "lambda:InvokedViaFunctionUrl": "true",
    }
    arn = config.function_arn.removesuffix(":$LATEST")
    return access.check(access.AccessRequest(principal, action, arn, context=context)).is_allowed


def qualifier_of(config: FunctionUrlConfig) -> str | None:
    """Return the alias that a URL belongs to; None for the function's own."""
    parts = config.function_arn.split(":")  # upstream leaves `function_qualifier` as it was
    return parts[7] if len(parts) > 7 and parts[7] != "$LATEST" else None


def _statements(function: Function, qualifier: str) -> Iterator[dict[str, Any]]:
    if policy := function.permissions.get(qualifier):
        yield from policy.policy.Statement


def _lets_everybody_call(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    actions = statement.get("Action", [])
    actions = [actions] if isinstance(actions, str) else actions
    condition = statement.get("Condition", {}).get("StringEquals", {})
    return (
        statement.get("Effect") == "Allow"
        and (principal == "*" or (isinstance(principal, dict) and "*" in principal.values()))
        and any(action in ("lambda:InvokeFunctionUrl", "lambda:*", "*") for action in actions)
        and condition.get("lambda:FunctionUrlAuthType", "NONE") == "NONE"
    )


def describe(
    request: Request, url_id: str, request_id: str, caller: dict[str, Any] | None
) -> function_urls.UrlRequest:
    path, _, query = request.full_path.partition("?")
    trace = request.headers.get("X-Amzn-Trace-Id")
    return function_urls.UrlRequest(
        url_id=url_id,
        domain=request.headers.get("Host", ""),
        method=request.method,
        path=path,
        query=query,
        arguments=list(request.args.items(multi=True)),
        headers=list(request.headers.items()),
        cookies=[f"{name}={value}" for name, value in request.cookies.items(multi=True)],
        body=restore_payload(request),
        source_ip=request.headers.get("Remote-Addr") or request.remote_addr or "",
        request_id=request_id,
        trace=trace or TraceHeader().ensure_root_exists().to_header_str(),
        at=datetime.now(UTC),
        port=localstack_host().port,
        scheme=request.scheme,
        caller=caller,
    )


def invoke(
    service: LambdaService,
    function: Function,
    config: FunctionUrlConfig,
    request: function_urls.UrlRequest,
) -> InvocationResult:
    version = function.latest().id
    return service.invoke(
        function_name=function.function_name,
        qualifier=qualifier_of(config),
        account_id=version.account,
        region=version.region,
        invocation_type=InvocationType.RequestResponse,
        client_context=None,
        payload=json.dumps(function_urls.event(request)).encode(),
        request_id=request.request_id,
        trace_context={"aws_trace_header": TraceHeader.from_header_str(request.trace)},
    )


def response_of(
    result: InvocationResult, config: FunctionUrlConfig, request_id: str, trace: str
) -> Response:
    """Turn what a function returned into its URL's response."""
    outcome = getattr(result, "outcome", None)
    content_type = outcome.content_type if outcome and outcome.is_streamed else ""
    payload: bytes = result.payload
    if content_type:
        described = function_urls.streamed_response(payload, content_type)
    elif config.invoke_mode == InvokeMode.RESPONSE_STREAM:
        # A function that doesn't stream answers a streaming URL with what it returned, as it is.
        described = function_urls.streamed_response(payload, "application/json")
    else:
        described = function_urls.response(payload)
    response = Response(described.body, status=described.status)
    response.headers.clear()
    for name, value in described.headers:
        response.headers.add(name, value)
    for cookie in described.cookies:
        response.headers.add("Set-Cookie", cookie)
    response.headers["Content-Length"] = str(len(described.body))
    response.headers["Connection"] = "keep-alive"
    response.headers["x-amzn-RequestId"] = request_id
    response.headers["X-Amzn-Trace-Id"] = trace
    return response


def bad_gateway(request_id: str) -> Response:
    response = Response("Internal Server Error", status=502)
    response.headers["x-amzn-RequestId"] = request_id
    return response


def refusal(status: int, code: str, body: dict[str, Any], request_id: str) -> Response:
    text = json.dumps(body, separators=(",", ":"))
    response = Response(text, status=status, content_type="application/json")
    response.headers["x-amzn-ErrorType"] = code
    response.headers["x-amzn-RequestId"] = request_id
    return response
