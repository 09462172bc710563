"""The use of KMS keys for data of other services: who may, and whether the key is fit for it.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from typing import Any, Final

from harness.overlays.core.access import KeyAnswer, KeyProblem, KeyRequest

from . import context, findings, refusals
from .deciding import decide_request
from .lookups import key_arn
from .modes import OFF, modes
from .operations.arns import Place
from .stores import store_of

_MANAGED: Final = "alias/aws/"
_STATES: Final[dict[str, tuple[KeyProblem, str]]] = {
    "Disabled": ("Disabled", "{} is disabled."),
    "PendingDeletion": ("InvalidState", "{} is pending deletion."),
    "PendingImport": ("InvalidState", "{} is pending import."),
    "Unavailable": ("InvalidState", "{} is unavailable."),
}


def use(request: KeyRequest) -> KeyAnswer:
    """Decide whether a key can be used.

    Permission comes first: who has none doesn't learn the key's state.
    """
    if modes.of(request.principal.account, request.account) == OFF:
        return KeyAnswer()
    if _managed_name(request.key):
        return _of_managed(request)
    arn = key_arn(request.key, Place("aws", request.region, request.account))
    keys = _context(request)
    for action in request.actions:
        decided = decide_request(request.principal, action, arn, keys)
        if decided is None or decided.verdict.is_allowed:
            continue
        findings.note(decided)
        if decided.is_refused:
            return KeyAnswer("AccessDenied", refusals.message_of(decided))
    return _state(request, arn)


def _managed_name(key: str) -> str:
    name = key.rpartition(":")[2] if key.startswith("arn:") else key
    return name if name.startswith(_MANAGED) else ""


def _of_managed(request: KeyRequest) -> KeyAnswer:
    """AWS's own keys serve the principals of their account through their service, and no others."""
    name = _managed_name(request.key)
    is_theirs = request.principal.account == request.account
    if is_theirs and name == f"{_MANAGED}{request.service}":
        return KeyAnswer()
    alias = f"arn:aws:kms:{request.region}:{request.account}:{name}"
    return KeyAnswer(
        "AccessDenied",
        f"User: {request.principal.name} is not authorized to perform: {request.actions[0]} on "
        f"resource: {alias} because no resource-based policy allows the {request.actions[0]} "
        "action",
    )


def _context(request: KeyRequest) -> dict[str, tuple[str, ...]]:
    keys = {
        "aws:securetransport": ("true",),
        "kms:viaservice": (f"{request.service}.{request.region}.amazonaws.com",),
        **context.of_moment("kms:", request.region),
        **context.lowered(request.context),
    }
    for name, value in request.encryption_context.items():
        keys[f"kms:encryptioncontext:{name.lower()}"] = (value,)
    if request.encryption_context:
        keys["kms:encryptioncontextkeys"] = tuple(request.encryption_context)
    if request.key.rpartition(":")[2].startswith("alias/"):
        keys["kms:requestalias"] = (request.key.rpartition(":")[2],)
    return keys


def _state(request: KeyRequest, arn: str) -> KeyAnswer:
    key = _held(arn)
    if key is None:
        name = request.key.rpartition(":")[2]
        if name.startswith("alias/"):
            alias = f"arn:aws:kms:{request.region}:{request.account}:{name}"
            return KeyAnswer("NotFound", f"Alias {alias} is not found.")
        return KeyAnswer("NotFound", f"Key '{arn}' does not exist")
    if found := _STATES.get(key.metadata.get("KeyState", "Enabled")):
        problem, sentence = found
        return KeyAnswer(problem, sentence.format(arn))
    return KeyAnswer()


def _held(arn: str) -> Any | None:
    _, _, _, region, account, resource = arn.split(":", 5)
    store = store_of("localstack.services.kms.models", "kms_stores", account, region)
    return store.keys.get(resource.removeprefix("key/")) if store else None
