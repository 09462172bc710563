"""What the delivery API of CloudWatch Logs refuses. Pure.

Sources: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html,
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .destinations import CLOUDWATCH_LOGS, S3, SUFFIX_FIELDS, type_of, unknown_variables
from .levels import LOG_TYPES
from .log_record import FIELDS
from .templates import FORMATS

VALIDATION: Final = "ValidationException"
NOT_FOUND: Final = "ResourceNotFoundException"
CONFLICT: Final = "ConflictException"
ACCESS_DENIED: Final = "AccessDeniedException"

_NAME: Final = re.compile(r"[\w-]*", re.ASCII)
LONGEST_NAME: Final = 60
MOST_FIELDS: Final = 128
LONGEST_SUFFIX: Final = 256
LONGEST_DELIMITER: Final = 5
LARGEST_POLICY: Final = 51_200


class RefusedError(Exception):
    """CloudWatch Logs refuses.

    Attributes:
        code: AWS's error code.
        message: Its words, where they are known.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def check_name(name: str) -> None:
    """See to it that a source or destination may have a name."""
    if len(name) > LONGEST_NAME:
        raise _constraint(
            name, "name", f"Member must have length less than or equal to {LONGEST_NAME}"
        )
    if not name:
        raise _constraint(name, "name", "Member must have length greater than or equal to 1")
    if not _NAME.fullmatch(name):
        raise _constraint(name, "name", r"Member must satisfy regular expression pattern: [\w-]*")


def check_source(
    resource_arn: str,
    log_type: str,
    *,
    account: str,
    region: str,
    buses: Sequence[str],
    others: Mapping[str, Mapping[str, Any]],
    name: str,
) -> None:
    """See to it that a bus may be a delivery source.

    Args:
        resource_arn: The bus.
        log_type: Which of its logs.
        account: The caller's.
        region: Where the request is made.
        buses: Names of the buses that are there.
        others: The delivery sources there are, as AWS describes them, by name.
        name: The source's.

    Raises:
        RefusedError: It may not.
    """
    _, _, _, at, owner, resource = resource_arn.split(":", 5)
    kind, _, bus = resource.partition("/")
    if kind != "event-bus":
        raise RefusedError(VALIDATION, f"{resource_arn} is not the ARN of an event bus.")
    if (owner, at) != (account, region) or bus not in buses:
        # AWS's words for a bus that isn't there aren't known.
        raise RefusedError(NOT_FOUND, f"Event bus {resource_arn} does not exist.")
    if log_type not in LOG_TYPES.values():
        raise RefusedError(VALIDATION, " This service is not allowed for this LogSource.")
    for other, source in others.items():
        is_same = resource_arn in source["resourceArns"] and source["logType"] == log_type
        if is_same and other != name:
            raise RefusedError(
                CONFLICT,
                "This ResourceId has already been used in another Delivery Source in this account",
            )


def check_destination(resource_arn: str) -> None:
    """See to it that logs can be delivered to a resource."""
    if type_of(resource_arn) is None:
        raise RefusedError(
            VALIDATION,
            f"{resource_arn} is not the ARN of a log group, a bucket or a Firehose stream.",
        )


def check_delivery(
    kind: str,
    *,
    output_format: str | None,
    record_fields: Sequence[str] | None,
    field_delimiter: str | None,
    s3: Mapping[str, Any] | None,
) -> None:
    """See to it that a bus's logs can be delivered in a form.

    Args:
        kind: `deliveryDestinationType` of the destination.
        output_format: The destination's; None for the default, JSON.
        record_fields: Which members of a record, and in which order.
        field_delimiter: Between fields.
        s3: `s3DeliveryConfiguration`.

    Raises:
        RefusedError: They can't.
    """
    if output_format not in (None, "", *FORMATS):
        raise RefusedError(
            VALIDATION,
            f"The output format {output_format} is not supported for logs of event buses here; "
            f"supported: {', '.join(FORMATS)}.",
        )
    fields = record_fields or ()
    if len(fields) > MOST_FIELDS:
        raise _constraint(
            f"[{', '.join(fields)}]",
            "recordFields",
            f"Member must have length less than or equal to {MOST_FIELDS}",
        )
    if unknown := [field for field in fields if field not in FIELDS]:
        raise RefusedError(VALIDATION, f"Record fields that are not allowed: {', '.join(unknown)}.")
    if field_delimiter and len(field_delimiter) > LONGEST_DELIMITER:
        raise _constraint(
            field_delimiter,
            "fieldDelimiter",
            f"Member must have length less than or equal to {LONGEST_DELIMITER}",
        )
    if s3 is not None and kind != S3:
        raise RefusedError(VALIDATION, f"s3DeliveryConfiguration is not allowed for {kind}.")
    suffix = (s3 or {}).get("suffixPath") or ""
    if len(suffix) > LONGEST_SUFFIX:
        raise _constraint(
            suffix,
            "s3DeliveryConfiguration.suffixPath",
            f"Member must have length less than or equal to {LONGEST_SUFFIX}",
        )
    if unknown := unknown_variables(suffix):
        raise RefusedError(
            VALIDATION,
            f"Unknown variables in the suffix path: {', '.join(unknown)}; allowed: "
            f"{', '.join(SUFFIX_FIELDS)}.",
        )


def check_other_accounts(kind: str, policy: Any, destination_arn: str) -> None:
    """See to it that logs may go to another account's destination.

    Args:
        kind: `deliveryDestinationType` of the destination.
        policy: The destination's policy.
        destination_arn: The destination.

    Raises:
        RefusedError: They may not.
    """
    if kind == CLOUDWATCH_LOGS:
        raise RefusedError(VALIDATION, "Logs are not delivered to a log group of another account.")
    if not policy:
        raise RefusedError(
            ACCESS_DENIED, f"The policy of {destination_arn} does not allow logs:CreateDelivery."
        )


def check_policy(text: str) -> None:
    """See to it that a destination's policy is one."""
    if len(text) > LARGEST_POLICY:
        raise _constraint(
            "…",
            "deliveryDestinationPolicy",
            f"Member must have length less than or equal to {LARGEST_POLICY}",
        )
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document.get("Statement"):
        raise RefusedError(VALIDATION, "The delivery destination policy is malformed.")


def _constraint(value: str, member: str, constraint: str) -> RefusedError:
    return RefusedError(
        VALIDATION,
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: {constraint}",
    )
