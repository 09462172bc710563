"""The platform's lines, as AWS's logs have them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from harness.overlays.functions.log_lines import JsonLog, Report, TextLog

ID = "b7c5f1de-0000-4000-8000-000000000000"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def report(**changes) -> Report:
    return Report(
        **{"request_id": ID, "duration_ms": 2.9, "memory_mb": 128, "used_mb": 36, **changes}
    )


def test_a_report_in_text():
    assert TextLog().report(report()) == (
        f"REPORT RequestId: {ID}\tDuration: 2.90 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\t\n"
    )


def test_a_report_of_a_cold_start_in_text():
    assert TextLog().report(report(init_ms=110.1)).endswith("\tInit Duration: 110.10 ms\t\n")


def test_a_report_of_a_timeout_in_text():
    assert TextLog().report(report(status="timeout")).endswith("36 MB\tStatus: timeout\n")


def test_a_report_of_a_crash_in_text():
    line = TextLog().report(report(status="failure", error_type="Runtime.ExitError"))
    assert line.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")


def test_a_report_as_record():
    log = JsonLog(lambda: NOW)
    assert json.loads(log.report(report(init_ms=110.1, tenant="blue"))) == {
        "time": "2026-01-02T03:04:05.678Z",
        "type": "platform.report",
        "record": {
            "requestId": ID,
            "status": "success",
            "tenantId": "blue",
            "metrics": {
                "durationMs": 2.9,
                "billedDurationMs": 3,
                "memorySizeMB": 128,
                "maxMemoryUsedMB": 36,
                "initDurationMs": 110.1,
            },
        },
    }


def test_a_start_as_record_names_the_tenant():
    record = json.loads(JsonLog(lambda: NOW).start(ID, "$LATEST", "blue"))["record"]
    assert record == {"requestId": ID, "version": "$LATEST", "tenantId": "blue"}


def test_at_level_warn_only_trouble_is_logged():
    log = JsonLog(lambda: NOW, "WARN")
    assert log.start(ID, "$LATEST", None) == ""
    assert log.report(report()) == ""
    lines = log.report(report(status="timeout")).splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "platform.runtimeDone",
        "platform.report",
    ]
