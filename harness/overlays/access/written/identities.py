"""Which principals there are, for policies that name them."""

from __future__ import annotations

from harness.overlays.access.stores import iam_store


def exists(kind: str, name: str) -> bool:
    """Say whether a policy can name a principal: a user or role that isn't there it can't.

    Args:
        kind: `AWS` or `Service`.
        name: An ARN, or a service's name.
    """
    if kind == "Service":
        return True
    account, resource = name.split(":", 5)[4:]
    sort, _, path = resource.partition("/")
    last = path.rpartition("/")[2]
    store = iam_store(account)
    match sort:
        case "role":
            entity = store.ROLES.get(last) if store else None
            is_linked = path.startswith("aws-service-role/")
            return is_linked or bool(entity and entity.role["Arn"] == name)
        case "user":
            entity = store.USERS.get(last) if store else None
            return bool(entity and entity.user["Arn"] == name)
    # The account's root user, sessions and federated users needn't be there yet.
    return True
