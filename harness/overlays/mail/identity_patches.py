"""The resource type AWS::SES::EmailIdentity, made through SES's second API.

LocalStack's provider of the type is a draft that fails without a reason.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-emailidentity.html
"""

from __future__ import annotations

import contextlib
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.ses.resource_providers.aws_ses_emailidentity import (
    SESEmailIdentityProvider,
)

from harness.overlays.core import replaces

_SERVED: Final = frozenset({"EmailIdentity", "Tags"})


@replaces(SESEmailIdentityProvider.create, written_for="aabb4b1f6e74")
def create(self: SESEmailIdentityProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    model = request.desired_state
    if unserved := sorted(model.keys() - _SERVED):
        return ProgressEvent(
            status=OperationStatus.FAILED,
            resource_model=model,
            message=f"{unserved[0]} of AWS::SES::EmailIdentity isn't served.",
            error_code="InvalidRequest",
        )
    tags = model.get("Tags") or []
    request.aws_client_factory.sesv2.create_email_identity(
        EmailIdentity=model["EmailIdentity"], Tags=tags
    )
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)


@replaces(SESEmailIdentityProvider.delete, written_for="ea16867c37b6")
def delete(self: SESEmailIdentityProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    ses = request.aws_client_factory.sesv2
    # Somebody may have deleted it before the stack.
    with contextlib.suppress(ses.exceptions.NotFoundException):
        ses.delete_email_identity(EmailIdentity=request.desired_state["EmailIdentity"])
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
