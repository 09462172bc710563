"""Who may invoke a method: identity policies of who signed, and the API's resource policy.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from __future__ import annotations

from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    AccessDeniedError,
    InvalidSignatureError,
)

from harness.overlays.core import access
from harness.overlays.core.access import ContextValue, Principal

from .events import method_arn

ACTION = "execute-api:Invoke"


def demand(principal: Principal | None, context: RestApiInvocationContext) -> None:
    """Let a request pass that policies allow.

    Args:
        principal: Who asks; None for an access key that nobody has.
        context: The request.

    Raises:
        AccessDeniedError: They don't.
        InvalidSignatureError: Nobody has the access key.
    """
    if principal is None:
        raise InvalidSignatureError("The security token included in the request is invalid.")
    arn = method_arn(context)
    keys: dict[str, ContextValue] = {}
    if address := context.context_variables["identity"].get("sourceIp"):
        keys["aws:SourceIp"] = address
    request = access.AccessRequest(principal, ACTION, arn, context.region, keys)
    decision = access.check(request)
    if decision.is_allowed:
        return
    # The message shows the end of the account's id alone.
    hidden = arn.replace(context.account_id, "*" * 8 + context.account_id[-4:])
    sentence = (
        f"User: {principal.name} is not authorized to perform: {ACTION} on resource: {hidden}"
    )
    raise AccessDeniedError(
        f"{sentence} with an explicit deny" if decision.is_explicit else sentence
    )
