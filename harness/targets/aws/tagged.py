"""Finds what bears the harness's tags, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from .arns import named_by
from .creations import BUCKET, FUNCTION, LOG_GROUP, STACK
from .journal import State, Thing
from .kinds.monitoring import group_arn
from .kinds.storage import bucket_tags
from .ownership import OWNER_TAG, RUN_TAG
from .problems import of_access
from .stack_removal import stack_tags

_STACK_TAG: Final = "aws:cloudformation:stack-id"
"""AWS's own tag of what a stack has made."""


@dataclass(frozen=True)
class Tagged:
    """A thing with our tags.

    Attributes:
        thing: The thing.
        run: The run that it is tagged with.
        owner: The user that it is tagged with.
        stack: ARN of the stack that has it, empty when none does.
    """

    thing: Thing
    run: str
    owner: str
    stack: str = ""


Client = Callable[[str], Any]
Found = tuple[str, str, Mapping[str, str]]
"""Kind, id and tags."""


def tagged_things(client: Client, account: str, region: str) -> list[Tagged]:
    """Return everything in an account and region that bears a run's tag.

    Stacks are read from CloudFormation, everything else from the Resource Groups Tagging API;
    where that doesn't answer, buckets, functions and log groups from their own services.

    Args:
        client: Returns a client of the account and region, by service.
        account: The account's id.
        region: The region.

    Raises:
        HarnessError: The credentials or the network are gone.
    """
    found: dict[tuple[str, str], Tagged] = {}
    for kind, named, tags in _found(client):
        if RUN_TAG not in tags:
            continue
        found[kind, named] = Tagged(
            Thing(kind, account, region, named, State.CREATED, by="tag"),
            run=tags[RUN_TAG],
            owner=tags.get(OWNER_TAG, ""),
            stack=tags.get(_STACK_TAG, ""),
        )
    return list(found.values())


def _found(client: Client) -> Iterator[Found]:
    yield from _readable(_stacks, client)
    by_tag = list(_readable(_by_tag, client))
    yield from by_tag
    if not by_tag:
        for source in (_functions, _log_groups, _buckets):
            yield from _readable(source, client)


def _readable(source: Callable[[Client], Iterator[Found]], client: Client) -> Iterator[Found]:
    try:
        yield from source(client)
    except (ClientError, BotoCoreError) as problem:
        # One service that is denied, or not there, hides nothing of the others.
        if said := of_access(problem):
            raise said from problem


def _stacks(client: Client) -> Iterator[Found]:
    cloudformation = client("cloudformation")
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            is_nested = bool(stack.get("ParentId"))
            if stack["StackStatus"] != "DELETE_COMPLETE" and not is_nested:
                yield STACK, stack["StackId"], stack_tags(cloudformation, stack)


def _by_tag(client: Client) -> Iterator[Found]:
    pages = client("resourcegroupstaggingapi").get_paginator("get_resources")
    for page in pages.paginate(TagFilters=[{"Key": RUN_TAG}]):
        for one in page["ResourceTagMappingList"]:
            kind, named = named_by(one["ResourceARN"])
            tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
            # Stacks are told by CloudFormation itself: here deleted ones may linger.
            if kind != STACK:
                yield kind, named, tags


def _functions(client: Client) -> Iterator[Found]:
    functions = client("lambda")
    for page in functions.get_paginator("list_functions").paginate():
        for one in page["Functions"]:
            tags = functions.list_tags(Resource=one["FunctionArn"]).get("Tags") or {}
            yield FUNCTION, one["FunctionName"], tags


def _log_groups(client: Client) -> Iterator[Found]:
    logs = client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for one in page["logGroups"]:
            tags = logs.list_tags_for_resource(resourceArn=group_arn(one)).get("tags") or {}
            yield LOG_GROUP, one["logGroupName"], tags


def _buckets(client: Client) -> Iterator[Found]:
    s3 = client("s3")
    for one in s3.list_buckets()["Buckets"]:
        try:
            yield BUCKET, one["Name"], bucket_tags(s3, one["Name"])
        except ClientError:
            continue  # in another region, or not for this caller
