"""Reads durable executions through AWS's API, on any target that has it.

Inputs, results and the words of errors are dropped as they arrive: nothing keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from .events import events_of, short, utc
from .folding import function_of, timeline_of
from .model import Timeline

PAGE: Final = 1000
_DATA: Final = ("InputPayload", "Result")


@dataclass(frozen=True)
class Found:
    """An execution as a listing names it.

    Attributes:
        arn: Its ARN.
        name: Its name.
        function: The function's name.
        status: AWS's word.
        start: When it began.
        end: When it ended; None while it is open.
    """

    arn: str
    name: str
    function: str
    status: str
    start: datetime
    end: datetime | None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


def found_in(summary: Mapping[str, Any]) -> Found:
    """Read what a listing says of an execution."""
    arn, ended = summary["DurableExecutionArn"], summary.get("EndTimestamp")
    return Found(
        arn=arn,
        name=short(summary["DurableExecutionName"]),
        function=function_of(arn)[0],
        status=summary["Status"],
        start=utc(summary["StartTimestamp"]),
        end=utc(ended) if ended else None,
    )


def durable_functions(client: Any) -> Iterator[str]:
    """Yield the names of an account's durable functions in the client's region.

    Args:
        client: A boto3 client of Lambda.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
    """
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("DurableConfig"):
                yield function["FunctionName"]


def executions_of(
    client: Any,
    function: str,
    *,
    name: str | None = None,
    since: datetime | None = None,
    most: int | None = None,
) -> list[Found]:
    """Return a function's executions of all its versions, the oldest first.

    Args:
        client: A boto3 client of Lambda.
        function: The function's name.
        name: Only those that are called so.
        since: Only those that began at this moment or later.
        most: How many are read of each version at most.

    Raises:
        ResourceNotFoundException: There is no such function.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListDurableExecutionsByFunction.html
    """
    asked: dict[str, Any] = {"FunctionName": function}
    asked |= {} if name is None else {"DurableExecutionName": name}
    asked |= {} if since is None else {"StartedAfter": since}
    found: dict[str, Found] = {}
    # A listing names the executions of one version; of $LATEST where none is asked for.
    for version in _versions(client, function):
        pages = client.get_paginator("list_durable_executions_by_function").paginate(
            **asked, Qualifier=version
        )
        listed = (one for page in pages for one in page["DurableExecutions"])
        for one in islice(listed, most):
            if name in (None, one["DurableExecutionName"]):
                found[one["DurableExecutionArn"]] = found_in(one)
    return sorted(found.values(), key=lambda one: (one.start, one.arn))


def read_timeline(
    client: Any, arn: str, *, now: datetime | None = None, most_events: int | None = None
) -> Timeline:
    """Read an execution and its history.

    Args:
        client: A boto3 client of Lambda, of the execution's account and region.
        arn: The execution's ARN.
        now: The target's time, up to which an open execution is drawn.
        most_events: How many events are read at most.

    Raises:
        ResourceNotFoundException: There is no such execution.
    """
    execution = client.get_durable_execution(DurableExecutionArn=arn)
    execution = {name: value for name, value in execution.items() if name not in _DATA}
    history, is_cut = _history(client, arn, most_events, with_data=False)
    if any(event.has_error and not event.error for event in events_of(history)):
        # What kind of error it was is data to AWS. It comes with the results, which are let go.
        history, is_cut = _history(client, arn, most_events, with_data=True)
    return timeline_of(execution, history, now=now, is_cut=is_cut)


def _history(
    client: Any, arn: str, most: int | None, *, with_data: bool
) -> tuple[list[dict[str, Any]], bool]:
    """Return events without what they carry, and whether there are more."""
    pages = client.get_paginator("get_durable_execution_history").paginate(
        DurableExecutionArn=arn, IncludeExecutionData=with_data, PaginationConfig={"PageSize": PAGE}
    )
    events = (_bare(event) for page in pages for event in page["Events"])
    read = list(islice(events, most))
    return read, next(events, None) is not None


def _bare(event: Mapping[str, Any]) -> dict[str, Any]:
    bare = dict(event)
    member = f"{event['EventType']}Details"
    details = dict(event.get(member) or {})
    for name in ("Input", "Result"):
        details.pop(name, None)
    if told := (details.get("Error") or {}).get("Payload"):
        details["Error"] = {"Payload": {"ErrorType": told.get("ErrorType")}}
    bare[member] = details
    return bare


def _versions(client: Any, function: str) -> Iterator[str]:
    for page in client.get_paginator("list_versions_by_function").paginate(FunctionName=function):
        yield from (version["Version"] for version in page["Versions"])
