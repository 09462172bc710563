"""The file system that a function sees."""

from __future__ import annotations

import pytest

WRITE = """
def handler(event, context):
    try:
        with open(event, "w") as file:
            file.write("x")
    except OSError as problem:
        return problem.strerror
    return "written"
"""

REMEMBER = """
import os, time
def handler(event, context):
    if event == "crash":
        os._exit(1)
    if event == "hang":
        time.sleep(30)
    with open("/tmp/memory", "a") as file:
        file.write("x")
    return open("/tmp/memory").read()
"""


@pytest.fixture(scope="module")
def writer(function_of):
    return function_of(WRITE)


def test_a_function_may_write_to_tmp(writer):
    assert writer.result("/tmp/x") == "written"


@pytest.mark.parametrize("path", ["/var/task/x", "/opt/x", "/etc/x", "/usr/x", "/x", "/dev/x"])
def test_a_function_may_write_nowhere_else(writer, path):
    assert writer.result(path) == "Read-only file system"


def test_a_function_sees_no_home_of_the_machine(function_of):
    homes = function_of(
        "import glob\n"
        "def handler(event, context): return glob.glob('/home/*') + glob.glob('/root/.[!p]*')\n"
    )
    assert homes.result() == []


def test_tmp_survives_a_crash_of_its_environment(function_of):
    function = function_of(REMEMBER)
    assert function.result() == "x"
    assert function("crash").error == "Unhandled"
    assert function.result() == "xx"


def test_tmp_survives_a_timeout_of_its_environment(function_of):
    function = function_of(REMEMBER, Timeout=1)
    assert function.result() == "x"
    assert function("hang").payload["errorType"] == "Sandbox.Timedout"
    assert function.result() == "xx"


def test_functions_have_a_tmp_of_their_own(function_of):
    assert function_of(REMEMBER).result() == "x"
    assert function_of(REMEMBER).result() == "x"


def test_new_code_gets_an_empty_tmp(function_of):
    function = function_of(REMEMBER)
    assert function.result() == "x"
    function.client.update_function_configuration(FunctionName=function.name, Description="new")
    function.client.get_waiter("function_updated_v2").wait(FunctionName=function.name)
    assert function.result() == "x"


def test_tmp_has_the_size_of_the_ephemeral_storage(function_of):
    fill = function_of(
        """
import os
def handler(event, context):
    try:
        with open("/tmp/big", "wb") as file:
            while True:
                file.write(bytes(1 << 20))
    except OSError as problem:
        return [problem.strerror, os.path.getsize("/tmp/big") >> 20]
""",
        EphemeralStorage={"Size": 600},
        MemorySize=256,
    )
    message, size_mb = fill.result()
    assert message == "No space left on device"
    assert 598 <= size_mb <= 600


def test_later_layers_lie_over_earlier_ones(function_of, aws):
    from .conftest import archive

    arns = [
        aws("lambda").publish_layer_version(LayerName=name, Content={"ZipFile": archive(files)})[
            "LayerVersionArn"
        ]
        for name, files in (
            ("first", {"python/shared.py": "NAME = 'first'", "python/own.py": "NAME = 'own'"}),
            ("second", {"python/shared.py": "NAME = 'second'", "data/text": "hello"}),
        )
    ]
    function = function_of(
        """
import own, shared
def handler(event, context):
    return [shared.NAME, own.NAME, shared.__file__, open("/opt/data/text").read()]
""",
        Layers=arns,
    )
    assert function.result() == ["second", "own", "/opt/python/shared.py", "hello"]
