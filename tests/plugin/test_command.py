"""The command in processes of its own: an emulator that stands, stacks on it, a run."""

from __future__ import annotations

import json
import re
import signal
import socket

import boto3
import psutil
import pytest

TEMPLATE = """\
Parameters:
  Visibility: {Type: Number, Default: 30}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Visibility}
Outputs:
  QueueUrl: {Value: !Ref Queue}
"""

SCENARIO = """\
import pytest

@pytest.mark.claim("mail.sent")
def test_a_mail_is_sent(stack, client):
    client("sqs").send_message(QueueUrl=stack.outputs["QueueUrl"], MessageBody="hello")

@pytest.mark.claim("mail.read")
def test_a_mail_is_read():
    assert "unread" == "read"
"""


@pytest.fixture(scope="module", autouse=True)
def template(harness):
    (harness.folder / "template.yaml").write_text(TEMPLATE)


def test_a_detached_emulator_is_ready_when_the_command_returns(harness, endpoint):
    sqs = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    assert sqs.create_queue(QueueName="q")["QueueUrl"].endswith("/000000000000/q")


def test_it_is_started_once(harness, endpoint):
    again = harness.json("up", "--detach")
    assert again["endpoint"] == endpoint
    assert again["was_running"]


def test_it_says_how_tools_find_it(harness, endpoint):
    said = harness("up", "--detach")
    assert f"export AWS_ENDPOINT_URL={endpoint}" in said.stdout.splitlines()
    assert all(line.startswith("export ") for line in said.stdout.splitlines())


def test_status_shows_it(harness, endpoint):
    (emulator,) = harness.json("status")["emulators"]
    assert emulator["endpoint"] == endpoint
    assert emulator["answers"]
    assert emulator["environments"] == []
    assert endpoint in harness("status").stdout


def test_a_template_is_deployed_updated_and_destroyed(harness, endpoint):
    made = harness.json("deploy", "template.yaml", "--name", "shop")
    assert made["resources"].keys() == {"Queue"}
    assert made["changed"]
    again = harness("deploy", "template.yaml", "--name", "shop")
    assert re.fullmatch(r"QueueUrl=http\S+\n", again.stdout)
    assert "nothing to change" in again.stderr
    changed = harness.json(
        "deploy", "template.yaml", "--name", "shop", "--parameter", "Visibility=60"
    )
    assert changed["changed"]
    assert harness.json("destroy", "shop") == {"deleted": "shop"}
    assert "There is no stack" in harness("destroy", "shop", exit_code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["nothing.yaml", "--name", "a"], 2, "nothing.yaml"),
        (["template.yaml", "--name", "a", "--parameter", "Visibility"], 2, "is not KEY=VALUE"),
        (["template.yaml", "--name", "a", "--parameter", "Nothing=1"], 2, "Nothing"),
    ],
    ids=["no template", "no value", "unknown parameter"],
)
def test_a_wrong_deployment_is_a_sentence(harness, endpoint, arguments, exit_code, said):
    stderr = harness("deploy", *arguments, exit_code=exit_code).stderr
    assert said in stderr
    assert "Traceback" not in stderr


def test_down_stops_it_and_deploying_then_says_what_is_missing(harness, endpoint):
    assert harness.json("down") == {"stopped": [endpoint], "left": []}
    assert harness.json("down") == {"stopped": [], "left": []}
    assert harness.json("status")["emulators"] == []
    stderr = harness("deploy", "template.yaml", "--name", "shop", exit_code=3).stderr
    assert stderr == 'Error: No emulator runs. Start one with "harness up --detach".\n'


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_in_the_foreground_it_serves_until_it_is_interrupted(harness, how):
    harness("down")
    serving = harness.start("up", "--json")
    assert serving.stderr is not None
    said = [serving.stderr.readline()]
    while "Serving until Ctrl-C." not in said[-1]:
        said.append(serving.stderr.readline())
    (emulator,) = harness.json("status")["emulators"]
    serving.send_signal(how)
    out, err = serving.communicate()
    assert serving.returncode == 0
    assert "Traceback" not in err
    assert json.loads(out)["endpoint"] == emulator["endpoint"]
    assert not psutil.pid_exists(emulator["pid"])


def test_a_taken_port_is_a_sentence(harness):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = harness("up", "--port", str(port), exit_code=3)
    assert str(port) in said.stderr
    assert "Traceback" not in said.stderr


@pytest.fixture(scope="module")
def scenarios(harness):
    folder = harness.folder / "scenarios" / "mail"
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "test_mail.py").write_text(SCENARIO)
    (harness.folder / "pytest.ini").write_text("[pytest]\n")
    (harness.folder / "scenarios" / "claims.yaml").write_text(
        "mail:\n  sent: 'a mail is sent'\n  read: 'a mail is read'\n  kept: 'a mail is kept'\n"
    )
    return harness


def test_a_run_reports_what_held_and_what_did_not(scenarios):
    said = scenarios("run", "-n", "1", exit_code=1)
    assert "failed mail: a mail is read" in said.stdout
    assert "It did not hold: 1 of 3 claims of 1 pattern on embedded" in said.stdout
    assert "mail: 1 passed, 1 failed" in said.stderr
    report = scenarios.folder / "build" / "report"
    claims = json.loads((report / "claims.json").read_text())["claims"]
    assert {name: claim["outcome"] for name, claim in claims.items()} == {
        "mail.sent": "passed",
        "mail.read": "failed",
        "mail.kept": "untested",
    }
    assert "1 test failed" in (report / "index.html").read_text()
    assert 'tests="2"' in (report / "junit.xml").read_text()


def test_a_run_that_holds_ends_with_nothing_else_but_json_on_stdout(scenarios):
    document = scenarios.json("run", "mail", "-n", "1", "--", "-k", "sent")
    assert document["tests"] == {"passed": 1, "failed": 0, "skipped": 0}
    assert document["exit_code"] == 0
    assert document["claims"]["mail.sent"]["outcome"] == "passed"


def test_an_unknown_pattern_is_answered_with_the_near_one(scenarios):
    said = scenarios("run", "mial", exit_code=2)
    assert said.stderr == 'Error: Unknown pattern "mial". Did you mean "mail"? (mail)\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--", "-k", "nothing-like-it"], "No test was selected."),
        (["--", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["--target", "aws"], "--target aws alone doesn't reach an AWS account."),
    ],
    ids=["nothing selected", "pytest's refusal", "target"],
)
def test_what_cannot_run_is_a_usage_error(scenarios, arguments, said):
    done = scenarios("run", "-n", "1", *arguments, exit_code=2)
    assert said in done.stderr
    assert done.stdout == ""


def test_a_scenario_with_a_syntax_error_fails_the_run_and_is_named(scenarios):
    broken = scenarios.folder / "scenarios" / "mail" / "test_broken.py"
    broken.write_text("def test_it(:\n")
    try:
        said = scenarios("run", "-n", "1", exit_code=1)
    finally:
        broken.unlink()
    assert "collecting scenarios/mail/test_broken.py" in said.stdout
    assert "SyntaxError" in said.stdout
