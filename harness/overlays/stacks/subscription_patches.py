"""A topic's subscription in a template has its ARN, also before it is confirmed."""

from __future__ import annotations

from typing import Any, Final

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.sns.resource_providers.aws_sns_subscription import (
    SNSSubscriptionProvider,
)

from harness.overlays.core import replaces

_ATTRIBUTES: Final = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
)


@replaces(SNSSubscriptionProvider.create, written_for="0d593fb6ac02")
def create(self: SNSSubscriptionProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    # Upstream keeps "pending confirmation" for the id of an e-mail address's subscription, and so
    # can't delete it.
    model = request.desired_state
    members = {name: model[name] for name in ("TopicArn", "Protocol", "Endpoint") if name in model}
    attributes = {name: self.attr_val(model[name]) for name in _ATTRIBUTES if name in model}
    made = self._get_client(request).sns.subscribe(
        **members, Attributes=attributes, ReturnSubscriptionArn=True
    )
    model["Id"] = made["SubscriptionArn"]
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)
