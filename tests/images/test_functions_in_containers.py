"""Functions that need a container, where Docker's socket is mounted into the emulator's."""

from __future__ import annotations

import io
import json
import secrets
import time
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.targets.docker.labels import DIGEST, RUN

SOCKET = "/var/run/docker.sock"
ROLE = "arn:aws:iam::123456789012:role/any"

HANDLER = """
import json, os, pathlib, time
import boto3

def handler(event, context):
    print("got", json.dumps(event))
    if event.get("do") == "exit":
        os._exit(3)
    time.sleep(event.get("seconds", 0))
    note = pathlib.Path("/tmp/note")
    before = note.exists()
    note.write_text("here")
    return {
        "before": before,
        "me": boto3.client("sts").get_caller_identity()["Arn"],
        "layer": os.path.exists("/opt/layer.txt"),
        "secret": os.environ.get("SECRET"),
    }
"""

DOCKERFILE = """
FROM {image} AS emulator
FROM {base}
COPY --from=emulator /opt/harness /opt/harness
COPY app.py /var/task/
WORKDIR /var/task
ENV PYTHONPATH=/opt/harness/runtime:/var/task HOME=/tmp
ENTRYPOINT ["/opt/harness/emulator/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
"""


@pytest.fixture(scope="module")
def function_image(engine, image, tmp_path_factory):
    """A function's image with AWS's runtime client, as one from the registry would have it."""
    folder = tmp_path_factory.mktemp("function")
    (folder / "app.py").write_text(HANDLER)
    base = engine.client.images.get(image).labels["org.opencontainers.image.base.name"]
    (folder / "Dockerfile").write_text(DOCKERFILE.format(image=image, base=base))
    tag = f"function-test:{secrets.token_hex(4)}"
    engine.client.images.build(path=str(folder), tag=tag, rm=True)
    yield tag
    engine.client.images.remove(tag, force=True)


@pytest.fixture(scope="module")
def emulator(standing, function_image):
    """An emulator that was given the socket, and a Java that is none."""
    return standing(
        volumes={SOCKET: {"bind": SOCKET, "mode": "rw"}},
        group_add=[Path(SOCKET).stat().st_gid],
        variables={"LAMBDA_RUNTIME_IMAGE_MAPPING": json.dumps({"java21": function_image})},
    )


def client_of(emulator):
    return boto3.client(
        "lambda",
        endpoint_url=emulator.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="test",
        config=Config(read_timeout=180, retries={"max_attempts": 0}),
    )


@pytest.fixture(scope="module")
def functions(emulator):
    return client_of(emulator)


@pytest.fixture(scope="module")
def created(functions, function_image):
    """The function from the image."""
    functions.create_function(
        FunctionName="packaged",
        PackageType="Image",
        Code={"ImageUri": function_image},
        Role=ROLE,
        Timeout=3,
        Environment={"Variables": {"SECRET": "known"}},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="packaged")
    return "packaged"


def invoke(functions, name, **event):
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def running(engine, emulator):
    """The containers that share the emulator's network."""
    mode = f"container:{emulator.container.id}"
    return [
        one
        for one in engine.client.containers.list(all=True)
        if one.attrs["HostConfig"]["NetworkMode"] == mode
    ]


def test_a_function_from_an_image_runs_and_stays_warm(functions, created):
    # The end of its environment, if it has one: the next has nothing in its /tmp.
    invoke(functions, created, do="exit")
    first, error = invoke(functions, created)
    assert error is None, first
    assert first["me"].startswith("arn:aws:sts::123456789012:assumed-role/any/")
    assert (first["before"], first["secret"]) == (False, "known")
    again, _ = invoke(functions, created)
    assert again["before"] is True


def test_its_containers_are_no_emulators(engine, emulator, functions, created):
    invoke(functions, created)
    for container in running(engine, emulator):
        assert not {DIGEST, RUN} & set(container.labels)


def test_a_timeout_and_an_exit_end_as_elsewhere(functions, created):
    late, error = invoke(functions, created, seconds=30)
    assert error == "Unhandled"
    assert "Task timed out after 3.00 seconds" in late["errorMessage"]
    gone, _ = invoke(functions, created, do="exit")
    assert gone["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in gone["errorMessage"]
    assert invoke(functions, created)[1] is None


def test_an_archive_and_its_layers_are_put_into_the_runtimes_image(functions):
    code, layer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("app.py", HANDLER.replace('"before"', '"archive"'))
    with zipfile.ZipFile(layer, "w") as file:
        file.writestr("layer.txt", "here")
    version = functions.publish_layer_version(
        LayerName="layer", Content={"ZipFile": layer.getvalue()}
    )["LayerVersionArn"]
    functions.create_function(
        FunctionName="unpacked",
        Runtime="java21",
        Handler="app.handler",
        Role=ROLE,
        Timeout=30,
        Code={"ZipFile": code.getvalue()},
        Layers=[version],
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="unpacked")
    answer, error = invoke(functions, "unpacked")
    assert error is None, answer
    assert "archive" in answer
    assert answer["layer"] is True


def test_a_deleted_function_leaves_no_container(engine, emulator, functions, function_image):
    before = {one.id for one in running(engine, emulator)}
    functions.create_function(
        FunctionName="short", PackageType="Image", Code={"ImageUri": function_image}, Role=ROLE
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="short")
    invoke(functions, "short")
    assert {one.id for one in running(engine, emulator)} - before
    functions.delete_function(FunctionName="short")
    deadline = time.monotonic() + 30
    while left := {one.id for one in running(engine, emulator)} - before:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_an_emulator_that_is_killed_takes_its_functions_along(engine, standing, function_image):
    emulator = standing(
        volumes={SOCKET: {"bind": SOCKET, "mode": "rw"}},
        group_add=[Path(SOCKET).stat().st_gid],
    )
    client = client_of(emulator)
    client.create_function(
        FunctionName="orphan", PackageType="Image", Code={"ImageUri": function_image}, Role=ROLE
    )
    client.get_waiter("function_active_v2").wait(FunctionName="orphan")
    invoke(client, "orphan")
    assert running(engine, emulator)
    emulator.container.kill()
    deadline = time.monotonic() + 30
    while running(engine, emulator):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_image_that_cannot_be_had_fails_the_function(functions):
    functions.create_function(
        FunctionName="absent",
        PackageType="Image",
        Code={"ImageUri": "127.0.0.1:9/absent:none"},
        Role=ROLE,
    )
    deadline = time.monotonic() + 60
    while (told := functions.get_function(FunctionName="absent")["Configuration"])[
        "State"
    ] == "Pending":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert told["State"] == "Failed"


def test_without_the_socket_they_are_refused_by_name(standing, function_image):
    client = client_of(standing())
    with pytest.raises(ClientError, match="Docker's socket mounted"):
        client.create_function(
            FunctionName="refused",
            PackageType="Image",
            Code={"ImageUri": function_image},
            Role=ROLE,
        )
