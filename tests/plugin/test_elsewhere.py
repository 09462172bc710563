"""Someone else's project: the built wheel, a template and a ten-line test in an empty folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

TEMPLATE = """\
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Greeter:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {GREETING: hello}}
      Code:
        ZipFile: |
          import os
          def handler(event, context):
              return os.environ["GREETING"] + " " + event["name"]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
Outputs:
  QueueUrl: {Value: !Ref Queue}
  Greeter: {Value: !Ref Greeter}
"""

TEST = """\
from datetime import timedelta

def test_a_message_arrives(stack, client, eventually):
    client("sqs").send_message(QueueUrl=stack.outputs["QueueUrl"], MessageBody="hello")
    def arrived():
        found = client("sqs").receive_message(QueueUrl=stack.outputs["QueueUrl"])
        assert [message["Body"] for message in found.get("Messages", [])] == ["hello"]
    eventually(arrived, within=timedelta(seconds=30))

def test_a_function_greets(stack, client):
    function = stack.outputs["Greeter"]
    answer = client("lambda").invoke(FunctionName=function, Payload='{"name": "ana"}')
    assert answer["Payload"].read() == b'"hello ana"'
"""


@pytest.fixture(scope="module")
def their_python(tmp_path_factory):
    """A virtual environment that holds the built wheel and what it requires, nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run("uv", "build", "--wheel", "--out-dir", folder / "dist", REPOSITORY)
    run("uv", "venv", "--python", "3.13", folder / "venv")
    (wheel,) = (folder / "dist").glob("*.whl")
    python = folder / "venv" / "bin" / "python"
    run("uv", "pip", "install", "--python", python, wheel)
    return python


@pytest.fixture
def their_folder(tmp_path):
    """Their project, with settings of its own so that nobody else's are found above it."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "test_greeting.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(*command: object, cwd: Path | None = None) -> str:
    """Run a command and return what it printed, or fail with it."""
    # Nothing of this checkout or of a user's AWS settings may help.
    hidden = ("AWS_", "PYTEST_", "PYTHONPATH", "VIRTUAL_ENV", "COV_")
    variables = {name: text for name, text in os.environ.items() if not name.startswith(hidden)}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_template_and_a_ten_line_test_are_enough(their_python, their_folder):
    said = run(their_python, "-m", "pytest", "-v", cwd=their_folder)
    assert "2 passed" in said
    left = sorted(
        path.name for path in their_folder.iterdir() if not path.name.startswith((".", "_"))
    )
    assert left == ["pytest.ini", "template.yaml", "test_greeting.py"]


def test_the_command_is_there_too(their_python, their_folder):
    assert "core" in run(their_python.parent / "harness", "overlays", cwd=their_folder)
