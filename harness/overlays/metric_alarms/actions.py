"""What an alarm does when its state changes.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
"""

from __future__ import annotations

import logging
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.cloudwatch.provider_v2 import create_message_response_update_state_lambda
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.arns import lambda_function_name

from . import history, notifications
from .notifications import State
from .rules import ALARM, OK

LOG = logging.getLogger(__name__)
PRINCIPAL: Final = "cloudwatch"


def run(alarm: Any, old: State) -> None:
    """Run the actions of the state that a metric alarm has now, and note how each ended."""
    for action in _of_state(alarm.alarm):
        service = action.split(":")[2]
        published, error = None, None
        try:
            if service == "sns":
                published = notifications.structured(alarm.alarm, old)
                _publish(alarm.alarm, action, published)
            elif service == "lambda":
                published = create_message_response_update_state_lambda(
                    alarm, old.value, old.reason, old.since
                )
                _invoke(action, published)
            else:
                error = f"this emulator runs no actions of {service}"
                LOG.warning("%s: %s.", action, error)
        except ClientError as refused:
            error = str(refused.response["Error"].get("Message") or refused)
        history.acted(alarm, action, published, error)


def tell(alarm: Any, old: State) -> None:
    """Put the event of a changed state on the default bus."""
    # A bus that nobody has asked for has no rules, and asking loads EventBridge.
    if SERVICE_PLUGINS._services.get("events") is None:
        return
    clients = connect_to(aws_access_key_id=alarm.account_id, region_name=alarm.region)
    clients.events.put_events(Entries=[notifications.event_of(alarm.alarm, old)])


def _of_state(alarm: dict[str, Any]) -> list[str]:
    if not alarm["ActionsEnabled"]:
        return []
    names = {OK: "OKActions", ALARM: "AlarmActions"}
    return list(alarm.get(names.get(alarm["StateValue"], "InsufficientDataActions")) or ())


def _publish(alarm: dict[str, Any], topic: str, message: str) -> None:
    region, account = topic.split(":")[3:5]
    sns = connect_to(aws_access_key_id=account, region_name=region).sns
    sns.publish(
        TopicArn=topic,
        Subject=notifications.subject_of(alarm),
        Message=message,
        MessageStructure="json",
    )


def _invoke(function: str, payload: str) -> None:
    region, account = function.split(":")[3:5]
    clients = connect_to(aws_access_key_id=account, region_name=region)
    clients.lambda_.invoke(FunctionName=lambda_function_name(function), Payload=payload)
