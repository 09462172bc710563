"""An emulator ends with whoever started it, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import signal
import zipfile

import boto3
import psutil
import pytest

from harness.emulator import running

GONE_SECONDS = 30


def end_normally(process):
    process.stdin.close()


def interrupt(process):
    process.send_signal(signal.SIGINT)


def terminate(process):
    process.terminate()


def kill(process):
    process.kill()


def start_function(endpoint):
    """Invoke a function, so that it has processes of its own."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "def handler(event, context): return event")
    client = boto3.client(
        "lambda",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="111111111111",
        aws_secret_access_key="x",
    )
    client.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Role="arn:aws:iam::111111111111:role/r",
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})
    answer = client.invoke(FunctionName="f", Payload=json.dumps(1))
    assert answer["Payload"].read() == b"1"


@pytest.mark.parametrize("end", [end_normally, interrupt, terminate, kill])
def test_nothing_is_left_of_an_emulator_whose_starter_ended(parent_process, end):
    parent = parent_process()
    start_function(parent.endpoint)
    emulator = psutil.Process(parent.emulator)
    family = [emulator, *emulator.children(recursive=True)]
    assert len(family) > 1

    end(parent.process)
    parent.process.wait(GONE_SECONDS)

    _, alive = psutil.wait_procs(family, timeout=GONE_SECONDS)
    assert alive == []
    assert not parent.state.exists()


def test_what_could_not_be_removed_is_removed_by_the_next_one(own_emulators):
    remains = own_emulators / "e-gone"
    remains.mkdir(parents=True)
    (remains / running.RECORD).write_text(json.dumps({"pid": 1, "started": 0.0}))

    state = running.new_state_dir()

    assert not remains.exists()
    assert state.exists()
