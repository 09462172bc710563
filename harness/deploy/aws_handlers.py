"""What CloudFormation calls on the caller's behalf to make, read and delete a type of resource.

The registry's schema of a type lists it. The emulator's Python environment has the schemas of all
public types, with cfn-lint; they are read there as files.

Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from harness.emulator.environment import install_emulator
from harness.errors import HarnessError

_FOLDER: Final = Path("cfnlint") / "data" / "schemas" / "resources"
_HANDLERS: Final = ("create", "read", "update", "delete", "list")
_PREFIXES: Final = {"kinesisfirehose": "firehose", "stepfunctions": "states"}
"""By the type's service, where the prefix of actions is another word."""
_BESIDE: Final = {
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
    "AWS::Logs::DeliverySource": frozenset({"events:AllowVendedLogDeliveryForResource"}),
}
"""Actions that a schema doesn't list: which one it is depends on whose logs are delivered."""
_ACTION: Final = re.compile(r"[a-z0-9-]+:[A-Za-z]+")


def handler_actions(types: Iterable[str]) -> set[str]:
    """Return the actions that the handlers of types need.

    Left out are those of services that none of the types belongs to: keys, networks and file
    systems that a resource may be given, and isn't here.

    Args:
        types: Such as `AWS::SQS::Queue`.

    Raises:
        HarnessError: A type has no schema.
    """
    wanted = set(types)
    schemas = {kind: schema for kind, schema in _schemas() if kind in wanted}
    if missing := sorted(wanted - schemas.keys()):
        raise HarnessError(
            f"What CloudFormation calls for {missing[0]} isn't known: it has no schema.",
            'Update the emulator\'s Python environment ("harness install").',
        )
    actions = {
        action
        for schema in schemas.values()
        for name in _HANDLERS
        for action in schema.get("handlers", {}).get(name, {}).get("permissions", ())
    }
    actions = {_spelled(action) for action in actions if _ACTION.fullmatch(_spelled(action))}
    for kind in wanted & _BESIDE.keys():
        actions |= _BESIDE[kind]
    own = {_prefix_of(kind) for kind in wanted} | {"iam"}
    return {action for action in actions if action.partition(":")[0] in own}


def _schemas() -> Iterable[tuple[str, dict[str, Any]]]:
    for file in sorted((install_emulator().site_packages / _FOLDER).glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        yield schema["typeName"], schema


def _spelled(action: str) -> str:
    service, _, name = action.partition(":")
    return f"{service.lower()}:{name}"


def _prefix_of(kind: str) -> str:
    service = kind.split("::")[1].lower()
    return _PREFIXES.get(service, service)
