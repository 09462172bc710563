"""The emulator keeps to this machine and to its own folder."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import psutil
import pytest
from botocore.config import Config

from harness import wire

FOREIGN = {"Host": "evil.example"}
OTHER_SITE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


def test_a_connection_beyond_loopback_is_refused_in_its_process(in_emulator_python):
    said = in_emulator_python(
        "import socket, urllib.request\n"
        "from harness.overlays.core import network\n"
        "network.stay_on_loopback()\n"
        "for attempt in (\n"
        "    lambda: socket.create_connection(('203.0.113.1', 443)),\n"
        "    lambda: socket.create_connection(('example.com', 443)),\n"
        "    lambda: socket.socket().connect_ex(('203.0.113.1', 443)),\n"
        "    lambda: urllib.request.urlopen('http://sts.amazonaws.com'),\n"
        "):\n"
        "    try:\n"
        "        attempt()\n"
        "    except OSError as problem:\n"
        "        print(problem)\n"
    ).splitlines()

    assert len(said) == 4
    assert all("doesn't connect beyond this machine" in line for line in said)


@pytest.mark.parametrize(
    "name", ["localhost", "abc.lambda-url.us-east-1.localhost.localstack.cloud"]
)
def test_its_own_names_need_no_dns(in_emulator_python, name):
    said = in_emulator_python(
        "import socket\n"
        "from harness.overlays.core import network\n"
        "network.stay_on_loopback()\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        f"print(socket.create_connection(({name!r}, server.getsockname()[1])).getpeername()[0])\n"
    )

    assert said.strip() == "127.0.0.1"


def test_it_has_no_connection_beyond_loopback(emulator, aws):
    for service, listing in [
        ("sqs", "list_queues"),
        ("sns", "list_topics"),
        ("lambda", "list_functions"),
        ("s3", "list_buckets"),
        ("apigateway", "get_rest_apis"),
        ("cloudformation", "list_stacks"),
        ("secretsmanager", "list_secrets"),
    ]:
        getattr(aws(service), listing)()
    process = psutil.Process(emulator.describe()["pid"])

    remote = [c.raddr.ip for c in process.net_connections("inet") if c.raddr]

    assert [address for address in remote if not address.startswith(("127.", "::1"))] == []
    assert "Refused to connect" not in emulator.evidence()


def test_what_it_would_have_to_download_is_refused_by_name(aws):
    steps = aws("stepfunctions", config=Config(inject_host_prefix=False))
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 + 1 %}", "End": True}

    tested = steps.test_state(
        definition=json.dumps(state), roleArn="arn:aws:iam::000000000000:role/r"
    )

    assert tested["status"] == "FAILED"
    assert "This needs jsonata" in tested["cause"]
    assert "the emulator downloads nothing" in tested["cause"]


def test_it_writes_to_its_own_folder_only(emulator, aws):
    aws("s3").create_bucket(Bucket="written")
    aws("s3").put_object(Bucket="written", Key="k", Body=b"v" * 1024)
    process = psutil.Process(emulator.describe()["pid"])
    variables = process.environ()
    state = Path(variables[wire.STATE_DIR])

    written = {Path(file.path) for file in process.open_files() if set(file.mode) & set("wa+")}
    told = [variables[name] for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "FILESYSTEM_ROOT")]

    assert written
    assert [path for path in (*written, *map(Path, told)) if not path.is_relative_to(state)] == []


def test_buckets_are_in_its_own_folder(emulator, aws):
    aws("s3").create_bucket(Bucket="where-it-is")
    variables = psutil.Process(emulator.describe()["pid"]).environ()

    assert Path(variables["TMPDIR"], "s3", "where-it-is").is_dir()


def test_it_knows_nothing_of_the_users_credentials(emulator, monkeypatch):
    variables = psutil.Process(emulator.describe()["pid"]).environ()

    assert [name for name in variables if name.startswith("AWS_")] == ["AWS_EC2_METADATA_DISABLED"]


@pytest.mark.parametrize("headers", [FOREIGN, OTHER_SITE], ids=["foreign name", "other site"])
def test_the_control_api_does_not_answer_strangers(emulator, headers):
    host, port = emulator.endpoint_url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port))
    connection.request("POST", wire.RESET_PATH, body="{}", headers=headers)

    assert connection.getresponse().status == 403
