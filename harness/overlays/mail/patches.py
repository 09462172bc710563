"""Where LocalStack's SES and SNS send e-mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.ses import (
    GetIdentityVerificationAttributesResponse,
    SendEmailResponse,
    SendRawEmailResponse,
    SendTemplatedEmailResponse,
)
from localstack.aws.api.sns import ListSubscriptionsByTopicResponse, SubscribeResponse
from localstack.services.ses.provider import SesProvider
from localstack.services.sns.models import SnsMessage
from localstack.services.sns.provider import SnsProvider
from localstack.services.sns.publisher import (
    EmailJsonTopicPublisher,
    PublishDispatcher,
    SnsPublishContext,
)
from moto.ses import ses_backends
from moto.ses.models import BulkTemplateMessage, SESBackend

from harness.overlays.core import extends, replaces

from . import notifications, senders, ses, templates


@extends(SesProvider.send_email, written_for="f85c074a5046")
def send_email(
    upstream: Callable[..., SendEmailResponse],
    self: SesProvider,
    context: RequestContext,
    *args: Any,
    **kwargs: Any,
) -> SendEmailResponse:
    request = context.service_request
    with senders.refused_as_aws_does(context, request["Source"]):
        response = upstream(self, context, *args, **kwargs)
    ses.send_simple(context, response["MessageId"], request)
    return response


@extends(SesProvider.send_templated_email, written_for="154faedef163")
def send_templated_email(
    upstream: Callable[..., SendTemplatedEmailResponse],
    self: SesProvider,
    context: RequestContext,
    *args: Any,
    **kwargs: Any,
) -> SendTemplatedEmailResponse:
    request = context.service_request
    templates.variables_of(request.get("TemplateData"))
    with senders.refused_as_aws_does(context, request["Source"]):
        response = upstream(self, context, *args, **kwargs)
    ses.send_templated(context, response["MessageId"], request)
    return response


@extends(SesProvider.send_raw_email, written_for="503f0199e14c")
def send_raw_email(
    upstream: Callable[..., SendRawEmailResponse],
    self: SesProvider,
    context: RequestContext,
    *args: Any,
    **kwargs: Any,
) -> SendRawEmailResponse:
    request = context.service_request
    sender = request.get("Source") or ses.raw_email("", request).sender
    with senders.refused_as_aws_does(context, sender):
        response = upstream(self, context, *args, **kwargs)
    ses.send_raw(context, response["MessageId"], request)
    return response


@replaces(SesProvider.get_identity_verification_attributes, written_for="d550aaaa1b48")
def get_identity_verification_attributes(
    self: SesProvider, context: RequestContext, identities: list[str], **kwargs: Any
) -> GetIdentityVerificationAttributesResponse:
    # Upstream calls every address verified, known or not.
    known = ses_backends[context.account_id][context.region].email_identities
    return GetIdentityVerificationAttributesResponse(
        VerificationAttributes={
            identity: {"VerificationStatus": "Success"}
            for identity in identities
            if identity in known
        }
    )


@replaces(SESBackend._is_verified_address, written_for="02bec089ad33")
def is_verified_address(self: SESBackend, source: str) -> bool:
    return senders.is_verified(self.account_id, self.region_name, source)


@replaces(SESBackend.send_bulk_templated_email, written_for="57f1a822cfaa")
def send_bulk_templated_email(self: SESBackend, *args: Any, **kwargs: Any) -> BulkTemplateMessage:
    raise CommonServiceException(
        "InternalFailure",
        "The emulator doesn't serve SendBulkTemplatedEmail: call SendTemplatedEmail for each "
        "destination.",
        status_code=501,
    )


@extends(SnsProvider.subscribe, written_for="9f76792bdfbc")
def subscribe(
    upstream: Callable[..., SubscribeResponse],
    self: SnsProvider,
    context: RequestContext,
    topic_arn: str,
    protocol: str,
    *args: Any,
    **kwargs: Any,
) -> SubscribeResponse:
    response = upstream(self, context, topic_arn, protocol, *args, **kwargs)
    if protocol not in notifications.PROTOCOLS:
        return response
    store = self.get_store(topic_arn.split(":")[4], context.region)
    subscription = store.subscriptions[response["SubscriptionArn"]]
    if subscription["PendingConfirmation"] == "false":
        return response
    notifications.ask_for_confirmation(store, subscription)
    if (context.service_request or {}).get("ReturnSubscriptionArn"):
        return response
    return SubscribeResponse(SubscriptionArn="pending confirmation")


@extends(SnsProvider.list_subscriptions_by_topic, written_for="0f68f9e7825c")
def list_subscriptions_by_topic(
    upstream: Callable[..., ListSubscriptionsByTopicResponse],
    self: SnsProvider,
    context: RequestContext,
    topic_arn: str,
    *args: Any,
    **kwargs: Any,
) -> ListSubscriptionsByTopicResponse:
    response = upstream(self, context, topic_arn, *args, **kwargs)
    kept = self.get_store(topic_arn.split(":")[4], context.region).subscriptions
    # Copies: upstream lists its own records. Those of other protocols are left to it.
    listed = [
        {**one, "SubscriptionArn": "PendingConfirmation"}
        if one["Protocol"] in notifications.PROTOCOLS
        and kept[one["SubscriptionArn"]]["PendingConfirmation"] != "false"
        else one
        for one in response["Subscriptions"]
    ]
    return {**response, "Subscriptions": listed}


@extends(PublishDispatcher._should_publish, written_for="2ff70515af38")
def should_publish(
    upstream: Callable[..., bool],
    self: PublishDispatcher,
    subscription_filter_policy: dict[str, Any],
    message_ctx: SnsMessage,
    subscriber: dict[str, str],
) -> bool:
    # Upstream sends to e-mail subscribers before they confirm: it never asks them to.
    is_pending = subscriber["PendingConfirmation"] != "false"
    if is_pending and subscriber["Protocol"] in notifications.PROTOCOLS:
        return False
    return upstream(self, subscription_filter_policy, message_ctx, subscriber)


@replaces(EmailJsonTopicPublisher._publish, written_for="e4b7d102344f")
def publish(
    self: EmailJsonTopicPublisher, context: SnsPublishContext, subscriber: dict[str, str]
) -> None:
    body = self.prepare_message(context.message, subscriber, context.topic_attributes)
    notifications.notify(context, subscriber, body)
