"""Who may send: verified addresses, and all addresses of verified domains.

Source: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr

from localstack.aws.api import CommonServiceException, RequestContext
from moto.ses import ses_backends
from moto.ses.exceptions import MessageRejectedError


def is_verified(account: str, region: str, address: str) -> bool:
    """Say whether an address, or its domain, is verified in a region."""
    identities = ses_backends[account][region].email_identities
    bare = parseaddr(address)[1]
    domain = bare.rpartition("@")[2].lower()
    # The part before the @ is case-sensitive, domains and their subdomains aren't.
    domains = {domain} | {domain.split(".", n)[-1] for n in range(1, domain.count(".") + 1)}
    return bare in identities or any(
        name.lower() in domains for name in identities if "@" not in name
    )


def check(account: str, region: str, *addresses: str | None) -> None:
    """Refuse senders that aren't verified, as SES does.

    Raises:
        CommonServiceException: `MessageRejected`, with all that failed.
    """
    failed = [
        parseaddr(address)[1] or address
        for address in addresses
        if address and not is_verified(account, region, address)
    ]
    if failed:
        raise CommonServiceException(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{region.upper()}: {', '.join(failed)}",
            status_code=400,
            sender_fault=True,
        )


@contextmanager
def refused_as_aws_does(context: RequestContext, *addresses: str | None) -> Iterator[None]:
    """Let upstream refuse senders in its order of checks, in AWS's words."""
    try:
        yield
    except (CommonServiceException, MessageRejectedError) as refusal:
        if isinstance(refusal, MessageRejectedError) or refusal.code == "MessageRejected":
            check(context.account_id, context.region, *addresses)
        raise
