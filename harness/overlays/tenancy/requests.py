"""Requests to Lambda, looked at before LocalStack's provider gets them.

A handler of the gateway's chain, so that it holds for whoever implements an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.lambda_models import Function, ValidationException

from harness.overlays.core import invocation

from . import refusals, store, tenant_id

_TOKEN = "harness_tenant_token"


def judge_request(chain: Any, context: RequestContext, response: Any) -> None:
    """Refuse what tenancy doesn't allow, and note the tenant of an invocation for its thread."""
    if context.service is None or context.operation is None:
        return
    if context.service.service_name == "lambda":
        judge = JUDGES.get(context.operation.name)
        if judge:
            judge(context, context.service_request or {})


def forget_tenant(chain: Any, context: RequestContext, response: Any) -> None:
    """Take the tenant from the thread again, which may be serving an outer request."""
    if token := context.get(_TOKEN):
        invocation.tenant.reset(token)


def judge_creation(context: RequestContext, request: dict[str, Any]) -> None:
    tenancy = request.get("TenancyConfig")
    if tenancy is None:
        return
    if message := refusals.of_configuration(tenancy):
        raise ValidationException(message)
    if message := refusals.of_snap_start(request.get("SnapStart")):
        raise refused(message)


def judge_update(context: RequestContext, request: dict[str, Any]) -> None:
    message = refusals.of_snap_start(request.get("SnapStart"))
    if message and is_isolated(context, request["FunctionName"]):
        raise refused(message)


def judge_function_url(context: RequestContext, request: dict[str, Any]) -> None:
    if is_isolated(context, request["FunctionName"]):
        raise refused(refusals.FUNCTION_URL)


def judge_provisioned_concurrency(context: RequestContext, request: dict[str, Any]) -> None:
    if is_isolated(context, request["FunctionName"]):
        raise refused(refusals.PROVISIONED_CONCURRENCY)


def judge_event_source_mapping(context: RequestContext, request: dict[str, Any]) -> None:
    # An update carries a function's name only when it moves the mapping to another function.
    name = request.get("FunctionName")
    if name and is_isolated(context, name):
        raise refused(refusals.of_event_source(request))


def judge_invocation(context: RequestContext, request: dict[str, Any]) -> None:
    """Check the tenant id and, for a function that exists, whether it may carry one."""
    tenant = request.get("TenantId")
    if tenant is not None and (message := tenant_id.validation_message(tenant)):
        raise ValidationException(message)
    function = existing_function(context, request["FunctionName"], request.get("Qualifier"))
    if function is not None:
        isolated = store.tenancy_of(function) is not None
        if isolated and tenant is None:
            raise refused(refusals.TENANT_MISSING)
        if tenant is not None and not isolated:
            raise refused(refusals.TENANT_UNEXPECTED)
    # Without a tenant too: this thread may be carrying another function's invocation.
    setattr(context, _TOKEN, invocation.tenant.set(tenant))


JUDGES: dict[str, Callable[[RequestContext, dict[str, Any]], None]] = {
    "CreateFunction": judge_creation,
    "UpdateFunctionConfiguration": judge_update,
    "Invoke": judge_invocation,
    "InvokeAsync": judge_invocation,
    "InvokeWithResponseStream": judge_invocation,
    "CreateFunctionUrlConfig": judge_function_url,
    "PutProvisionedConcurrencyConfig": judge_provisioned_concurrency,
    "CreateEventSourceMapping": judge_event_source_mapping,
    "UpdateEventSourceMapping": judge_event_source_mapping,
}


def is_isolated(context: RequestContext, name: str) -> bool:
    return store.tenancy_of(existing_function(context, name)) is not None


def existing_function(
    context: RequestContext, name: str, qualifier: str | None = None
) -> Function | None:
    """Return the function that a request names; None leaves the answer to LocalStack.

    Args:
        context: The request.
        name: Name, partial or full ARN.
        qualifier: Version or alias; the function counts as missing without it.
    """
    account, region = api_utils.get_account_and_region(name, context)
    name, qualifier = api_utils.get_name_and_qualifier(name, qualifier, context)
    function = store.function_of(account, region, name)
    if function is None:
        return None
    known = qualifier is None or qualifier in function.versions or qualifier in function.aliases
    return function if known else None


def refused(message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(message, Type="User")
