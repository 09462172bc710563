"""moto's answers in AWS's shape: without what wasn't asked for, with what is missing.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from typing import Any, Final

_STATUS: Final = {"CreateTable": "CREATING", "DeleteTable": "DELETING"}

Members = dict[str, Any]


def shaped(operation: str, asked: Members, answer: Members) -> Members:
    """Return an answer as AWS gives it.

    Args:
        operation: The operation's name.
        asked: The request's members.
        answer: What moto answered.
    """
    answer = dict(answer)
    if asked.get("ReturnConsumedCapacity", "NONE") == "NONE":
        answer.pop("ConsumedCapacity", None)
    if asked.get("ReturnItemCollectionMetrics", "NONE") == "NONE":
        answer.pop("ItemCollectionMetrics", None)
    if answer.get("Attributes") == {}:
        del answer["Attributes"]
    for member in ("TableDescription", "Table"):
        if member in answer:
            answer[member] = _table(operation, asked, answer[member])
    return answer


def _table(operation: str, asked: Members, table: Members) -> Members:
    table = {**table, "TableStatus": _STATUS.get(operation, table["TableStatus"])}
    _billing(operation, table)
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = [_index(table["TableArn"], index) for index in table.pop(kind, None) or []]
        if indexes:
            table[kind] = indexes
    if operation == "DeleteTable" or (operation == "CreateTable" and "WarmThroughput" not in asked):
        table.pop("WarmThroughput", None)
    return table


def _billing(operation: str, table: Members) -> None:
    summary = table.pop("BillingModeSummary", {})
    if summary.get("BillingMode") != "PAY_PER_REQUEST":
        return
    table["BillingModeSummary"] = dict(summary)
    if operation != "CreateTable":
        changed = summary.get("LastUpdateToPayPerRequestDateTime", table["CreationDateTime"])
        table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = changed


def _index(table_arn: str, index: Members) -> Members:
    return {
        "IndexArn": f"{table_arn}/index/{index['IndexName']}",
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        **index,
    }
