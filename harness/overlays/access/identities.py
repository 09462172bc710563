"""Users, groups, roles and sessions of IAM and STS, and the policies that they have."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote, unquote

from localstack.services.sts.models import sts_stores

from harness.overlays.core.access import Principal

from .documents import attached
from .evaluation.statements import AttachedPolicy
from .stores import iam_store

SESSION_POLICIES: Final = "harness:session-policies"
"""Where STS's credentials carry the policies that limit a session."""
ASSUMED_BY: Final = "harness:assumed-by"
"""Where the credentials of a session carry the service that made it."""
REQUESTED_BY: Final = "harness:requested-by"
"""Where the credentials of a federated user carry the ARN of the user who asked for them."""


def of_access_key(access_key: str, account: str) -> Principal | None:
    """Return who has an access key that IAM or STS gave out; None if neither did."""
    if credentials := credentials_of(access_key):
        return _of_credentials(credentials)
    store = iam_store(account)
    name = store.ACCESS_KEY_INDEX.get(access_key) if store else None
    if store is None or name is None or name not in store.USERS:
        return None
    key = store.USERS[name].access_keys.get(access_key)
    if key is None or key.access_key.get("Status", "Active") != "Active":
        return None
    user = store.USERS[name].user
    return Principal(
        "user",
        user["Arn"],
        account,
        access_key=access_key,
        user_id=user["UserId"],
        tags=_tags(store, user["Arn"]),
    )


def credentials_of(access_key: str) -> Any | None:
    """Return temporary credentials of STS, expired or not."""
    # They are kept across accounts, so that any store will do.
    return sts_stores["000000000000"]["us-east-1"].credentials.get(access_key)


def is_a_services(access_key: str) -> bool:
    """Say whether a service has assumed a role for these credentials, such as a function's."""
    held = credentials_of(access_key)
    return bool(held and ASSUMED_BY in held.iam_context)


def have_ended(access_key: str) -> bool:
    """Say whether temporary credentials have ended.

    Those that a service has for its own use never do: it gets new ones in time.
    """
    held = credentials_of(access_key)
    return bool(held and ASSUMED_BY not in held.iam_context and held.is_expired())


def _of_credentials(credentials: Any) -> Principal:
    arn, account = credentials.arn, credentials.account_id
    resource = arn.split(":", 5)[5]
    if resource == "root":
        return Principal("root", arn, account, access_key=credentials.access_key_id)
    kind, _, rest = resource.partition("/")
    limits = _limits(credentials)
    if kind == "user":
        store = iam_store(account)
        tags = _tags(store, arn) if store else ()
        return Principal(
            "user", arn, account, "", limits, tags, credentials.access_key_id, credentials.user_id
        )
    held = credentials.iam_context.get(REQUESTED_BY)
    role = held.value if held else ""
    given: dict[str, str] = {}
    if kind == "assumed-role":
        store = iam_store(account)
        entity = store.ROLES.get(rest.partition("/")[0]) if store else None
        role = entity.role["Arn"] if entity else _role_arn(arn)
        given = dict(_tags(store, role)) if store else {}
    given |= {tag["Key"]: tag["Value"] for tag in credentials.tags.values()}
    return Principal(
        "role-session" if kind == "assumed-role" else "federated-user",
        arn,
        account,
        role,
        limits,
        tuple(given.items()),
        credentials.access_key_id,
        credentials.user_id,
    )


def _limits(credentials: Any) -> tuple[str, ...]:
    held = credentials.iam_context.get(SESSION_POLICIES)
    return tuple(held.value) if held else ()


def _role_arn(session_arn: str) -> str:
    _, partition, _, _, account, resource = session_arn.split(":", 5)
    return f"arn:{partition}:iam::{account}:role/{resource.split('/')[1]}"


def _tags(store: Any, arn: str) -> tuple[tuple[str, str], ...]:
    return tuple(store.TAGS.get_tags(arn).items())


def policies_of(
    principal: Principal,
) -> tuple[tuple[AttachedPolicy, ...], AttachedPolicy | None]:
    """Return a principal's identity policies, and its permissions boundary if it has one."""
    store = iam_store(principal.account)
    if store is None:
        return (), None
    if principal.kind == "user":
        return _of_user(store, principal.arn.rpartition("/")[2])
    if principal.kind == "role-session":
        name = principal.role.rpartition("/")[2]
        if entity := store.ROLES.get(name):
            return _of_entity(store, entity, f"role {name}"), _boundary(store, entity.role)
    if principal.kind == "federated-user":
        # Its permissions are those of the user who asked for it.
        return _of_user(store, principal.role.rpartition("/")[2])
    return (), None


def _of_user(store: Any, name: str) -> tuple[tuple[AttachedPolicy, ...], AttachedPolicy | None]:
    entity = store.USERS.get(name)
    if entity is None:
        return (), None
    found = list(_of_entity(store, entity, f"user {name}"))
    for group in store.GROUPS.values():
        if name in group.member_user_names:
            found += _of_entity(store, group, f"group {group.group['GroupName']}")
    return tuple(found), _boundary(store, entity.user)


def _of_entity(store: Any, entity: Any, owner: str) -> tuple[AttachedPolicy, ...]:
    inline = [_inline(name, owner, text) for name, text in list(entity.inline_policies.items())]
    return (*inline, *(managed(store, arn) for arn in list(entity.attached_policy_arns)))


@lru_cache(maxsize=4096)
def _inline(name: str, owner: str, quoted: str) -> AttachedPolicy:
    return attached(f"inline policy {name} of {owner}", unquote(quoted))


def _boundary(store: Any, entity: Any) -> AttachedPolicy | None:
    held = entity.get("PermissionsBoundary")
    return managed(store, held["PermissionsBoundaryArn"]) if held else None


def managed(store: Any, arn: str) -> AttachedPolicy:
    """Return a managed policy, AWS's or the account's own; one without statements if it's gone."""
    return _managed(arn, _quoted(store, arn))


def managed_document(store: Any, arn: str) -> str:
    """Return the document of a managed policy's default version; empty if there is none."""
    return unquote(_quoted(store, arn))


@lru_cache(maxsize=4096)
def _managed(arn: str, quoted: str) -> AttachedPolicy:
    return attached(arn, unquote(quoted), arn)


def _quoted(store: Any, arn: str) -> str:
    entity = store.MANAGED_POLICIES.get(arn) if store else None
    if entity is not None:
        return str(entity.versions[entity.policy["DefaultVersionId"]]["Document"])
    if ":iam::aws:policy/" in arn:
        return _aws_managed().get(arn.rpartition("/")[2], "")
    return ""


@cache
def _aws_managed() -> dict[str, str]:
    file = files("localstack.services.iam") / "resources" / "aws_managed_policies.json"
    return {
        name: quote(json.dumps(policy["Document"]))
        for name, policy in json.loads(file.read_text(encoding="utf-8")).items()
    }
