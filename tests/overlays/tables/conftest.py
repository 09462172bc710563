"""Tables of the module's account."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def dynamodb(aws: Callable[..., Any]) -> Any:
    return aws("dynamodb")


@pytest.fixture(scope="module")
def streams(aws: Callable[..., Any]) -> Any:
    return aws("dynamodbstreams")


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> Callable[..., str]:
    """Creates a table with the key `id`, or `id` and `at`: `table(sort="at", view="NEW_IMAGE")`."""
    numbers = itertools.count()

    def create(*, sort: str = "", view: str = "", **members: Any) -> str:
        name = f"table-{next(numbers)}"
        keys = [("id", "HASH"), *([(sort, "RANGE")] if sort else [])]
        if view:
            members["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            **members,
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name)
        return name

    return create
