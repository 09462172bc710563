"""What a Lambda authorizer is invoked with.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.header_utils import (
    build_multi_value_headers,
)
from localstack.utils.aws.arns import get_partition

REQUEST_CONTEXT = (
    *("path", "accountId", "resourceId", "stage", "requestId", "identity"),
    *("resourcePath", "httpMethod", "apiId"),
)


def method_arn(context: RestApiInvocationContext) -> str:
    """Return the ARN that an authorizer's policy is evaluated for: stage, verb and real path."""
    path = context.invocation_request["path"].removeprefix("/")
    api = f"{context.account_id}:{context.api_id}/{context.stage}"
    verb = context.invocation_request["http_method"]
    partition = get_partition(context.region)
    return f"arn:{partition}:execute-api:{context.region}:{api}/{verb}/{path}"


def token_event(context: RestApiInvocationContext, token: str) -> dict[str, Any]:
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn(context)}


def request_event(context: RestApiInvocationContext) -> dict[str, Any]:
    request, variables = context.invocation_request, context.context_variables
    return {
        "type": "REQUEST",
        "methodArn": method_arn(context),
        "resource": context.resource["path"],
        "path": request["path"],
        "httpMethod": request["http_method"],
        "headers": dict(request["headers"]),
        "multiValueHeaders": dict(build_multi_value_headers(request["headers"])),
        "queryStringParameters": request["query_string_parameters"],
        "multiValueQueryStringParameters": request["multi_value_query_string_parameters"],
        "pathParameters": request["path_parameters"] or {},
        "stageVariables": context.stage_variables or {},
        "requestContext": {key: variables.get(key) for key in REQUEST_CONTEXT},
    }
