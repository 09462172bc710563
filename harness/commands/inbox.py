"""`harness inbox`."""

from __future__ import annotations

import dataclasses
import tempfile
import webbrowser
from html import escape
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from harness.errors import UsageProblem
from harness.observe.inbox import Email, Inbox

from . import emulators
from .output import AsJson, print_json, print_table, progress, table

# What a function wrote into an e-mail may load and run nothing here.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def inbox(
    account: Annotated[
        str, typer.Option(metavar="ID", help="Account id, 12 digits.")
    ] = emulators.ACCOUNT,
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Only e-mails to this address.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only e-mails with this in the subject.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--open", help="Open the latest one in the browser.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the e-mails that SES and SNS have sent.

    \b
    Example:
      harness inbox --to manager@example.com --open
    """
    target = emulators.attached()
    found = Inbox(target.endpoint_url, account).emails(to=to, subject=subject)
    if as_json:
        print_json([dataclasses.asdict(email) for email in found])
    else:
        _list(found)
    if show:
        if not found:
            raise UsageProblem("There is no such e-mail to open.", "Look at what there is.")
        webbrowser.open(page_of(found[-1]).as_uri())


def _list(found: list[Email]) -> None:
    shown = table("sent", "from", "to", "subject")
    for email in found:
        shown.add_row(
            str(email).split(" ")[0],
            Text(email.sender),
            Text(", ".join(sorted(email.recipients))),
            Text(email.subject),
        )
    print_table(shown)
    if not found:
        progress().print("No e-mail so far.")


def page_of(email: Email) -> Path:
    """Write an e-mail as a page that loads nothing and runs nothing.

    Returns:
        The page's file, which stays for the browser.
    """
    body = email.html or f"<pre>{escape(email.text or '')}</pre>"
    heads = {"From": email.sender, "To": ", ".join(email.to), "Subject": email.subject}
    rows = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in heads.items())
    folder = Path(tempfile.mkdtemp(prefix="harness-inbox-"))
    page = folder / "email.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(email.subject)}</title><dl>{rows}</dl><hr>{body}",
        encoding="utf-8",
    )
    return page
