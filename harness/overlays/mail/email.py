"""One e-mail, as the inbox keeps it."""

from __future__ import annotations

import email as standard
import time
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr
from typing import Any, Final, Literal

Sent = Literal["ses", "sns"]

_HEADERS: Final = ("To", "Cc", "Bcc")


@dataclass(frozen=True)
class Email:
    """One e-mail.

    Attributes:
        id: The id that the sender was told.
        sent_by: The service that sent it.
        sender: The From address, with its display name where it has one.
        to: Addresses in the To field.
        cc: Addresses in the Cc field.
        bcc: Addresses that got it unseen by the others.
        subject: The subject.
        text: The plain text; None when there is none.
        html: The HTML; None when there is none.
        reply_to: Where answers go.
        attachments: Names of the attached files.
        at: When it was sent, in seconds since the epoch.
    """

    id: str
    sent_by: Sent
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str | None = None
    html: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    at: float = field(default_factory=time.time)

    @property
    def recipients(self) -> frozenset[str]:
        """The bare addresses of all who got it, in lower case."""
        return frozenset(
            parseaddr(address)[1].lower() for address in (*self.to, *self.cc, *self.bcc)
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object's members."""
        return asdict(self)


def from_raw(raw: bytes, *, id: str, source: str | None, envelope: tuple[str, ...]) -> Email:  # noqa: A002
    """Read an e-mail that its sender has written out whole.

    Args:
        raw: The message with its headers.
        id: The id that the sender was told.
        source: The sender of the request; the From field counts without it.
        envelope: The recipients of the request. Those that no field names got it unseen; where
            there are none, the fields count.
    """
    message = standard.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    fields = {name: _addresses(message, name) for name in _HEADERS}
    named = {parseaddr(address)[1].lower() for address in (*fields["To"], *fields["Cc"])}
    unseen = tuple(address for address in envelope if parseaddr(address)[1].lower() not in named)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    return Email(
        id=id,
        sent_by="ses",
        sender=str(message["From"] or source or ""),
        to=fields["To"],
        cc=fields["Cc"],
        bcc=unseen if envelope else fields["Bcc"],
        subject=str(message["Subject"] or ""),
        text=text.get_content() if text else None,
        html=html.get_content() if html else None,
        reply_to=_addresses(message, "Reply-To"),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _addresses(message: EmailMessage, name: str) -> tuple[str, ...]:
    pairs = getaddresses([str(value) for value in message.get_all(name, [])])
    return tuple(
        f"{display} <{address}>" if display else address for display, address in pairs if address
    )
