"""A tiny server that answers as AWS does, error shapes included, and notes what it is asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from botocore.config import Config

from harness.targets.aws import Aws, sessions
from harness.targets.aws.configuration import Configuration

ACCOUNT, SECOND = "111122223333", "444455556666"
USER = f"arn:aws:iam::{ACCOUNT}:user/dev"


@dataclass(frozen=True)
class Asked:
    """A request: the operation's name, or method and path where AWS's protocol has none."""

    operation: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A response."""

    body: str | dict[str, Any] = ""
    status: int = 200


@dataclass
class FakeAws:
    """Answers by operation; what has no answer is refused as an unknown operation.

    Attributes:
        answers: An answer, a list of answers one after the other, or what makes one.
        asked: What was asked so far.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        found = self.answers.get(asked.operation)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(asked)
        return found or query_error("InvalidAction", f"no answer to {asked.operation}", 400)

    @property
    def operations(self) -> list[str]:
        return [asked.operation for asked in self.asked]

    def caller(self, account: str = ACCOUNT, arn: str = USER) -> None:
        """Have it say who calls."""
        self.answers["GetCallerIdentity"] = query_answer(
            "GetCallerIdentity",
            f"<Arn>{arn}</Arn><UserId>AID</UserId><Account>{account}</Account>",
        )

    def aliases(self, *aliases: str) -> None:
        members = "".join(f"<member>{alias}</member>" for alias in aliases)
        self.answers["ListAccountAliases"] = query_answer(
            "ListAccountAliases",
            f"<AccountAliases>{members}</AccountAliases><IsTruncated>false</IsTruncated>",
        )


def query_answer(operation: str, result: str) -> Answer:
    return Answer(
        f"<{operation}Response><{operation}Result>{result}</{operation}Result>"
        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
    )


def query_error(code: str, message: str, status: int = 400) -> Answer:
    return Answer(
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        status,
    )


def json_error(code: str, message: str, status: int = 400) -> Answer:
    return Answer({"__type": code, "message": message}, status)


@pytest.fixture
def fake(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeAws]:
    """The server, in the role of AWS, with a caller whom nothing speaks against."""
    fake = FakeAws()
    fake.caller()
    fake.aliases()
    folder = tmp_path_factory.mktemp("fake-aws")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    _wrap(server, folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("HARNESS_AWS_STAND_IN", url)
    monkeypatch.setenv("HARNESS_AWS_STAND_IN_CA", str(folder / "authority.pem"))
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's files, and the harness's cache, of this test alone."""
    (tmp_path / "config").write_text(
        "[profile dev]\nregion = us-east-1\n[profile partner]\nregion = us-east-1\n"
        "[profile nowhere]\n"
    )
    keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n"
    (tmp_path / "credentials").write_text(f"[dev]\n{keys}[partner]\n{keys}[nowhere]\n{keys}")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("HARNESS_AWS_STAND_IN", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(tmp_path / "cache"))
    once = Config(retries={"total_max_attempts": 1})
    monkeypatch.setattr(sessions, "SETTINGS", sessions.SETTINGS.merge(once))


@pytest.fixture
def rules() -> Configuration:
    return Configuration()


@pytest.fixture
def target(fake: FakeAws, tmp_path: Path) -> Callable[..., Aws]:
    """Makes targets on the server: `target(profile="dev")`."""

    def make(**options: Any) -> Aws:
        given = {"account": ACCOUNT, "profile": "dev", "here": tmp_path, **options}
        return Aws(**given)

    return make


def _wrap(server: ThreadingHTTPServer, folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)


def _handler(fake: FakeAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            answer = fake.answer(_asked(self, self.rfile.read(length)))
            body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body.encode())

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _respond  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    return Handler


def _asked(request: BaseHTTPRequestHandler, body: bytes) -> Asked:
    if target := request.headers.get("X-Amz-Target"):
        return Asked(target.rpartition(".")[2], json.loads(body or b"{}"))
    if "/operation/" in request.path:  # AWS's newest protocol; its bodies are of no interest here
        return Asked(request.path.rpartition("/")[2], {})
    form = parse_qs(body.decode(errors="replace"))
    if "Action" in form:
        return Asked(form["Action"][0], {key: value[0] for key, value in form.items()})
    parts = urlsplit(request.path)
    query = {key: value[0] for key, value in parse_qs(parts.query, keep_blank_values=True).items()}
    shown = f"?{next(iter(query))}" if query and not parts.query.partition("=")[1] else ""
    try:
        parameters = json.loads(body)
    except ValueError:
        parameters = {"body": body.decode(errors="replace")}
    return Asked(f"{request.command} {parts.path}{shown}", parameters)
