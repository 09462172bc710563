"""SES's first API: what its requests say, as e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localstack.aws.api import RequestContext
from moto.ses import ses_backends

from .email import Email, from_raw
from .stores import deliver
from .templates import Template, rendered

Members = Mapping[str, Any]


def send_simple(context: RequestContext, id: str, request: Members) -> None:  # noqa: A002
    """Deliver what SendEmail asked for."""
    message = request["Message"]
    body = message["Body"]
    deliver(
        context.account_id,
        context.region,
        Email(
            id=id,
            sent_by="ses",
            sender=request["Source"],
            subject=message["Subject"]["Data"],
            text=body.get("Text", {}).get("Data"),
            html=body.get("Html", {}).get("Data"),
            reply_to=tuple(request.get("ReplyToAddresses") or ()),
            **addressees(request["Destination"]),
        ),
    )


def send_templated(context: RequestContext, id: str, request: Members) -> None:  # noqa: A002
    """Deliver what SendTemplatedEmail asked for."""
    kept = ses_backends[context.account_id][context.region].get_template(request["Template"])
    template = Template(kept.get("subject_part", ""), kept.get("text_part"), kept.get("html_part"))
    if filled := rendered(template, request.get("TemplateData")):
        deliver(
            context.account_id,
            context.region,
            Email(
                id=id,
                sent_by="ses",
                sender=request["Source"],
                subject=filled.subject,
                text=filled.text,
                html=filled.html,
                reply_to=tuple(request.get("ReplyToAddresses") or ()),
                **addressees(request["Destination"]),
            ),
        )


def send_raw(context: RequestContext, id: str, request: Members) -> None:  # noqa: A002
    """Deliver what SendRawEmail asked for."""
    deliver(context.account_id, context.region, raw_email(id, request))


def raw_email(id: str, request: Members) -> Email:  # noqa: A002
    """Read what SendRawEmail asks for."""
    data = request["RawMessage"]["Data"]
    return from_raw(
        data.encode() if isinstance(data, str) else data,
        id=id,
        source=request.get("Source"),
        envelope=tuple(request.get("Destinations") or ()),
    )


def addressees(destination: Members) -> dict[str, Any]:
    """Return a request's destination as an e-mail's fields."""
    return {
        name: tuple(destination.get(f"{name.title()}Addresses") or ())
        for name in ("to", "cc", "bcc")
    }
