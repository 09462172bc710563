"""The step of a REST API's request path that asks a method's authorizer."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api.apigateway import Authorizer
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    AccessDeniedError,
    AuthorizerConfigurationError,
    UnauthorizedError,
)
from localstack.services.apigateway.next_gen.execute_api.helpers import (
    get_lambda_function_arn_from_invocation_uri,
    render_uri_with_stage_variables,
)
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import (
    get_service_factory,
)
from localstack.utils.aws.arns import extract_region_from_arn, get_partition
from localstack.utils.aws.client_types import ServicePrincipal

from harness.overlays.core.access import ANONYMOUS

from . import callers, events, permissions
from .answer import Answer, MalformedAnswer, Unauthorized, answer_in
from .identity import Sources, identity_values, is_recognized
from .policy import Decision, decide
from .results import Key, Results

LOG = logging.getLogger(__name__)
DEFAULT_TTL_SECONDS = 300

DENIALS = {
    Decision.DENIED_EXPLICITLY: (
        "User is not authorized to access this resource with an explicit deny"
    ),
    Decision.DENIED_IMPLICITLY: "User is not authorized to access this resource",
}

results = Results()


def authorize(chain: Any, context: RestApiInvocationContext, response: Any) -> None:
    """Let a request pass, or end it as its method's authorization says."""
    kind = context.resource_method.get("authorizationType")
    if kind != "AWS_IAM" and context.deployment.rest_api.rest_api.get("policy"):
        permissions.demand(ANONYMOUS, context)
    match kind:
        case "AWS_IAM":
            callers.note_caller(context)
            permissions.demand(callers.principal_of(context), context)
        case "CUSTOM":
            authorizers = context.deployment.rest_api.authorizers
            ask(authorizers[context.resource_method["authorizerId"]], context)


def ask(authorizer: Authorizer, context: RestApiInvocationContext) -> None:
    """Ask a Lambda authorizer, or use what it said before for the same identity.

    Raises:
        BaseGatewayException: What the client gets instead of the integration's answer.
    """
    started = time.perf_counter()
    answer = answer_for(authorizer, context)
    decision = decide(answer.statements, events.method_arn(context))
    if decision in DENIALS:
        raise AccessDeniedError(DENIALS[decision])
    context.context_variables["authorizer"] = {
        "principalId": answer.principal,
        **answer.context,
        "integrationLatency": int((time.perf_counter() - started) * 1000),
    }


def answer_for(authorizer: Authorizer, context: RestApiInvocationContext) -> Answer:
    request = context.invocation_request
    sources = Sources(
        headers={name.lower(): value for name, value in request["headers"].items()},
        query=request["query_string_parameters"],
        stage_variables=context.stage_variables or {},
        context=context.context_variables,
    )
    identity = identity_values(authorizer.get("identitySource"), sources)
    ttl = authorizer.get("authorizerResultTtlInSeconds")
    seconds = DEFAULT_TTL_SECONDS if ttl is None else ttl
    if authorizer["type"] == "TOKEN":
        expression = authorizer.get("identityValidationExpression")
        if not is_recognized(identity, expression=expression):
            raise UnauthorizedError("Unauthorized")
        event = events.token_event(context, identity[0] or "")
    else:
        # Without a cache nothing is keyed by the sources, and the function decides alone.
        if seconds > 0 and not is_recognized(identity):
            raise UnauthorizedError("Unauthorized")
        event = events.request_event(context)
    key = Key(
        account=context.account_id,
        region=context.region,
        api=context.api_id,
        stage=context.stage,
        deployment=context.deployment_id,
        authorizer=authorizer["id"],
        identity=identity,
    )
    kept = results.get(key) if seconds > 0 else None
    if kept is not None:
        return kept
    answer = invoke(authorizer, context, event)
    results.keep(key, answer, seconds)
    return answer


def invoke(
    authorizer: Authorizer, context: RestApiInvocationContext, event: dict[str, Any]
) -> Answer:
    uri = render_uri_with_stage_variables(authorizer["authorizerUri"], context.stage_variables)
    function = get_lambda_function_arn_from_invocation_uri(uri)
    client = get_service_factory(
        extract_region_from_arn(function), authorizer.get("authorizerCredentials")
    ).lambda_.request_metadata(
        service_principal=ServicePrincipal.apigateway,
        source_arn=(
            f"arn:{get_partition(context.region)}:execute-api:{context.region}"
            f":{context.account_id}:{context.api_id}/authorizers/{authorizer['id']}"
        ),
    )
    try:
        returned = client.invoke(FunctionName=function, Payload=json.dumps(event))
        return answer_in(returned["Payload"].read(), failed="FunctionError" in returned)
    except Unauthorized as refused:
        raise UnauthorizedError("Unauthorized") from refused
    except (ClientError, MalformedAnswer) as problem:
        LOG.warning("Authorizer %s of API %s: %s", authorizer["id"], context.api_id, problem)
        raise AuthorizerConfigurationError from problem
