"""The identity behind a signed request to a method with IAM authorization.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.connect import connect_to
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    MissingAuthTokenError,
)
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from harness.overlays.core import access
from harness.overlays.core.access import Principal


def principal_of(context: RestApiInvocationContext) -> Principal | None:
    """Return who signed a request; None when nobody has its access key."""
    key = extract_access_key_id_from_auth_header(context.invocation_request["headers"]) or ""
    return access.principal_of(key, get_account_id_from_access_key_id(key))


def note_caller(context: RestApiInvocationContext) -> None:
    """Fill `$context.identity` with whoever signed the request.

    Raises:
        MissingAuthTokenError: Nobody did.
    """
    access_key = extract_access_key_id_from_auth_header(context.invocation_request["headers"])
    if not access_key:
        raise MissingAuthTokenError("Missing Authentication Token")
    caller = connect_to(
        aws_access_key_id=access_key, region_name=context.region
    ).sts.get_caller_identity()
    context.context_variables["identity"].update(
        accountId=caller["Account"],
        accessKey=access_key,
        caller=caller["UserId"],
        user=caller["UserId"],
        userArn=caller["Arn"],
    )
