"""Which IAM actions the operations of AWS's APIs need.

Most actions are called as their operation is. The rest stands in a table.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

_PREFIXES: Final = {
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    "cloudwatch": "cloudwatch",
    # …/list_amazonresourcegrouptaggingapi.html
    "resourcegroupstaggingapi": "tag",
}
"""By boto3's name, where the prefix of actions isn't the name that requests are signed for."""

_ACTIONS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    ("s3", "ListBuckets"): ("s3:ListAllMyBuckets",),
    ("s3", "HeadBucket"): ("s3:ListBucket",),
    ("s3", "ListObjects"): ("s3:ListBucket",),
    ("s3", "ListObjectsV2"): ("s3:ListBucket",),
    ("s3", "ListObjectVersions"): ("s3:ListBucketVersions",),
    ("s3", "ListMultipartUploads"): ("s3:ListBucketMultipartUploads",),
    ("s3", "HeadObject"): ("s3:GetObject", "s3:ListBucket"),
    ("s3", "CopyObject"): ("s3:GetObject", "s3:PutObject"),
    ("s3", "UploadPart"): ("s3:PutObject",),
    ("s3", "CreateMultipartUpload"): ("s3:PutObject",),
    ("s3", "CompleteMultipartUpload"): ("s3:PutObject",),
    ("s3", "DeleteObject"): ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    ("s3", "DeleteObjects"): ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    # …/list_awslambda.html
    ("lambda", "Invoke"): ("lambda:InvokeFunction",),
    ("lambda", "InvokeAsync"): ("lambda:InvokeFunction",),
    ("lambda", "InvokeWithResponseStream"): ("lambda:InvokeFunction",),
    ("lambda", "CreateFunction"): ("lambda:CreateFunction", "iam:PassRole"),
    ("lambda", "UpdateFunctionConfiguration"): (
        "lambda:UpdateFunctionConfiguration",
        "iam:PassRole",
    ),
    # Everybody may ask who they are.
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    ("sts", "GetCallerIdentity"): (),
}


def actions_of(service: str, operation: str) -> tuple[str, ...]:
    """Return the actions that the caller of an operation needs.

    Args:
        service: boto3's name of the service.
        operation: The operation, such as `CreateQueue`.
    """
    if (service, operation) in _ACTIONS:
        return _ACTIONS[service, operation]
    model = _model(service)
    if service == "apigateway":
        # Its actions are HTTP's methods.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
        return (f"apigateway:{model.operation_model(operation).http['method']}",)
    prefix = _PREFIXES.get(service, model.signing_name)
    tags = _tagging(prefix, model.operation_model(operation))
    return (f"{prefix}:{operation}", *tags)


def _tagging(prefix: str, operation: Any) -> tuple[str, ...]:
    """Return the action that tags need which go along with a creation.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    members = operation.input_shape.members if operation.input_shape else ()
    if not operation.name.startswith("Create") or not {"Tags", "tags"} & set(members):
        return ()
    return {
        "iam": ("iam:TagRole",),
        "sqs": ("sqs:TagQueue",),
        "cloudformation": ("cloudformation:TagResource",),
        "lambda": ("lambda:TagResource",),
        "events": ("events:TagResource",),
        "logs": ("logs:TagResource",),
        "secretsmanager": ("secretsmanager:TagResource",),
        "sns": ("sns:TagResource",),
    }.get(prefix, ())


def all_actions(calls: Iterable[tuple[str, str]]) -> set[str]:
    """Return the actions that calls need together."""
    return {action for call in calls for action in actions_of(*call)}


@cache
def _model(service: str) -> Any:
    import botocore.session

    return botocore.session.Session().get_service_model(service)
