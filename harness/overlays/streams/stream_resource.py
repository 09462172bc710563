"""The resource type AWS::Kinesis::Stream, with all of its properties and with updates.

LocalStack's own passes over retention, encryption and tags, makes every stream one on demand and
updates none.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html
"""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

TYPE = "AWS::Kinesis::Stream"
_REFUSED = ("DesiredShardLevelMetrics", "MaxRecordSizeInKiB", "WarmThroughputMiBps")


class StreamResourceProvider(ResourceProvider):  # type: ignore[misc]
    """Makes streams through Kinesis's own API."""

    TYPE = TYPE
    SCHEMA: ClassVar[dict[str, Any]] = {
        "typeName": TYPE,
        "properties": {
            "Arn": {"type": "string"},
            "Name": {"type": "string"},
            "RetentionPeriodHours": {"type": "integer"},
            "ShardCount": {"type": "integer"},
            "StreamEncryption": {"type": "object"},
            "StreamModeDetails": {"type": "object"},
            "Tags": {"type": "array"},
            **{name: {} for name in _REFUSED},
        },
        "createOnlyProperties": ["/properties/Name"],
        "readOnlyProperties": ["/properties/Arn"],
        "primaryIdentifier": ["/properties/Name"],
        "additionalProperties": False,
    }

    def create(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model, kinesis = request.desired_state, request.aws_client_factory.kinesis
        if refusal := _refusal(model):
            return refusal
        if not model.get("Name"):
            model["Name"] = generate_default_name(request.stack_name, request.logical_resource_id)
        mode = _mode(model)
        shards = {"ShardCount": int(model.get("ShardCount", 1))} if mode == "PROVISIONED" else {}
        kinesis.create_stream(
            StreamName=model["Name"], StreamModeDetails={"StreamMode": mode}, **shards
        )
        summary = kinesis.describe_stream_summary(StreamName=model["Name"])
        model["Arn"] = summary["StreamDescriptionSummary"]["StreamARN"]
        try:
            self._arrange(kinesis, model, {})
        except ClientError:
            kinesis.delete_stream(StreamName=model["Name"])
            raise
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def update(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        model, before = request.desired_state, request.previous_state
        kinesis = request.aws_client_factory.kinesis
        if refusal := _refusal(model):
            return refusal
        model["Name"], model["Arn"] = before["Name"], before["Arn"]
        mode = _mode(model)
        if mode != _mode(before):
            kinesis.update_stream_mode(
                StreamARN=model["Arn"], StreamModeDetails={"StreamMode": mode}
            )
        if mode == "PROVISIONED" and "ShardCount" in model:
            kinesis.update_shard_count(
                StreamARN=model["Arn"],
                TargetShardCount=int(model["ShardCount"]),
                ScalingType="UNIFORM_SCALING",
            )
        self._arrange(kinesis, model, before)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def delete(self, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
        kinesis, name = request.aws_client_factory.kinesis, request.desired_state["Name"]
        # Somebody else may have deleted it, which is as well.
        with contextlib.suppress(kinesis.exceptions.ResourceNotFoundException):
            kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

    def _arrange(self, kinesis: Any, model: dict[str, Any], before: dict[str, Any]) -> None:
        """Make what is beside shards as a template says, from what a former one said."""
        arn = model["Arn"]
        hours, present = (int(one.get("RetentionPeriodHours", 24)) for one in (model, before))
        if hours > present:
            kinesis.increase_stream_retention_period(StreamARN=arn, RetentionPeriodHours=hours)
        elif hours < present:
            kinesis.decrease_stream_retention_period(StreamARN=arn, RetentionPeriodHours=hours)
        wanted, given = model.get("StreamEncryption"), before.get("StreamEncryption")
        if wanted and wanted != given:
            kinesis.start_stream_encryption(StreamARN=arn, **wanted)
        elif given and not wanted:
            kinesis.stop_stream_encryption(StreamARN=arn, **given)
        tags, old = _tags(model), _tags(before)
        if gone := sorted(old.keys() - tags.keys()):
            kinesis.remove_tags_from_stream(StreamARN=arn, TagKeys=gone)
        if tags:
            kinesis.add_tags_to_stream(StreamARN=arn, Tags=tags)


def _mode(model: dict[str, Any]) -> str:
    return str((model.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED"))


def _tags(model: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in model.get("Tags") or []}


def _refusal(model: dict[str, Any]) -> ProgressEvent[Any] | None:
    for name in _REFUSED:
        if model.get(name):
            return ProgressEvent(
                status=OperationStatus.FAILED,
                resource_model=model,
                error_code="NotUpdatable",
                message=f"The emulator doesn't serve {name} of {TYPE}.",
            )
    return None
