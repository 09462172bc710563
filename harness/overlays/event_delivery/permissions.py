"""What a delivery has to be allowed to do. Pure: asks the access overlay through core.

A target without a role opens itself by its own policy, to `events.amazonaws.com` with the rule as
`aws:SourceArn`. With a role EventBridge assumes it, and the role's session is who asks.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.overlays.core import access

from .arns import Arn
from .failures import FAILED_TO_ASSUME_ROLE, NO_PERMISSIONS, DeliveryError

EVENTS: Final = "events.amazonaws.com"
LOG_ACTIONS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")

ACTIONS: Final[Mapping[str, str]] = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "states": "states:StartExecution",
    "kinesis": "kinesis:PutRecord",
    "firehose": "firehose:PutRecord",
    "execute-api": "execute-api:Invoke",
}
"""Service in a target's ARN → the action that delivers to it."""


def action_of(target: Arn) -> str:
    """Return the action that delivers to a target; empty when there is none to check."""
    if target.is_bus:
        return "events:PutEvents"
    if target.is_api_destination:
        return "events:InvokeApiDestination"
    return ACTIONS.get(target.service, "")


def check_target(
    target: Arn, *, rule_arn: str, role: str, session: str, sent: Mapping[str, Any] | None = None
) -> None:
    """See to it that an event may be delivered.

    Args:
        target: The target.
        rule_arn: The rule.
        role: ARN of the target's role; empty when it has none.
        session: Name of the role's session.
        sent: The event; a bus's policy may speak of its source and detail type.

    Raises:
        DeliveryError: It may not.
    """
    if role:
        assumed = access.check_service(
            EVENTS, "sts:AssumeRole", role, source_arn=rule_arn, source_account=_account(rule_arn)
        )
        if not assumed.is_allowed:
            raise DeliveryError(FAILED_TO_ASSUME_ROLE, assumed.message, status=403)
    for request in _requests(target, rule_arn, role, session, sent or {}):
        decision = access.check(request)
        if not decision.is_allowed:
            raise DeliveryError(NO_PERMISSIONS, decision.message, status=403, body=decision.message)


def _requests(
    target: Arn, rule_arn: str, role: str, session: str, sent: Mapping[str, Any]
) -> Iterator[access.AccessRequest]:
    if target.service == "logs":
        resource = target.text.removesuffix(":*") + ":log-stream:*"
        # AWS's example lets delivery.logs.amazonaws.com in as well, which isn't needed.
        for action in LOG_ACTIONS:
            yield _as_service(EVENTS, action, resource, rule_arn)
        return
    action = action_of(target)
    if not action:
        return
    known = _of_event(sent) if target.is_bus else {}
    if role:
        assumed = access.role_session(role, session)
        yield access.AccessRequest(
            assumed, action, target.text, region=target.region, context=known
        )
    elif not (target.is_bus and target.account == _account(rule_arn)):
        # A bus is open to its own account.
        yield _as_service(EVENTS, action, target.text, rule_arn, known)


def _of_event(sent: Mapping[str, Any]) -> dict[str, access.ContextValue]:
    """Return the condition keys of a PutEvents by another bus's rule.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    """
    named = {"events:source": sent.get("source"), "events:detail-type": sent.get("detail-type")}
    told = {key: value for key, value in named.items() if isinstance(value, str)}
    return {**told, "events:eventBusInvocation": "true"}


def check_dead_letter_queue(queue_arn: str, *, source_arn: str) -> None:
    """See to it that a dead-letter queue takes a message; a target's role doesn't count there.

    Args:
        queue_arn: The queue.
        source_arn: The rule; of a bus's own queue, the bus.

    Raises:
        DeliveryError: It doesn't.
    """
    decision = access.check(_as_service(EVENTS, "sqs:SendMessage", queue_arn, source_arn))
    if not decision.is_allowed:
        raise DeliveryError(NO_PERMISSIONS, decision.message, status=403, body=decision.message)


def _as_service(
    principal: str,
    action: str,
    resource: str,
    source_arn: str,
    known: Mapping[str, access.ContextValue] | None = None,
) -> access.AccessRequest:
    source = {"aws:SourceArn": source_arn, "aws:SourceAccount": _account(source_arn)}
    return access.AccessRequest(
        access.service(principal), action, resource, context={**source, **(known or {})}
    )


def _account(arn: str) -> str:
    return arn.split(":")[4]
