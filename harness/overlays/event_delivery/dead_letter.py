"""What a dead-letter message says beside the event. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from typing import Final

from .failures import DeliveryError

LONGEST_ATTRIBUTE: Final = 2048
"""Characters of an error message that are kept: a message's attributes count to its size."""


def attributes(
    failure: DeliveryError,
    *,
    rule_arn: str = "",
    target_arn: str = "",
    retries: int = 0,
    condition: str = "",
) -> dict[str, dict[str, str]]:
    """Return SQS's `MessageAttributes` of a dead-letter message.

    Args:
        failure: The last one.
        rule_arn: The rule; empty for an event that never came to a rule.
        target_arn: The target; likewise.
        retries: How many there were.
        condition: `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`; empty when the failure
            wasn't one to retry.
    """
    values = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target_arn,
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": failure.message[:LONGEST_ATTRIBUTE],
        "EXHAUSTED_RETRY_CONDITION": condition,
        "RETRY_ATTEMPTS": str(retries) if rule_arn else "",
    }
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in values.items()
        if value
    }
