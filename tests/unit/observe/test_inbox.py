"""What `harness inbox --open` shows, and how an absent e-mail is told."""

from __future__ import annotations

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from harness.commands.inbox import page_of
from harness.errors import HarnessError
from harness.observe.inbox import Email, Inbox

SENT = {
    "id": "1",
    "sent_by": "ses",
    "region": "us-east-1",
    "sender": "Desk <desk@example.com>",
    "to": ["Ada <ada@example.com>"],
    "cc": [],
    "bcc": [],
    "subject": "Approved <now>",
    "text": "See http://localhost:1/a?b=c&d=e",
    "html": None,
    "reply_to": [],
    "attachments": [],
    "at": 0.0,
}


@pytest.fixture
def inbox():
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps([SENT]).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Inbox(f"http://127.0.0.1:{server.server_port}", "111111111111")
        server.shutdown()


def test_an_address_is_found_with_and_without_its_name(inbox):
    for address in ("ada@example.com", "ADA@example.com", "Ada <ada@example.com>"):
        assert [email.id for email in inbox.emails(to=address)] == ["1"]
    assert inbox.emails(to="da@example.com") == []


def test_links_are_whole(inbox):
    assert inbox.emails()[0].links == ["http://localhost:1/a?b=c&d=e"]


def test_an_absence_lists_what_did_come(inbox):
    with pytest.raises(AssertionError) as failure:
        inbox.wait_for(to="bob@example.com", subject="Denied", within=timedelta(0))
    said = str(failure.value)
    assert said.startswith('no e-mail came to bob@example.com with "Denied" in its subject')
    assert "00:00:00 Desk <desk@example.com> → ada@example.com: Approved <now>" in said


def test_an_emulator_that_is_gone_is_named():
    with pytest.raises(HarnessError, match="doesn't show its inbox"):
        Inbox("http://127.0.0.1:1", "111111111111").emails()


def test_a_page_shows_markup_of_headers_as_text_and_runs_nothing():
    members = {
        key: tuple(value) if isinstance(value, list) else value for key, value in SENT.items()
    }
    page = page_of(Email(**{**members, "html": "<script>x</script><b>Yes</b>"})).read_text()
    assert "default-src 'none'" in page
    assert "Approved &lt;now&gt;" in page
    assert "<b>Yes</b>" in page
