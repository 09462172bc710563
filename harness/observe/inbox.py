"""The e-mails that an emulator's SES and SNS have sent; AWS sends them to people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harness import wire

from .control_api import shown_at
from .eventually import eventually

WITHIN: Final = timedelta(seconds=30)

_LINK: Final = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class Email:
    """One e-mail.

    Attributes:
        id: The id that the sender was told.
        sent_by: `ses` or `sns`.
        region: The region that sent it.
        sender: The From address, with its display name where it has one.
        to: Addresses in the To field.
        cc: Addresses in the Cc field.
        bcc: Addresses that got it unseen by the others.
        subject: The subject.
        text: The plain text; None when there is none.
        html: The HTML; None when there is none.
        reply_to: Where answers go.
        attachments: Names of the attached files.
        at: When it was sent, in seconds since the epoch, in the emulator's time.
    """

    id: str
    sent_by: str
    region: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    text: str | None
    html: str | None
    reply_to: tuple[str, ...]
    attachments: tuple[str, ...]
    at: float

    @property
    def recipients(self) -> frozenset[str]:
        """The bare addresses of all who got it, in lower case."""
        return frozenset(_bare(address) for address in (*self.to, *self.cc, *self.bcc))

    @property
    def links(self) -> list[str]:
        """The addresses of pages in it, in order."""
        return _LINK.findall(self.text or self.html or "")

    def __str__(self) -> str:
        when = datetime.fromtimestamp(self.at, UTC).strftime("%H:%M:%S")
        return f"{when} {self.sender} → {', '.join(sorted(self.recipients))}: {self.subject}"


class Inbox:
    """The e-mails of one account.

    Args:
        endpoint_url: The emulator's endpoint.
        account: The account's id.
    """

    def __init__(self, endpoint_url: str, account: str) -> None:
        self._endpoint_url, self._account = endpoint_url, account

    def emails(self, *, to: str | None = None, subject: str | None = None) -> list[Email]:
        """Return the e-mails so far, the oldest first.

        Args:
            to: Only those to this address.
            subject: Only those with this in the subject.

        Raises:
            HarnessError: The emulator doesn't answer.
        """
        return [
            email
            for email in _emails_at(self._endpoint_url, self._account)
            if to is None or _bare(to) in email.recipients
            if subject is None or subject.lower() in email.subject.lower()
        ]

    def wait_for(
        self,
        *,
        to: str | None = None,
        subject: str | None = None,
        within: timedelta = WITHIN,
    ) -> Email:
        """Return the latest e-mail of this kind, once there is one.

        Args:
            to: An address that it goes to.
            subject: Something that is in its subject.
            within: How long to wait, in the machine's time.

        Raises:
            AssertionError: None came; it lists those that did.
        """

        def came() -> Email:
            found = self.emails(to=to, subject=subject)
            assert found, _absence(to, subject, self.emails())
            return found[-1]

        return eventually(came, within=within)

    def confirm(
        self,
        address: str,
        *,
        get: Callable[[str], Any],
        within: timedelta = WITHIN,
    ) -> Email:
        """Follow the link with which an address confirms its subscription to a topic.

        Args:
            address: The address that was subscribed.
            get: Opens a link, such as the `http` fixture's `get`.
            within: How long to wait for the e-mail with the link.
        """
        email = self.wait_for(to=address, subject="Subscription Confirmation", within=within)
        get(email.links[-1]).raise_for_status()
        return email


def _emails_at(endpoint_url: str, account: str) -> list[Email]:
    found = shown_at(endpoint_url, wire.INBOX_PATH, "inbox", account=account)
    return [_email(members) for members in found]


def _email(members: dict[str, Any]) -> Email:
    values: dict[str, Any] = {
        one.name: tuple(value) if isinstance(value := members[one.name], list) else value
        for one in fields(Email)
    }
    return Email(**values)


def _bare(address: str) -> str:
    return address.rpartition("<")[2].rstrip(">").strip().lower()


def _absence(to: str | None, subject: str | None, others: list[Email]) -> str:
    wanted = " ".join(
        part
        for part in (
            "no e-mail came",
            f"to {to}" if to else "",
            f'with "{subject}" in its subject' if subject else "",
        )
        if part
    )
    listed = "\n".join(f"  {email}" for email in others)
    return f"{wanted}; the inbox has\n{listed}" if listed else f"{wanted}; the inbox is empty"
