"""REST API integrations that invoke a function for the tenant that a mapping names.

LocalStack evaluates a Lambda proxy integration's parameter mappings and drops them. Its other
integration with Lambda sends the mapped header, and turns Lambda's refusal into an answer of 200.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.context import (
    EndpointResponse,
    RestApiInvocationContext,
)
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    BadRequestException,
    IntegrationFailureError,
)
from localstack.services.apigateway.next_gen.execute_api.integrations import (
    REST_API_INTEGRATIONS,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import (
    RestApiAwsIntegration,
    RestApiAwsProxyIntegration,
    get_service_factory,
)
from localstack.services.apigateway.next_gen.execute_api.parameters_mapping import ParametersMapper
from localstack.utils.aws.arns import extract_region_from_arn
from localstack.utils.aws.client_types import ServicePrincipal

from . import refusals

MAPPED_HEADER = "integration.request.header.x-amz-tenant-id"

_mapped_tenant: ContextVar[str | None] = ContextVar("mapped_tenant", default=None)


def install() -> None:
    """Put these integrations in the place of LocalStack's own."""
    for integration in (TenantProxyIntegration(), TenantIntegration()):
        REST_API_INTEGRATIONS[integration.name] = integration


class TenantProxyIntegration(RestApiAwsProxyIntegration):  # type: ignore[misc]
    """`AWS_PROXY`: the event is the request, the tenant comes from a mapping alone."""

    def invoke(self, context: RestApiInvocationContext) -> EndpointResponse:
        token = _mapped_tenant.set(mapped_tenant(context))
        try:
            return super().invoke(context)
        except IntegrationFailureError as failure:
            if message := refusal_in(failure.__cause__):
                raise BadRequestException(message) from failure
            raise
        finally:
            _mapped_tenant.reset(token)

    def call_lambda(
        self, function_arn: str, event: bytes, source_arn: str, credentials: str | None = None
    ) -> bytes:
        tenant = _mapped_tenant.get()
        if tenant is None:
            payload: bytes = super().call_lambda(function_arn, event, source_arn, credentials)
            return payload
        client = get_service_factory(extract_region_from_arn(function_arn), credentials).lambda_
        answer = client.request_metadata(
            service_principal=ServicePrincipal.apigateway, source_arn=source_arn
        ).invoke(FunctionName=function_arn, Payload=event, TenantId=tenant)
        body: bytes = answer["Payload"].read()
        return body


class TenantIntegration(RestApiAwsIntegration):  # type: ignore[misc]
    """`AWS`: the mapped header goes out with the rest; a refusal comes back as the client's 400."""

    def invoke(self, context: RestApiInvocationContext) -> EndpointResponse:
        response = super().invoke(context)
        if ":lambda:path/" in context.integration_request["uri"] and response["status_code"] == 400:
            code = response["headers"].get("x-amzn-errortype", "")
            message = json.loads(response["body"] or b"{}").get("message", "")
            if refusals.is_about_the_tenant(code, message):
                raise BadRequestException(message)
        return response


def mapped_tenant(context: RestApiInvocationContext) -> str | None:
    """Return what the method's integration maps to the tenant header; None when nothing is."""
    mapping = {
        target: source
        for target, source in (context.integration["requestParameters"] or {}).items()
        if target.lower() == MAPPED_HEADER
    }
    mapped = ParametersMapper().map_integration_request(
        request_parameters=mapping,
        invocation_request=context.invocation_request,
        context_variables=context.context_variables,
        stage_variables=context.stage_variables or {},
    )
    values = list(mapped["header"].values())
    return header_value(values[0]) if values else None


def header_value(mapped: Any) -> str:
    """Return a mapped value as a header carries it: text as it is, other JSON written out."""
    return mapped if isinstance(mapped, str) else json.dumps(mapped)


def refusal_in(error: BaseException | None) -> str | None:
    """Return the message of Lambda's error if it refuses the request for its tenant."""
    if not isinstance(error, ClientError):
        return None
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return message if refusals.is_about_the_tenant(code, message) else None
