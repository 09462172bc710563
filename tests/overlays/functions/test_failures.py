"""How functions fail: AWS's JSON, and what is left of the environment.

Source: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

from __future__ import annotations

import re

import pytest


def without_request(payload: dict) -> dict:
    """Replace the request's id in an error."""
    return {
        name: re.sub(r"RequestId: [-0-9a-f]{36}", "RequestId: <id>", value)
        for name, value in payload.items()
    }


def test_an_exception_has_its_type_message_and_trace(function_of):
    invoked = function_of("def handler(event, context): raise ValueError('bad')\n")()
    assert invoked.error == "Unhandled"
    assert invoked.payload.pop("requestId")
    assert invoked.payload == {
        "errorType": "ValueError",
        "errorMessage": "bad",
        "stackTrace": [
            '  File "/var/task/app.py", line 1, in handler\n'
            "    def handler(event, context): raise ValueError('bad')\n"
        ],
    }


def test_an_exception_leaves_the_environment_as_it_is(function_of):
    function = function_of(
        "count = 0\n"
        "def handler(event, context):\n"
        "    global count\n"
        "    count += 1\n"
        "    if event == 'fail': raise ValueError()\n"
        "    return count\n"
    )
    function.result()
    function("fail")
    assert function.result() == 3


@pytest.mark.parametrize(
    ("settings", "source", "error_type", "message"),
    [
        (
            {},
            "import missing",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'missing'",
        ),
        (
            {},
            "def handler(event, context) return 1",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': expected ':' (app.py, line 1)",
        ),
        (
            {},
            "x = 1",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app'",
        ),
        (
            {"Handler": "app"},
            "x = 1",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        ({}, "raise KeyError('boom')", "KeyError", "'boom'"),
    ],
    ids=["missing import", "syntax error", "missing handler", "malformed handler", "exception"],
)
def test_a_failed_initialisation_answers_the_invocation(
    function_of, settings, source, error_type, message
):
    function = function_of(source, **settings)
    for _ in range(2):
        invoked = function()
        assert invoked.error == "Unhandled"
        assert invoked.payload["errorType"] == error_type
        assert invoked.payload["errorMessage"] == message


@pytest.mark.parametrize(
    ("death", "reason"),
    [
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(1)", "Runtime exited with error: exit status 1"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.abort()", "Runtime exited with error: signal: aborted"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
    ],
    ids=["exit 0", "exit 3", "sudden exit", "killed", "abort", "segmentation fault"],
)
def test_a_runtime_that_ends_is_told_and_replaced(function_of, death, reason):
    function = function_of(
        "import ctypes, os, sys\n"
        "count = 0\n"
        "def handler(event, context):\n"
        "    global count\n"
        "    count += 1\n"
        f"    if event == 'die': {death}\n"
        "    return count\n"
    )
    assert function.result() == 1
    died = function("die")
    assert died.error == "Unhandled"
    assert without_request(died.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: <id> Error: {reason}",
    }
    assert "Status: error\tError Type: Runtime.ExitError" in died.tail
    assert function.result() == 1


def test_a_runtime_that_ends_while_it_initialises_is_told(function_of):
    died = function_of("import sys; sys.exit(7)")()
    assert without_request(died.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: <id> Error: Runtime exited with error: exit status 7",
    }


def test_a_timeout_ends_the_environment_and_the_next_one_is_new(function_of):
    function = function_of(
        "import time\n"
        "count = 0\n"
        "def handler(event, context):\n"
        "    global count\n"
        "    count += 1\n"
        "    if event == 'hang': time.sleep(60)\n"
        "    return count\n",
        Timeout=1,
    )
    assert function.result() == 1
    hung = function("hang")
    assert hung.error == "Unhandled"
    assert without_request(hung.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: <id> Error: Task timed out after 1.00 seconds",
    }
    assert "Duration: 1000.00 ms\tBilled Duration: 1000 ms" in hung.tail
    assert "\tStatus: timeout\n" in hung.tail
    assert function.result() == 1


def test_more_memory_than_configured_is_deadly(function_of):
    function = function_of(
        "def handler(event, context):\n"
        "    hoard = []\n"
        "    while event: hoard.append(bytearray(10_000_000))\n"
    )
    died = function("hoard")
    assert without_request(died.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: <id> Error: Runtime exited with error: signal: killed",
    }
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in died.tail
    assert function.result() is None


def test_a_response_over_six_megabytes_is_an_error(function_of):
    function = function_of("def handler(event, context): return 'x' * event\n", MemorySize=256)
    limit = 6 * 1024 * 1024 + 100
    assert len(function.result(limit - 2)) == limit - 2
    invoked = function(limit - 1)
    assert invoked.error == "Unhandled"
    assert invoked.payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": (
            f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
        ),
    }


def test_a_response_that_is_no_json_is_an_error(function_of):
    invoked = function_of("def handler(event, context): return {1}\n")()
    assert invoked.payload["errorType"] == "Runtime.MarshalError"
