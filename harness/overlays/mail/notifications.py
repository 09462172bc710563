"""What SNS writes to the e-mail addresses that subscribe to a topic.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from __future__ import annotations

from html import escape
from typing import Final

from localstack import config
from localstack.services.sns.models import SnsStore
from localstack.services.sns.publisher import (
    SnsPublishContext,
    create_subscribe_url,
    create_unsubscribe_url,
)
from localstack.utils.aws.arns import parse_arn

from .email import Email
from .stores import deliver

SENDER: Final = "AWS Notifications <no-reply@sns.amazonaws.com>"
CONFIRMATION: Final = "AWS Notification - Subscription Confirmation"
DEFAULT_SUBJECT: Final = "AWS Notification Message"
PROTOCOLS: Final = frozenset({"email", "email-json"})


def ask_for_confirmation(store: SnsStore, subscription: dict[str, str]) -> None:
    """Send the link that an e-mail subscription waits for."""
    arn, topic = subscription["SubscriptionArn"], subscription["TopicArn"]
    token = next(token for token, owner in store.subscription_tokens.items() if owner == arn)
    link = create_subscribe_url(config.external_service_url(), topic, token)
    text = (
        f"You have chosen to subscribe to the topic:\n{topic}\n\n"
        "To confirm this subscription, click or visit the link below (If this was in error no "
        f"action is necessary):\n{link}\n"
    )
    html = (
        f"<p>You have chosen to subscribe to the topic: <br><b>{escape(topic)}</b></p>"
        "<p>To confirm this subscription, click or visit the link below (If this was in error no "
        f'action is necessary): <br><a href="{escape(link)}">Confirm subscription</a></p>'
    )
    _send(subscription, id=arn.rpartition(":")[2], subject=CONFIRMATION, text=text, html=html)


def notify(context: SnsPublishContext, subscription: dict[str, str], body: str) -> None:
    """Send a message to a subscriber.

    Args:
        context: The publication.
        subscription: The subscription.
        body: The message in the form that the protocol asks for.
    """
    if subscription["Protocol"] == "email":
        link = create_unsubscribe_url(
            config.external_service_url(), subscription["SubscriptionArn"]
        )
        body = (
            f"{body}\n\n--\nIf you wish to stop receiving notifications from this topic, please "
            f"click or visit the link below to unsubscribe:\n{link}\n"
        )
    _send(
        subscription,
        id=context.message.message_id,
        subject=context.message.subject or DEFAULT_SUBJECT,
        text=body,
    )


def _send(
    subscription: dict[str, str],
    *,
    id: str,  # noqa: A002
    subject: str,
    text: str,
    html: str | None = None,
) -> None:
    topic = parse_arn(subscription["TopicArn"])
    email = Email(
        id=id,
        sent_by="sns",
        sender=SENDER,
        to=(subscription["Endpoint"],),
        subject=subject,
        text=text,
        html=html,
    )
    deliver(topic["account"], topic["region"], email)
