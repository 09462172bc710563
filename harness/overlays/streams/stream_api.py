"""Making, describing and changing streams.

Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext
from localstack.aws.api.kinesis import (
    InvalidArgumentException,
    KMSNotFoundException,
    ResourceInUseException,
    ResourceNotFoundException,
    ValidationException,
)
from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn

from . import describing
from .judging import Members, operation
from .store import account_of, found, streams_of
from .stream import ON_DEMAND_SHARDS, Stream

MOST_HOURS: Final = 8760
LEAST_HOURS: Final = 24
MOST_SHARDS_DESCRIBED: Final = 100
MOST_STREAMS_LISTED: Final = 100
MOST_TAGS: Final = 50


class StreamApi:
    """The operations on streams as wholes."""

    @operation("CreateStream")
    def create_stream(self, context: RequestContext, members: Members) -> None:
        name, account, region = members["StreamName"], context.account_id, context.region
        streams = streams_of(account, region)
        for member in ("WarmThroughputMiBps", "MaxRecordSizeInKiB"):
            if member in members:
                raise ValidationException(f"The emulator doesn't serve {member} of CreateStream.")
        if name in streams:
            raise ResourceInUseException(f"Stream {name} under account {account} already exists.")
        mode = members.get("StreamModeDetails", {}).get("StreamMode")
        is_on_demand = mode == "ON_DEMAND" if mode else "ShardCount" not in members
        if not is_on_demand and "ShardCount" not in members:
            raise ValidationException("ShardCount is required for a stream in PROVISIONED mode.")
        arn = f"arn:{context.partition}:kinesis:{region}:{account}:stream/{name}"
        stream = Stream(name, arn, is_on_demand, tags=dict(members.get("Tags", {})))
        stream.start(ON_DEMAND_SHARDS if is_on_demand else members["ShardCount"])
        streams[name] = stream

    @operation("DeleteStream")
    def delete_stream(self, context: RequestContext, members: Members) -> None:
        stream = found(context, members)
        if stream.consumers and not members.get("EnforceConsumerDeletion"):
            raise ResourceInUseException(
                f"Stream {stream.name} under account {account_of(stream)} has registered consumers."
            )
        parts = parse_arn(stream.arn)
        with stream.changed:
            del streams_of(parts["account"], parts["region"])[stream.name]
            stream.delete()

    @operation("DescribeStream")
    def describe_stream(self, context: RequestContext, members: Members) -> Members:
        stream = found(context, members)
        with stream.changed:
            stream.forget_old()
            after = members.get("ExclusiveStartShardId", "")
            shards = [shard for shard in stream.shards if shard.id > after]
            page = shards[: members.get("Limit", MOST_SHARDS_DESCRIBED)]
            has_more = len(page) < len(shards)
            return {"StreamDescription": describing.stream_with_shards(stream, page, has_more)}

    @operation("DescribeStreamSummary")
    def describe_stream_summary(self, context: RequestContext, members: Members) -> Members:
        stream = found(context, members)
        with stream.changed:
            return {"StreamDescriptionSummary": describing.stream_summary(stream)}

    @operation("ListStreams")
    def list_streams(self, context: RequestContext, members: Members) -> Members:
        after = members.get("ExclusiveStartStreamName") or members.get("NextToken", "")
        streams = streams_of(context.account_id, context.region)
        names = sorted(name for name in streams if name > after)
        page = names[: members.get("Limit", MOST_STREAMS_LISTED)]
        listed: Members = {
            "StreamNames": page,
            "HasMoreStreams": len(page) < len(names),
            "StreamSummaries": [describing.stream_in_list(streams[name]) for name in page],
        }
        return listed | ({"NextToken": page[-1]} if listed["HasMoreStreams"] else {})

    @operation("DescribeLimits")
    def describe_limits(self, context: RequestContext, members: Members) -> Members:
        streams = list(streams_of(context.account_id, context.region).values())
        on_demand = [stream for stream in streams if stream.is_on_demand]
        provisioned = [stream for stream in streams if not stream.is_on_demand]
        return {
            "ShardLimit": 500,
            "OpenShardCount": sum(len(stream.open_shards()) for stream in provisioned),
            "OnDemandStreamCount": len(on_demand),
            "OnDemandStreamCountLimit": 50,
        }

    @operation("IncreaseStreamRetentionPeriod")
    def increase_stream_retention_period(self, context: RequestContext, members: Members) -> None:
        stream, hours = _stream_and_hours(context, members)
        if hours < stream.retention_hours:
            raise _retention(stream, hours, "shorter", "DecreaseRetentionPeriod")
        stream.retention_hours = hours

    @operation("DecreaseStreamRetentionPeriod")
    def decrease_stream_retention_period(self, context: RequestContext, members: Members) -> None:
        stream, hours = _stream_and_hours(context, members)
        if hours > stream.retention_hours:
            raise _retention(stream, hours, "longer", "IncreaseRetentionPeriod")
        stream.retention_hours = hours

    @operation("UpdateStreamMode")
    def update_stream_mode(self, context: RequestContext, members: Members) -> None:
        if "WarmThroughputMiBps" in members:
            raise ValidationException("The emulator doesn't serve warm throughput.")
        mode = members["StreamModeDetails"]["StreamMode"]
        found(context, members).is_on_demand = mode == "ON_DEMAND"

    @operation("StartStreamEncryption")
    def start_stream_encryption(self, context: RequestContext, members: Members) -> None:
        stream, key = found(context, members), members["KeyId"]
        kms = connect_to(aws_access_key_id=context.account_id, region_name=context.region).kms
        try:
            kms.describe_key(KeyId=key)
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "NotFoundException":
                raise
            raise KMSNotFoundException(problem.response["Error"]["Message"]) from problem
        stream.key_id = key

    @operation("StopStreamEncryption")
    def stop_stream_encryption(self, context: RequestContext, members: Members) -> None:
        found(context, members).key_id = None

    @operation("AddTagsToStream")
    def add_tags_to_stream(self, context: RequestContext, members: Members) -> None:
        _add_tags(found(context, members), members["Tags"])

    @operation("RemoveTagsFromStream")
    def remove_tags_from_stream(self, context: RequestContext, members: Members) -> None:
        _remove_tags(found(context, members), members["TagKeys"])

    @operation("ListTagsForStream")
    def list_tags_for_stream(self, context: RequestContext, members: Members) -> Members:
        tags = found(context, members).tags
        after = members.get("ExclusiveStartTagKey", "")
        keys = sorted(key for key in tags if key > after)
        page = keys[: members.get("Limit", MOST_TAGS)]
        return {"Tags": _listed(tags, page), "HasMoreTags": len(page) < len(keys)}

    @operation("TagResource")
    def tag_resource(self, context: RequestContext, members: Members) -> None:
        _add_tags(_tagged(context, members), members["Tags"])

    @operation("UntagResource")
    def untag_resource(self, context: RequestContext, members: Members) -> None:
        _remove_tags(_tagged(context, members), members["TagKeys"])

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, context: RequestContext, members: Members) -> Members:
        tags = _tagged(context, members).tags
        return {"Tags": _listed(tags, sorted(tags))}


def _stream_and_hours(context: RequestContext, members: Members) -> tuple[Stream, int]:
    stream, hours = found(context, members), members["RetentionPeriodHours"]
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        least_or_most = (
            f"Minimum allowed retention period is {LEAST_HOURS} hours. "
            f"Requested retention period ({hours} hours) is too short."
            if hours < LEAST_HOURS
            else f"Maximum allowed retention period is {MOST_HOURS} hours. "
            f"Requested retention period ({hours} hours) is too long."
        )
        raise InvalidArgumentException(least_or_most)
    return stream, hours


def _retention(stream: Stream, hours: int, than: str, other: str) -> InvalidArgumentException:
    return InvalidArgumentException(
        f"Requested retention period ({hours} hours) for stream {stream.name} can not be {than} "
        f"than existing retention period ({stream.retention_hours} hours). Use {other} API."
    )


def _tagged(context: RequestContext, members: Members) -> Any:
    """Return what has the tags: a stream. Consumers with tags aren't served."""
    if "/consumer/" in members["ResourceARN"]:
        raise ResourceNotFoundException("The emulator doesn't serve tags of consumers.")
    return found(context, members)


def _add_tags(stream: Stream, tags: dict[str, str]) -> None:
    if len(stream.tags | tags) > MOST_TAGS:
        raise InvalidArgumentException(
            f"Failed to add tags to stream {stream.name} under account {account_of(stream)} "
            f"because a given stream cannot have more than {MOST_TAGS} tags associated with it."
        )
    stream.tags.update(tags)


def _remove_tags(stream: Stream, keys: list[str]) -> None:
    for key in keys:
        stream.tags.pop(key, None)


def _listed(tags: dict[str, str], keys: list[str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in keys]
