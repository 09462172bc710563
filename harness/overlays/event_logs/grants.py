"""What CreateDelivery opens to log delivery by itself, as AWS does for who may.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-Firehose.html
"""

from __future__ import annotations

import json
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from moto.logs.models import DeliveryDestination, DeliverySource

from .delivery_rules import NOT_FOUND, RefusedError
from .destinations import CLOUDWATCH_LOGS, S3, Bucket, whole_suffix

PRINCIPAL: Final = "delivery.logs.amazonaws.com"
LOGS_POLICY: Final = "AWSLogDeliveryWrite20150319"
STREAM_TAG: Final = {"Key": "LogDeliveryEnabled", "Value": "true"}
BUCKET_STATEMENT: Final = "AWSLogDeliveryWrite"


def grant(
    source: DeliverySource, destination: DeliveryDestination, *, account: str, region: str
) -> None:
    """Let log delivery write to a destination.

    Args:
        source: What is delivered.
        destination: Where to; what it stands for has to be there.
        account: The source's.
        region: The source's.

    Raises:
        RefusedError: The log group, bucket or stream isn't there.
    """
    arn = destination.delivery_destination_configuration["destinationResourceArn"]
    owner = destination.arn.split(":")[4]
    clients = connect_to(aws_access_key_id=owner, region_name=region)
    try:
        if destination.delivery_destination_type == CLOUDWATCH_LOGS:
            _to_log_group(clients.logs, arn, account, region)
        elif destination.delivery_destination_type == S3:
            _to_bucket(clients.s3, Bucket.of(arn), arn, source, account)
        else:
            clients.firehose.tag_delivery_stream(
                DeliveryStreamName=arn.rsplit("/", 1)[-1],
                Tags=[STREAM_TAG],
            )
    except ClientError as refused:
        message = refused.response["Error"]["Message"]
        raise RefusedError(NOT_FOUND, f"{arn}: {message}") from refused


def _to_log_group(logs: Any, arn: str, account: str, region: str) -> None:
    group = arn.removesuffix(":*")
    name = group.split(":", 6)[6]
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    if name not in [one["logGroupName"] for one in found]:
        raise RefusedError(NOT_FOUND, f"The specified log group does not exist: {arn}")
    statement = {
        "Sid": f"{LOGS_POLICY}-{len(name)}-{name.strip('/').replace('/', '-')}",
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPAL},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"{group}:log-stream:*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region}:{account}:*"},
        },
    }
    known = {
        one["policyName"]: json.loads(one["policyDocument"])
        for one in logs.describe_resource_policies()["resourcePolicies"]
    }
    document = known.get(LOGS_POLICY) or {"Version": "2012-10-17", "Statement": []}
    if any(one["Resource"] == statement["Resource"] for one in document["Statement"]):
        return
    document["Statement"].append(statement)
    logs.put_resource_policy(policyName=LOGS_POLICY, policyDocument=json.dumps(document))


def _to_bucket(s3: Any, bucket: Bucket, arn: str, source: DeliverySource, account: str) -> None:
    try:
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket.name)["Policy"])
    except ClientError as missing:
        if missing.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        policy = {"Version": "2012-10-17", "Statement": []}
    prefix = bucket.prefix or whole_suffix("", arn).replace("{account-id}", account)
    resource = f"arn:aws:s3:::{bucket.name}/{prefix}*"
    for statement in policy["Statement"]:
        if statement.get("Sid") == BUCKET_STATEMENT and statement.get("Resource") == resource:
            sources = statement["Condition"]["ArnLike"]["aws:SourceArn"]
            if source.arn not in sources:
                sources.append(source.arn)
            break
    else:
        policy["Statement"].append(
            {
                "Sid": BUCKET_STATEMENT,
                "Effect": "Allow",
                "Principal": {"Service": PRINCIPAL},
                "Action": "s3:PutObject",
                "Resource": resource,
                "Condition": {
                    "StringEquals": {
                        "aws:SourceAccount": [account],
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    "ArnLike": {"aws:SourceArn": [source.arn]},
                },
            }
        )
    s3.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))
