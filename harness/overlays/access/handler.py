"""The gateway's step that decides each request before its service sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from harness.overlays.core import call_facts
from harness.overlays.core.access import ANONYMOUS, Principal

from . import (
    callers,
    context,
    encrypted,
    findings,
    forms,
    refusals,
    secure_queues,
    transport,
    unsigned,
)
from .callers import Caller, ExpiredCredentials, UnknownAccessKey
from .deciding import decide_request
from .lookups import lookup_for
from .modes import ENFORCE, OFF, modes
from .operations import inquiries, own_user, parts, passing, reference
from .operations.actions import Operation, actions_of, prefix_of
from .operations.arns import Parameters, Place, resources_of
from .operations.reference import Action

LOG = logging.getLogger(__name__)

_PASS_ROLE: Final = "iam:PassRole"

Ask = tuple[str, str, dict[str, tuple[str, ...]]]
"""An action, a resource and the condition keys that parameters tell."""


def decide_or_refuse(chain: Any, request_context: Any, response: Any) -> None:
    """Let a request pass, or raise its service's error for what isn't allowed."""
    if modes.are_all_off or request_context.operation is None:
        return
    try:
        caller = callers.caller_of(request_context)
    except (UnknownAccessKey, ExpiredCredentials) as problem:
        _refuse_credentials(request_context, problem)
        return
    if caller is None:
        return
    call_facts.note(request_context, principal=caller.principal.name)
    operation = _operation(request_context.service, request_context.operation)
    actions = actions_of(operation)
    if actions is None:
        _report_unknown(request_context, caller, operation)
        return
    if internal := request_context.internal_request_params:
        actions = inquiries.as_on_aws(str(internal.get("service_principal")), actions)
    parameters = request_context.service_request or {}
    if forms.is_malformed(operation, parameters):
        return
    if caller.principal is ANONYMOUS and unsigned.is_enough(operation, parameters):
        return
    for action, resource, keys in _asks(request_context, operation, actions, caller.principal):
        _decide(request_context, caller, action, resource, keys)
    if operation.service == "sqs":
        place = Place(request_context.partition, request_context.region, request_context.account_id)
        is_secure = transport.is_secure(request_context)
        is_signed = caller.principal is not ANONYMOUS
        secure_queues.demand(parameters, place, is_secure=is_secure, is_signed=is_signed)
    encrypted.demand_keys(request_context, caller)


def _decide(
    request_context: Any, caller: Caller, action: str, resource: str, keys: Mapping[str, Any]
) -> None:
    by_service = caller.principal.kind == "service"
    known = {
        **context.of_request(
            request_context.request,
            by_service=by_service,
            is_secure=transport.is_secure(request_context),
        ),
        **context.of_moment(action, request_context.region),
        **context.lowered(caller.context),
        **keys,
    }
    decided = decide_request(caller.principal, action, resource, known)
    if decided is None:
        return
    if decided.verdict.is_allowed:
        # Of a call's several decisions the first is told, and a denial before all others.
        if decided.verdict.by and "decided_by" not in call_facts.of(request_context):
            call_facts.note(request_context, decided_by=str(decided.verdict.by))
        return
    call_facts.note(request_context, decided_by=decided.explanation)
    findings.note(decided)
    if decided.is_refused:
        raise refusals.refusal(request_context, decided)


def _asks(
    request_context: Any, operation: Operation, actions: tuple[Action, ...], principal: Principal
) -> Iterator[Ask]:
    """Yield all that a request needs to be allowed."""
    parameters: Parameters = request_context.service_request or {}
    prefix = prefix_of(operation) or ""
    # What a request names without an account is the caller's.
    place = Place(request_context.partition, request_context.region, request_context.account_id)
    if prefix == "apigateway":
        path = request_context.request.path
        arn = f"arn:{place.partition}:apigateway:{place.region}::{path}"
        for action in actions:
            yield action.name, arn, context.of_parameters(action.condition_keys, parameters)
    else:
        for whole in actions:
            for name, of_part in parts.parts_of(whole.name, operation.name, parameters):
                yield from _of_part(name, of_part, place, request_context, principal)
    if prefix == "sts" and operation.name == "AssumeRole":
        yield from _of_session(parameters)
    if principal.kind != "service" and not all(action.is_reading for action in actions):
        for role in passing.passed_roles(prefix, parameters):
            yield _PASS_ROLE, role, {"iam:passedtoservice": (passing.receiver(prefix),)}


def _of_part(
    name: str, parameters: Parameters, place: Place, request_context: Any, principal: Principal
) -> Iterator[Ask]:
    action = reference.action(name)
    if action is None:
        raise RuntimeError(f"the reference has no action {name!r}")
    headers = request_context.request.headers
    keys = context.of_parameters(action.condition_keys, parameters, headers)
    parameters = own_user.named(action, parameters, principal)
    lookup = lookup_for(name.partition(":")[0])
    for resource in resources_of(action, parameters, place, lookup):
        yield action.name, resource, keys


def _of_session(parameters: Parameters) -> Iterator[Ask]:
    role = str(parameters.get("RoleArn") or "*")
    if parameters.get("Tags"):
        yield "sts:TagSession", role, context.of_parameters((), parameters)
    if identity := parameters.get("SourceIdentity"):
        yield "sts:SetSourceIdentity", role, {"sts:sourceidentity": (str(identity),)}


@lru_cache(maxsize=2048)
def _operation(service: Any, operation: Any) -> Operation:
    return Operation.of(service, operation)


def _report_unknown(request_context: Any, caller: Caller, operation: Operation) -> None:
    """Report an operation whose actions aren't known; only root goes on with it."""
    principal = caller.principal
    account = principal.account or request_context.account_id
    mode = modes.of(account)
    if mode == OFF:
        return
    name = f"{operation.service}:{operation.name}"
    text = f"which permission {name} needs isn't known"
    LOG.warning("%s may be allowed or denied wrongly: %s.", name, text)
    message = f"User: {principal.name} is not authorized to perform: {name}: {text}"
    call_facts.note(request_context, decided_by=text)
    findings.note_unknown(mode, principal.name, name, message, text, account)
    if mode == ENFORCE and principal.kind != "root":
        raise refusals.denial(request_context, message)


def _refuse_credentials(request_context: Any, problem: Exception) -> None:
    account = request_context.account_id
    mode = modes.of(account)
    if mode == OFF:
        return
    is_expired = isinstance(problem, ExpiredCredentials)
    make = refusals.expired if is_expired else refusals.unknown_key
    error = make(request_context)
    name = f"{request_context.service.service_name}:{request_context.operation.name}"
    reason = "the credentials have expired" if is_expired else "nobody has this access key"
    call_facts.note(request_context, decided_by=reason)
    findings.note_unknown(mode, f"access key {problem}", name, error.message, reason, account)
    if mode == ENFORCE:
        raise error
