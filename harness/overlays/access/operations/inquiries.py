"""What LocalStack looks at for a service that AWS has tried out in its place. Pure.

CloudWatch Logs sends a test message to the destination of a subscription filter; LocalStack
describes the destination as the service, or with the filter's role.
Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
"""

from __future__ import annotations

from typing import Final

from . import reference
from .reference import Action

_TRIED: Final = {
    ("logs", "firehose:DescribeDeliveryStream"): "firehose:PutRecord",
    ("logs", "kinesis:DescribeStream"): "kinesis:PutRecord",
    ("logs", "lambda:GetFunction"): "lambda:InvokeFunction",
}


def as_on_aws(service: str, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return the actions that AWS asks permission for.

    Args:
        service: Name of the service principal on whose behalf the request is made, such as `logs`.
        actions: What LocalStack does.
    """
    tried = (reference.action(_TRIED.get((service, one.name), one.name)) for one in actions)
    return tuple(one for one in tried if one)
