"""Buckets, tables, secrets, parameters: what keeps data."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError

from .kind import Kind, Turn, as_mapping, is_gone, last_part

MOST_KEYS: Final = 1000  # of one DeleteObjects


def empty_bucket(client: Any, bucket: str) -> None:
    """Delete all that a bucket holds: every version, delete marker, and unfinished upload.

    Raises:
        ClientError: The bucket is gone, or something in it can't be deleted.
    """
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads") or ():
            client.abort_multipart_upload(
                Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
            )
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        for start in range(0, len(objects), MOST_KEYS):
            _delete_objects(client, bucket, objects[start : start + MOST_KEYS])


def _delete_objects(client: Any, bucket: str, objects: list[dict[str, str]]) -> None:
    answer = client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if errors := answer.get("Errors"):
        first = errors[0]
        message = f"{first.get('Key')}: {first.get('Message') or first.get('Code')}"
        raise ClientError(
            {"Error": {"Code": first.get("Code", ""), "Message": message}}, "DeleteObjects"
        )


def _delete_bucket(client: Any, which: str) -> None:
    empty_bucket(client, which)
    client.delete_bucket(Bucket=which)


def bucket_tags(client: Any, which: str) -> dict[str, str]:
    """Return a bucket's tags; AWS has an error for a bucket without any."""
    try:
        return as_mapping(client.get_bucket_tagging(Bucket=which)["TagSet"])
    except ClientError as problem:
        if problem.response["Error"].get("Code") == "NoSuchTagSet":
            return {}
        raise


def _object(which: str) -> dict[str, str]:
    bucket, _, key = which.partition("/")
    return {"Bucket": bucket, "Key": key}


def _delete_object(client: Any, which: str) -> None:
    named = _object(which)
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=named["Bucket"], Prefix=named["Key"]
    )
    for page in pages:
        for one in [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]:
            if one["Key"] == named["Key"]:
                client.delete_object(**named, VersionId=one["VersionId"])


def _secret_tags(client: Any, which: str) -> dict[str, str]:
    return as_mapping(client.describe_secret(SecretId=which).get("Tags"))


def _look_for_secret(client: Any, which: str) -> Any:
    described = client.describe_secret(SecretId=which)
    if described.get("DeletedDate"):
        raise ClientError({"Error": {"Code": "NotFound", "Message": "deleted"}}, "DescribeSecret")
    return described


def _table_tags(client: Any, which: str) -> dict[str, str]:
    arn = client.describe_table(TableName=last_part(which))["Table"]["TableArn"]
    return as_mapping(client.list_tags_of_resource(ResourceArn=arn)["Tags"])


def _look_for_object(client: Any, which: str) -> Any:
    try:
        return client.head_object(**_object(which))
    except ClientError as problem:
        if is_gone(problem):
            return _look_for_versions(client, which)
        raise


def _look_for_versions(client: Any, which: str) -> Any:
    named = _object(which)
    answer = client.list_object_versions(Bucket=named["Bucket"], Prefix=named["Key"])
    for one in [*(answer.get("Versions") or ()), *(answer.get("DeleteMarkers") or ())]:
        if one["Key"] == named["Key"]:
            return one
    raise ClientError({"Error": {"Code": "NotFound", "Message": which}}, "ListObjectVersions")


KINDS: Final = {
    "AWS::S3::Bucket": Kind(
        "s3",
        look=lambda client, which: client.head_bucket(Bucket=which),
        delete=_delete_bucket,
        tags=bucket_tags,
        turn=Turn.LAST,
    ),
    "AWS::S3::Object": Kind(
        "s3",
        look=_look_for_object,
        delete=_delete_object,
        turn=Turn.USED,
    ),
    "AWS::DynamoDB::Table": Kind(
        "dynamodb",
        look=lambda client, which: client.describe_table(TableName=last_part(which)),
        delete=lambda client, which: client.delete_table(TableName=last_part(which)),
        tags=_table_tags,
    ),
    "AWS::SecretsManager::Secret": Kind(
        "secretsmanager",
        look=_look_for_secret,
        # Without it a secret waits for a week, and is paid for.
        delete=lambda client, which: client.delete_secret(
            SecretId=which, ForceDeleteWithoutRecovery=True
        ),
        tags=_secret_tags,
    ),
    "AWS::SSM::Parameter": Kind(
        "ssm",
        look=lambda client, which: client.get_parameter(Name=which),
        delete=lambda client, which: client.delete_parameter(Name=which),
        tags=lambda client, which: as_mapping(
            client.list_tags_for_resource(ResourceType="Parameter", ResourceId=which)["TagList"]
        ),
    ),
}
