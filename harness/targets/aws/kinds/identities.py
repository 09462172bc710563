"""Roles, policies, keys: what decides who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .kind import Kind, Missing, Turn, as_mapping, last_part

PENDING_DAYS: Final = 7
"""KMS keeps a key that long at least; it isn't paid for.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""


def _delete_role(client: Any, which: str) -> None:
    name = last_part(which)
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for policy in page["AttachedPolicies"]:
            client.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for page in client.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            client.delete_role_policy(RoleName=name, PolicyName=policy)
    client.delete_role(RoleName=name)


def _policy_arn(client: Any, which: str) -> str:
    if which.startswith("arn:"):
        return which
    for page in client.get_paginator("list_policies").paginate(Scope="Local"):
        for policy in page["Policies"]:
            if policy["PolicyName"] == which:
                return str(policy["Arn"])
    raise Missing(which, "ListPolicies")


def _delete_policy(client: Any, which: str) -> None:
    arn = _policy_arn(client, which)
    for page in client.get_paginator("list_entities_for_policy").paginate(PolicyArn=arn):
        for role in page["PolicyRoles"]:
            client.detach_role_policy(RoleName=role["RoleName"], PolicyArn=arn)
    for page in client.get_paginator("list_policy_versions").paginate(PolicyArn=arn):
        for version in page["Versions"]:
            if not version["IsDefaultVersion"]:
                client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    client.delete_policy(PolicyArn=arn)


def _look_for_key(client: Any, which: str) -> Any:
    metadata = client.describe_key(KeyId=which)["KeyMetadata"]
    if metadata["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
        raise Missing(which, "DescribeKey")
    return metadata


def _keys(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in client.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            described = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if described["KeyManager"] == "CUSTOMER" and described["KeyState"] != "PendingDeletion":
                tags = client.list_resource_tags(KeyId=key["KeyId"])["Tags"]
                yield key["KeyId"], as_mapping(tags, "TagKey", "TagValue")


def _look_for_alias(client: Any, which: str) -> Any:
    for page in client.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == which:
                return alias
    raise Missing(which, "ListAliases")


KINDS: Final = {
    "AWS::IAM::Role": Kind(
        "iam",
        look=lambda client, which: client.get_role(RoleName=last_part(which)),
        delete=_delete_role,
        tags=lambda client, which: as_mapping(
            client.list_role_tags(RoleName=last_part(which)).get("Tags")
        ),
        turn=Turn.LOGS,
    ),
    "AWS::IAM::ManagedPolicy": Kind(
        "iam",
        look=lambda client, which: client.get_policy(PolicyArn=_policy_arn(client, which)),
        delete=_delete_policy,
        tags=lambda client, which: as_mapping(
            client.list_policy_tags(PolicyArn=_policy_arn(client, which)).get("Tags")
        ),
        turn=Turn.LOGS,
    ),
    "AWS::KMS::Key": Kind(
        "kms",
        look=_look_for_key,
        delete=lambda client, which: client.schedule_key_deletion(
            KeyId=which, PendingWindowInDays=PENDING_DAYS
        ),
        tags=lambda client, which: as_mapping(
            client.list_resource_tags(KeyId=which)["Tags"], "TagKey", "TagValue"
        ),
        find=_keys,
        turn=Turn.LAST,
    ),
    "AWS::KMS::Alias": Kind(
        "kms",
        look=_look_for_alias,
        delete=lambda client, which: client.delete_alias(AliasName=which),
        turn=Turn.LOGS,
    ),
}
