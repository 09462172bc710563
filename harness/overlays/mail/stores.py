"""The e-mails of an account, in the order in which they were sent."""

from __future__ import annotations

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from .email import Email


class MailStore(BaseStore):  # type: ignore[misc]
    """What was sent from one region."""

    emails: list[Email] = LocalAttribute(default=list)


mail_stores = AccountRegionBundle("ses", MailStore)


def deliver(account: str, region: str, email: Email) -> None:
    """Put an e-mail into the inbox."""
    mail_stores[account][region].emails.append(email)


def delivered(account: str) -> list[tuple[str, Email]]:
    """Return an account's e-mails, each with the region that sent it, the oldest first."""
    if account not in mail_stores:
        return []
    found = [
        (region, email)
        for region, store in list(dict.items(mail_stores[account]))
        for email in list(store.emails)
    ]
    return sorted(found, key=lambda pair: pair[1].at)
