"""DynamoDB's time to live on the clock: items that have expired are deleted, hour by hour.

LocalStack has such a worker, switched off. AWS deletes within a few days.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from localstack.services.dynamodb.models import dynamodb_stores
from localstack.services.dynamodb.v2.provider import DynamoDBProvider, delete_expired_items

from harness.overlays.core import clock, extends

PERIOD_SECONDS: Final = 3600
_lock: Final = threading.Lock()
_timer: clock.Timer | None = None


@extends(DynamoDBProvider.update_time_to_live, written_for="1ec93fba5f6d")
def update_time_to_live(
    upstream: Callable[..., Any], self: DynamoDBProvider, *args: Any, **kwargs: Any
) -> Any:
    answer = upstream(self, *args, **kwargs)
    with _lock:
        if _timer is None:
            _arm()
    return answer


def _arm() -> None:
    global _timer
    _timer = None
    # No timer where no table asks for it: a year of looking at nothing is 8,760 of them.
    if any(
        specification.get("Enabled") and table in store.table_definitions
        for _, _, store in dynamodb_stores.iter_stores()
        for table, specification in store.ttl_specifications.items()
    ):
        at = clock.now() + PERIOD_SECONDS
        _timer = clock.schedule(at, _delete_expired, what="time to live of DynamoDB's items")


def _delete_expired() -> None:
    with _lock:
        _arm()
    delete_expired_items()
