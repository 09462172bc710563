"""A container of the image."""

from __future__ import annotations

import io
import json
import time
import zipfile

import boto3
import pytest

import harness
from harness.emulator.image import layout
from harness.emulator.image.tag import image_digest

HANDLER = """
import os, pathlib

def handler(event, context):
    note = pathlib.Path("/tmp/note")
    before = note.read_text() if note.exists() else None
    note.write_text(context.function_name)
    others = [name for name in os.listdir("/proc") if name.isdecimal()]
    return {"before": before, "user": os.getuid(), "processes": len(others)}
"""


@pytest.fixture(scope="module")
def usual(standing):
    """One with all privileges that it asks for."""
    return standing()


@pytest.fixture(scope="module")
def restricted(standing):
    """One with Docker's usual settings, so that functions can't have namespaces."""
    return standing(are_functions_apart=False)


def invoked(container, *names):
    """Create functions in a container and return each one's answer."""
    client = boto3.client(
        "lambda",
        endpoint_url=container.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="test",
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", HANDLER)
    answers = []
    for name in names:
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role="arn:aws:iam::123456789012:role/any",
            Code={"ZipFile": archive.getvalue()},
        )
        client.get_waiter("function_active_v2").wait(FunctionName=name)
        answer = client.invoke(FunctionName=name)
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        answers.append(payload)
    return answers


def test_it_says_which_image_it_is(usual):
    info = usual.info()

    assert info["digest"] == image_digest()
    assert info["harness"] == harness.__version__


def test_functions_have_files_and_processes_of_their_own(usual):
    assert usual.info()["isolation"] == {"files": True, "processes": True, "reason": ""}

    first, second = invoked(usual, "first", "second")

    assert (first["before"], second["before"]) == (None, None)
    assert first["processes"] <= 2  # its own, and the one that watches it


def test_nothing_in_it_has_a_right(usual):
    status = usual.run("cat", "/proc/1/status")
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert said["Uid"].split() == [str(layout.USER)] * 4
    assert {said["CapEff"], said["CapPrm"], said["CapBnd"]} == {"0" * 16}
    assert (said["NoNewPrivs"], said["Seccomp"]) == ("1", "2")


def test_no_orphan_stays_a_zombie(usual):
    # The shell's child loses its parent, and ends after it.
    usual.run("sh", "-c", "(sleep 0.1; exit 3) & exit 0")

    states = "cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | cut -c1"
    deadline = time.monotonic() + 30
    while "Z" in (seen := usual.run("sh", "-c", states)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "Z" not in seen


def test_docker_finds_it_healthy(usual):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        usual.container.reload()
        if usual.container.attrs["State"]["Health"]["Status"] == "healthy":
            return
        time.sleep(0.2)
    pytest.fail(str(usual.container.attrs["State"]["Health"]))


def test_with_fewer_privileges_it_runs_and_says_what_is_weaker(restricted):
    isolation = restricted.info()["isolation"]
    assert (isolation["files"], isolation["processes"]) == (False, False)
    assert "not permitted" in isolation["reason"]

    first, second = invoked(restricted, "first", "second")

    assert (first["before"], second["before"]) == (None, None)


def test_doctor_says_so_too(restricted):
    from harness.emulator.doctor_docker import docker_checks

    restricted.info()  # it has started: doctor doesn't wait for that
    (check,) = [
        check for check in docker_checks() if check.name == f"container {restricted.container.name}"
    ]

    assert check.state == "weaker"
    assert "redirected" in check.finding
    assert "security_opt" in check.remedy


def test_it_ends_in_order_when_docker_stops_it(standing):
    container = standing().container

    container.stop(timeout=60)

    container.reload()
    assert container.attrs["State"]["ExitCode"] == 0


def test_the_image_says_what_is_in_it(engine, image):
    found = engine.client.images.get(image)

    assert found.labels["org.opencontainers.image.version"] == harness.__version__
    assert found.labels["aws-pattern-harness.digest"] == image_digest()
    assert found.labels["aws-pattern-harness.python"] == layout.PYTHON
    assert found.attrs["Config"]["User"] == f"{layout.USER}:{layout.USER}"


def test_the_image_stays_small(engine, image):
    # 400 MB are LocalStack's packages, 100 MB the base: more would be something that crept in.
    assert engine.client.images.get(image).attrs["Size"] < 600_000_000
