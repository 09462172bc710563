"""Requests that are several: each part is allowed or denied on its own. Pure.

A part is the name of an action and the parameters that it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from .arns import Parameters

Part = tuple[str, Parameters]

_STATEMENT: Final = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_TABLE: Final = re.compile(
    r'(?:FROM|INTO|UPDATE)\s+"?([\w.:/-]+)"?(?:\."([\w.-]+)")?', re.IGNORECASE
)
_LISTS: Final = {
    "AlarmNames": "AlarmName",
    "DashboardNames": "DashboardName",
    "Names": "Name",
    "RuleNames": "RuleName",
    "logGroupNames": "logGroupName",
    "logGroupIdentifiers": "logGroupIdentifier",
}
"""Parameters that list what another request names one of."""


def parts_of(action: str, operation: str, parameters: Parameters) -> list[Part]:
    """Return the parts of a request; most are one.

    Args:
        action: The operation's action, such as `dynamodb:BatchGetItem`.
        operation: The operation's name.
        parameters: The request's.
    """
    prefix = action.partition(":")[0]
    if several := _SEVERAL.get(f"{prefix}:{operation}"):
        return list(several(action, parameters))
    for several_name, one in _LISTS.items():
        values = parameters.get(several_name)
        if isinstance(values, list) and values and all(isinstance(v, str) for v in values):
            return [(action, {**parameters, one: value}) for value in values]
    return [(action, parameters)]


def _deleted_objects(action: str, parameters: Parameters) -> Iterator[Part]:
    for one in (parameters.get("Delete") or {}).get("Objects") or ():
        version = "s3:DeleteObjectVersion" if one.get("VersionId") else action
        yield version, {"Bucket": parameters.get("Bucket"), "Key": one.get("Key")}


def _one_object(action: str, parameters: Parameters) -> Iterator[Part]:
    yield f"{action}Version" if parameters.get("VersionId") else action, parameters


def _copied_object(action: str, parameters: Parameters) -> Iterator[Part]:
    yield action, parameters
    source = parameters.get("CopySource") or ""
    if isinstance(source, Mapping):
        source = f"{source.get('Bucket')}/{source.get('Key')}"
    bucket, _, key = unquote(source.partition("?")[0]).lstrip("/").partition("/")
    read = "s3:GetObjectVersion" if "versionId=" in str(source) else "s3:GetObject"
    yield read, {"Bucket": bucket, "Key": key}


def _reencrypted(action: str, parameters: Parameters) -> Iterator[Part]:
    if action.endswith("From"):
        source = {"KeyId": parameters.get("SourceKeyId")}
        context = parameters.get("SourceEncryptionContext")
        blob = parameters.get("CiphertextBlob")
        yield action, {**source, "CiphertextBlob": blob, "EncryptionContext": context}
    else:
        context = parameters.get("DestinationEncryptionContext")
        key = parameters.get("DestinationKeyId")
        yield action, {"KeyId": key, "EncryptionContext": context}


def _events(action: str, parameters: Parameters) -> Iterator[Part]:
    buses: dict[Any, Parameters] = {}
    for entry in parameters.get("Entries") or ():
        key = (entry.get("EventBusName"), entry.get("Source"), entry.get("DetailType"))
        buses[key] = {
            "EventBusName": entry.get("EventBusName"),
            "source": entry.get("Source"),
            "detail-type": entry.get("DetailType"),
        }
    yield from ((action, one) for one in buses.values())


def _tables(action: str, parameters: Parameters) -> Iterator[Part]:
    for table in parameters.get("RequestItems") or {}:
        yield action, {"TableName": table}


def _transaction(action: str, parameters: Parameters) -> Iterator[Part]:
    names = {
        "Get": "GetItem",
        "Put": "PutItem",
        "Update": "UpdateItem",
        "Delete": "DeleteItem",
        "ConditionCheck": "ConditionCheckItem",
    }
    seen = set()
    for item in parameters.get("TransactItems") or ():
        for kind, one in item.items():
            table = (one or {}).get("TableName")
            if kind in names and (kind, table) not in seen:
                seen.add((kind, table))
                yield f"dynamodb:{names[kind]}", {"TableName": table}


def _partiql(action: str, parameters: Parameters) -> Iterator[Part]:
    several = parameters.get("Statements") or parameters.get("TransactStatements")
    for one in several or [parameters]:
        statement = one.get("Statement") or ""
        kind, table = _STATEMENT.match(statement), _TABLE.search(statement)
        named = {"TableName": table[1], "IndexName": table[2]} if table else {}
        yield f"dynamodb:PartiQL{kind[1].title() if kind else 'Select'}", named


_SEVERAL: Final[dict[str, Callable[[str, Parameters], Iterator[Part]]]] = {
    "dynamodb:BatchExecuteStatement": _partiql,
    "dynamodb:BatchGetItem": _tables,
    "dynamodb:BatchWriteItem": _tables,
    "dynamodb:ExecuteStatement": _partiql,
    "dynamodb:ExecuteTransaction": _partiql,
    "dynamodb:TransactGetItems": _transaction,
    "dynamodb:TransactWriteItems": _transaction,
    "events:PutEvents": _events,
    "kms:ReEncrypt": _reencrypted,
    "s3:CopyObject": _copied_object,
    "s3:DeleteObject": _one_object,
    "s3:DeleteObjects": _deleted_objects,
    "s3:GetObject": _one_object,
    "s3:GetObjectAcl": _one_object,
    "s3:GetObjectTagging": _one_object,
    "s3:HeadObject": _one_object,
    "s3:UploadPartCopy": _copied_object,
}
