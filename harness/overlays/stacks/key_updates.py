"""Updates of KMS keys in stacks.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from __future__ import annotations

import json
from typing import Any, Final

Model = dict[str, Any]

_FIXED: Final = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")


def update_key(clients: Any, model: Model, former: Model) -> None:
    """Change a key's policy, description, state, rotation and tags.

    Raises:
        ValueError: What can't be changed of a key would be.
    """
    for name in _FIXED:
        if model.get(name) != former.get(name):
            raise ValueError(f"You can't change the {name} of a KMS key after it is created.")
    kms, key = clients.kms, {"KeyId": former["KeyId"]}
    # A disabled key's rotation and description can't be changed.
    if model.get("Enabled", True) and not former.get("Enabled", True):
        kms.enable_key(**key)
    if model.get("Description") != former.get("Description"):
        kms.update_key_description(**key, Description=model.get("Description", ""))
    if model.get("EnableKeyRotation", False) != former.get("EnableKeyRotation", False):
        rotate = (
            kms.enable_key_rotation if model.get("EnableKeyRotation") else kms.disable_key_rotation
        )
        rotate(**key)
    if model.get("KeyPolicy") != former.get("KeyPolicy"):
        _put_policy(kms, key, model)
    _tag(kms, key, model, former)
    if not model.get("Enabled", True):
        kms.disable_key(**key)


def _put_policy(kms: Any, key: Model, model: Model) -> None:
    policy = model.get("KeyPolicy")
    if not policy:
        raise ValueError("A KMS key can't do without the KeyPolicy that it had.")
    kms.put_key_policy(**key, PolicyName="default", Policy=json.dumps(policy))


def _tag(kms: Any, key: Model, model: Model, former: Model) -> None:
    wanted, known = (
        {tag["Key"]: tag["Value"] for tag in state.get("Tags") or []} for state in (model, former)
    )
    if gone := known.keys() - wanted.keys():
        kms.untag_resource(**key, TagKeys=sorted(gone))
    if new := {name: value for name, value in wanted.items() if known.get(name) != value}:
        tags = [{"TagKey": name, "TagValue": value} for name, value in new.items()]
        kms.tag_resource(**key, Tags=tags)
