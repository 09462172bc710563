"""What a function's log says, and where.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
"""

from __future__ import annotations

import json
import re

import pytest

REPORT = re.compile(
    r"REPORT RequestId: (?P<id>[-0-9a-f]{36})\tDuration: \d+\.\d\d ms\t"
    r"Billed Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t"
    r"(?P<init>Init Duration: \d+\.\d\d ms\t)?\n"
)


@pytest.fixture(scope="module")
def first(function_of):
    function = function_of("print('at init')\ndef handler(event, context): print('hello')\n")
    return function, function(), function()


def test_the_tail_is_the_invocations_log_alone(first):
    _, cold, warm = first
    for invoked in (cold, warm):
        start, hello, end, report = invoked.tail.splitlines(keepends=True)
        request = REPORT.fullmatch(report)["id"]
        assert start == f"START RequestId: {request} Version: $LATEST\n"
        assert hello == "hello\n"
        assert end == f"END RequestId: {request}\n"


def test_only_a_cold_start_has_an_init_duration(first):
    _, cold, warm = first
    assert REPORT.search(cold.tail)["init"]
    assert not REPORT.search(warm.tail)["init"]


def test_the_stream_holds_initialisation_and_invocations_in_order(first):
    function, cold, warm = first
    last = REPORT.search(warm.tail)["id"]
    messages = function.log_events(until=f"REPORT RequestId: {last}")
    assert re.fullmatch(
        r"INIT_START Runtime Version: python:3\.13\.v\d+\tRuntime Version ARN: "
        r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}\n",
        messages[0],
    )
    assert messages[1] == "at init\n"
    assert "".join(messages[2:]) == cold.tail + warm.tail
    assert len(messages) == 10


def test_each_line_of_print_and_each_record_is_an_event(function_of):
    function = function_of(
        """
import logging
logging.getLogger().setLevel("INFO")
def handler(event, context):
    print("two\\nlines")
    logging.info("one\\nrecord")
    print("one\\rline")
    print("no end", end="")
"""
    )
    function()
    messages = function.log_events(until="REPORT")
    start = next(index for index, message in enumerate(messages) if message.startswith("START"))
    two, lines, record, returned, unended, end, _ = messages[start + 1 :]
    assert (two, lines) == ("two\n", "lines\n")
    assert re.fullmatch(
        r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[-0-9a-f]{36}\tone\nrecord\n", record
    )
    assert returned == "one\rline\n"
    assert unended.startswith("no end")
    assert end.startswith("END")


def test_an_uncaught_exception_is_one_event(function_of):
    function = function_of("def handler(event, context):\n    raise ValueError('bad')\n")
    function()
    messages = function.log_events(until="REPORT")
    indent = "\u00a0"
    assert (
        "[ERROR] ValueError: bad\nTraceback (most recent call last):\n"
        f'{indent * 2}File "/var/task/app.py", line 2, in handler\n'
        f"{indent * 4}raise ValueError('bad')"
    ) in messages


def test_a_failed_initialisation_is_reported(function_of):
    function = function_of("import missing\n")
    function()
    messages = function.log_events(until="REPORT RequestId")
    assert any(
        re.fullmatch(
            r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: error\t"
            r"Error Type: Runtime\.ImportModuleError\n",
            message,
        )
        for message in messages
    )


def test_json_logs_are_records(function_of):
    function = function_of(
        """
import logging
def handler(event, context):
    logging.getLogger().info("hello", extra={"key": "value"})
""",
        LoggingConfig={"LogFormat": "JSON"},
    )
    function()
    messages = [json.loads(message) for message in function.log_events(until="platform.report")]
    assert [message.get("type") for message in messages] == [
        "platform.initStart",
        "platform.start",
        None,
        "platform.report",
    ]
    start, hello, report = messages[1:]
    request = start["record"]["requestId"]
    assert start["record"] == {"requestId": request, "version": "$LATEST"}
    assert hello["level"] == "INFO"
    assert hello["message"] == "hello"
    assert hello["key"] == "value"
    assert hello["requestId"] == request
    assert report["record"]["status"] == "success"
    assert set(report["record"]["metrics"]) == {
        "durationMs",
        "billedDurationMs",
        "memorySizeMB",
        "maxMemoryUsedMB",
        "initDurationMs",
    }


def test_logs_go_to_the_group_that_is_configured(function_of, aws):
    aws("logs").create_log_group(logGroupName="/shared")
    function = function_of(
        "def handler(event, context): return [context.log_group_name, context.log_stream_name]\n",
        LoggingConfig={"LogFormat": "Text", "LogGroup": "/shared"},
    )
    group, stream = function.result()
    assert group == "/shared"
    assert re.fullmatch(rf"\d{{4}}/\d\d/\d\d/{function.name}\[\$LATEST\][0-9a-f]{{32}}", stream)
