"""SES's second API, which LocalStack's open source lacks: sending, identities, templates.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/Welcome.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.ses import ses_backends

from . import senders
from .email import Email, from_raw
from .ses import addressees
from .stores import deliver
from .templates import Template, rendered

Members = Mapping[str, Any]
Method = TypeVar("Method", bound=Callable[..., Any])


def _serves(operation: str) -> Callable[[Method], Method]:
    return cast("Callable[[Method], Method]", handler(operation, expand=False))


class SesV2Provider:
    """The operations that are served; the others answer that they aren't."""

    service = "sesv2"
    version = "2019-09-27"

    @_serves("SendEmail")
    def send_email(self, context: RequestContext, request: Members) -> dict[str, str]:
        content, sender = request["Content"], request.get("FromEmailAddress")
        message_id = f"{uuid.uuid4()}-000000"
        email: Email | None
        if "Raw" in content:
            envelope = [
                one
                for those in addressees(request.get("Destination", {})).values()
                for one in those
            ]
            email = from_raw(
                content["Raw"]["Data"], id=message_id, source=sender, envelope=tuple(envelope)
            )
            sender = sender or email.sender
        else:
            email = _composed(context, message_id, request)
        if not sender:
            raise _bad_request("FromEmailAddress is required.")
        senders.check(context.account_id, context.region, sender)
        if email is not None:
            if not email.recipients:
                raise _bad_request("Missing final destination address.")
            deliver(context.account_id, context.region, email)
        return {"MessageId": message_id}

    @_serves("CreateEmailIdentity")
    def create_email_identity(self, context: RequestContext, request: Members) -> Any:
        if (name := request["EmailIdentity"]) in _identities(context):
            raise _exception("AlreadyExistsException", f"Email identity {name} already exist.")
        return {**call_moto(context), "VerifiedForSendingStatus": True}

    @_serves("GetEmailIdentity")
    def get_email_identity(self, context: RequestContext, request: Members) -> Any:
        identity = _identities(context).get(request["EmailIdentity"])
        if identity is None:
            raise _missing(f"Email identity {request['EmailIdentity']} does not exist.")
        return {**identity.get_response_object, "VerifiedForSendingStatus": True}

    @_serves("ListEmailIdentities")
    def list_email_identities(self, context: RequestContext, request: Members) -> Any:
        return call_moto(context)

    @_serves("DeleteEmailIdentity")
    def delete_email_identity(self, context: RequestContext, request: Members) -> Any:
        if _identities(context).pop(request["EmailIdentity"], None) is None:
            raise _missing(f"Email identity {request['EmailIdentity']} does not exist.")
        return {}

    @_serves("CreateEmailTemplate")
    def create_email_template(self, context: RequestContext, request: Members) -> dict[str, str]:
        templates = _templates(context)
        if request["TemplateName"] in templates:
            raise _exception(
                "AlreadyExistsException", f"Template {request['TemplateName']} already exists."
            )
        templates[request["TemplateName"]] = _kept(request)
        return {}

    @_serves("UpdateEmailTemplate")
    def update_email_template(self, context: RequestContext, request: Members) -> dict[str, str]:
        _template(context, request["TemplateName"])
        _templates(context)[request["TemplateName"]] = _kept(request)
        return {}

    @_serves("GetEmailTemplate")
    def get_email_template(self, context: RequestContext, request: Members) -> dict[str, Any]:
        template = _template(context, request["TemplateName"])
        content = {"Subject": template.subject, "Text": template.text, "Html": template.html}
        return {
            "TemplateName": request["TemplateName"],
            "TemplateContent": {name: part for name, part in content.items() if part},
        }

    @_serves("DeleteEmailTemplate")
    def delete_email_template(self, context: RequestContext, request: Members) -> dict[str, str]:
        _templates(context).pop(request["TemplateName"], None)
        return {}


def _composed(context: RequestContext, message_id: str, request: Members) -> Email | None:
    content = request["Content"]
    if "Simple" in content:
        simple = content["Simple"]
        subject = simple["Subject"]["Data"]
        text, html = (simple["Body"].get(kind, {}).get("Data") for kind in ("Text", "Html"))
    elif "Template" in content:
        filled = rendered(
            _chosen(context, content["Template"]), content["Template"].get("TemplateData")
        )
        if filled is None:
            return None
        subject, text, html = filled.subject, filled.text, filled.html
    else:
        raise _bad_request("Content must be one of Simple, Raw or Template.")
    return Email(
        id=message_id,
        sent_by="ses",
        sender=request.get("FromEmailAddress") or "",
        subject=subject,
        text=text,
        html=html,
        reply_to=tuple(request.get("ReplyToAddresses") or ()),
        **addressees(request.get("Destination", {})),
    )


def _chosen(context: RequestContext, chosen: Members) -> Template:
    if inline := chosen.get("TemplateContent"):
        return Template(inline.get("Subject", ""), inline.get("Text"), inline.get("Html"))
    name = chosen.get("TemplateName") or str(chosen.get("TemplateArn", "")).rpartition("/")[2]
    return _template(context, name)


def _template(context: RequestContext, name: str) -> Template:
    if (kept := _templates(context).get(name)) is None:
        raise _missing(f"Template {name} does not exist.")
    return Template(kept.get("subject_part", ""), kept.get("text_part"), kept.get("html_part"))


def _identities(context: RequestContext) -> dict[str, Any]:
    identities: dict[str, Any] = ses_backends[context.account_id][context.region].email_identities
    return identities


def _templates(context: RequestContext) -> dict[str, dict[str, Any]]:
    # Both APIs know the same templates.
    templates: dict[str, dict[str, Any]] = ses_backends[context.account_id][
        context.region
    ].templates
    return templates


def _kept(request: Members) -> dict[str, Any]:
    content = request["TemplateContent"]
    return {
        "template_name": request["TemplateName"],
        "subject_part": content.get("Subject", ""),
        "text_part": content.get("Text"),
        "html_part": content.get("Html"),
    }


def _missing(message: str) -> CommonServiceException:
    return CommonServiceException("NotFoundException", message, status_code=404)


def _bad_request(message: str) -> CommonServiceException:
    return _exception("BadRequestException", message)


def _exception(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, status_code=400)
