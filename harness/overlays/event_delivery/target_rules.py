"""What PutTargets refuses. Pure.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-cross-account.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harness.overlays.core import access

from .arns import Arn, parse
from .retry_policy import (
    BY_AGE,
    BY_ATTEMPTS,
    MOST_ATTEMPTS,
    OLDEST_SECONDS,
    YOUNGEST_SECONDS,
)

VALIDATION: Final = "ValidationException"
ACCESS_DENIED: Final = "AccessDeniedException"

ACROSS_ACCOUNTS: Final = frozenset({"sqs", "sns", "lambda", "kinesis", "execute-api"})
"""Services of which a rule may have targets in another account, in its own region."""

WITH_ROLE: Final = frozenset({"kinesis", "firehose", "states"})
"""Services whose targets need a role."""

NOT_SERVED: Final = frozenset(
    {"appsync", "batch", "codebuild", "codepipeline", "ecs", "inspector", "redshift",
     "redshift-serverless", "sagemaker", "ssm", "ssm-incidents"}
)  # fmt: skip
"""Services that are targets on AWS and that nothing here delivers to."""


class RefusedError(Exception):
    """PutTargets refuses.

    Attributes:
        code: AWS's error code; `NotImplemented` for what AWS would take and nothing here serves.
        message: AWS's words, where they are known.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def check(targets: Sequence[Mapping[str, Any]], rule_arn: str) -> None:
    """See to it that a rule may have targets.

    Raises:
        RefusedError: It may not have one of them.
    """
    rule = parse(rule_arn)
    assert rule is not None
    for index, target in enumerate(targets):
        _check_retry_policy(target, index)
        # LocalStack says what is wrong with a malformed ARN.
        if (arn := parse(target["Arn"])) is not None:
            _check_place(arn, target, rule)
        if queue := (target.get("DeadLetterConfig") or {}).get("Arn"):
            check_dead_letter_queue(queue, rule.region, owner=f"target {target['Id']}")


def _check_retry_policy(target: Mapping[str, Any], index: int) -> None:
    given = target.get("RetryPolicy") or {}
    limits = (
        (BY_ATTEMPTS, 0, MOST_ATTEMPTS),
        (BY_AGE, YOUNGEST_SECONDS, OLDEST_SECONDS),
    )
    for name, least, most in limits:
        value = given.get(name)
        if value is None or least <= int(value) <= most:
            continue
        bound = f"greater than or equal to {least}" if int(value) < least else (
            f"less than or equal to {most}"
        )  # fmt: skip
        member = f"targets.{index + 1}.member.retryPolicy.{name[0].lower()}{name[1:]}"
        raise RefusedError(
            VALIDATION,
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
            f"constraint: Member must have value {bound}",
        )


def _check_place(arn: Arn, target: Mapping[str, Any], rule: Arn) -> None:
    role = target.get("RoleArn")
    if arn.is_archive:
        return
    if arn.service in NOT_SERVED:
        raise RefusedError(
            "NotImplemented", f"This emulator doesn't deliver events to {arn.service}: {arn.text}"
        )
    if arn.is_bus:
        if not role and (arn.account, arn.region) != (rule.account, rule.region):
            raise _role_required(arn)
    elif arn.region and arn.region != rule.region:
        # That it is refused is documented; these words are those of ARNs that it can't read.
        raise RefusedError(
            VALIDATION,
            f"Parameter {arn.text} is not valid. Reason: Provided Arn is not in correct format.",
        )
    elif arn.account and arn.account != rule.account:
        if arn.service not in ACROSS_ACCOUNTS:
            raise RefusedError(
                ACCESS_DENIED,
                f"Access to the resource {arn.text} is denied. Reason: Adding cross-account "
                "target is not permitted.",
            )
        if not role:
            raise _role_required(arn)
    elif not role and (arn.service in WITH_ROLE or _needs_role(arn, rule)):
        raise _role_required(arn)
    if role and (held := parse(role)) is not None and held.account != rule.account:
        raise RefusedError(ACCESS_DENIED, "Cross-account pass role is not allowed.")


def _needs_role(arn: Arn, rule: Arn) -> bool:
    # An API destination has no policy of its own. Where permissions decide nothing, a target
    # without a role works, as in LocalStack.
    if not arn.is_api_destination:
        return False
    decision = access.check_service(
        "events", "events:InvokeApiDestination", arn.text, source_arn=rule.text
    )
    return not decision.is_allowed


def _role_required(arn: Arn) -> RefusedError:
    return RefusedError(VALIDATION, f"RoleArn is required for target {arn.text}.")


def check_dead_letter_queue(queue: str, region: str, *, owner: str) -> None:
    """See to it that something can be a dead-letter queue: a standard queue of the same region.

    Args:
        queue: Its ARN.
        region: The rule's or bus's region.
        owner: Whose it is, for the message.

    Raises:
        RefusedError: It can't be.
    """
    for reason in _faults(parse(queue), region):
        # AWS documents the conditions, not the words.
        raise RefusedError(
            VALIDATION,
            f"Parameter DeadLetterConfig.Arn is not valid for {owner}. Reason: {queue} {reason}.",
        )


def _faults(arn: Arn | None, region: str) -> Iterator[str]:
    if arn is None or arn.service != "sqs":
        yield "is not the ARN of an Amazon SQS queue"
    elif arn.resource.endswith(".fifo"):
        yield "is a FIFO queue; a dead-letter queue must be a standard queue"
    elif arn.region != region:
        yield f"is not in the Region {region}"


def check_place_of_bus(bus: str | None, region: str, account: str) -> None:
    """See to it that a rule's bus is one of the caller's, in this region.

    Args:
        bus: Name or ARN, as it was given; None for the default bus.
        region: Where the request is made.
        account: The caller's.

    Raises:
        RefusedError: It is elsewhere.
    """
    arn = parse(bus or "")
    if arn is None or not arn.is_bus:
        return
    if arn.region != region:
        raise RefusedError(VALIDATION, "Cross-region API call is not allowed.")
    if arn.account != account:
        raise RefusedError(
            "NotImplemented",
            f"This emulator makes no rules on another account's event bus: {arn.text}",
        )
