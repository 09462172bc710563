"""Requests to a queue's own URL, which LocalStack passes on as calls of its own.

What a user or role has signed in a header is decided there; what is signed in the URL, or by the
root user or nobody, here: LocalStack passes that on as its own.
"""

from __future__ import annotations

from typing import Any

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.api import CommonServiceException
from localstack.services.sqs import query_api

from harness.overlays.core.access import ANONYMOUS, KeyRequest, Principal

from . import callers, context, findings, identities, keys, refusals, secure_queues, transport
from .deciding import decide_request
from .encrypted import KMS_ERRORS, uses_of
from .lookups import lookup_for
from .modes import modes
from .operations.actions import Operation, actions_of
from .operations.arns import Place, resources_of


def demand(request: Any, region: str) -> None:
    """Let a request pass that policies allow.

    Args:
        request: The request, its parameters in the query or as a form.
        region: Of the queue.

    Raises:
        CommonServiceException: They don't.
    """
    action = request.values.get("Action")
    if modes.are_all_off or action not in query_api.service.operation_names:
        return
    key = callers.access_key_of(request)
    account = get_account_id_from_access_key_id(key) if key else ""
    if key and key in request.headers.get("Authorization", ""):
        if identities.of_access_key(key, account):
            return
        principal = callers.root_of(account)
    else:
        principal = _principal_of(key, account) if key else ANONYMOUS
    given = {"QueueUrl": request.base_url, **request.values.to_dict()}
    place = Place("aws", region, account)
    operation = Operation.of(query_api.service, query_api.service.operation_model(action))
    for wanted in actions_of(operation) or ():
        for resource in resources_of(wanted, given, place, lookup_for("sqs")):
            known = {
                **context.of_request(
                    request, by_service=False, is_secure=transport.over_tls(request)
                ),
                **context.of_moment(wanted.name, region),
            }
            decided = decide_request(principal, wanted.name, resource, known)
            if decided is None or decided.verdict.is_allowed:
                continue
            findings.note(decided)
            if decided.is_refused:
                raise CommonServiceException(
                    "AccessDenied", refusals.message_of(decided), 403, True
                )
    is_signed = principal is not ANONYMOUS
    secure_queues.demand(given, place, is_secure=transport.over_tls(request), is_signed=is_signed)
    if principal.kind != "root":
        _demand_keys(action, given, place, principal)


def _principal_of(key: str, account: str) -> Principal:
    """Return who has signed in the URL."""
    try:
        return callers.principal_of_key(key, account)
    except callers.UnknownAccessKey:
        text = "The security token included in the request is invalid."
        raise CommonServiceException("InvalidClientTokenId", text, 403, True) from None
    except callers.ExpiredCredentials:
        text = "The security token included in the request is expired"
        raise CommonServiceException("ExpiredToken", text, 403, True) from None


def _demand_keys(action: str, given: dict[str, Any], place: Place, principal: Principal) -> None:
    for use in uses_of("sqs", action, given, place):
        owner, region = use.owner.split(":")[4], use.owner.split(":")[3]
        answer = keys.use(KeyRequest(principal, use.actions, use.key, owner, region, "sqs"))
        if answer.problem:
            code = f"KMS.{KMS_ERRORS[answer.problem]}"
            raise CommonServiceException(code, answer.message, 400, True)
