"""What durable executions cost: while they wait, at each checkpoint, and as they go on.

    uv run python benchmarks/durable.py

writes benchmarks/results/durable.json and prints it; the table is in benchmarks/README.md.
"""

from __future__ import annotations

import io
import json
import os
import platform
import statistics
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from harness.observe.eventually import eventually
from harness.targets.embedded import Embedded

RESULTS = Path(__file__).parent / "results" / "durable.json"
CALLBACKS = (1, 100, 10_000)
CALLBACKS_OF_AN_EXECUTION = 1000
SUSPENDED, STEPS, REPEATS = 1000, 200, 5
DAY, YEAR = timedelta(days=1), timedelta(days=365)
CODE = """
import time
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


@durable_execution
def callbacks(event, context):
    config = CallbackConfig(timeout=Duration.from_days(event["days"]))
    pending = [context.create_callback(config=config) for _ in range(event["count"])]
    return pending[0].result()


@durable_execution
def steps(event, context):
    seconds = []
    for number in range(event["count"]):
        started = time.perf_counter()
        context.step(lambda _: number)
        seconds.append(time.perf_counter() - started)
    return seconds


@durable_execution
def waits(event, context):
    context.wait(Duration.from_days(1))
    return "done"
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


class Functions:
    """The benchmark's functions in an account of their own."""

    def __init__(self, target: Embedded) -> None:
        self._target, self.account = target, target.new_account()
        self.client = target.client("lambda", account=self.account)
        role = target.client("iam", account=self.account).create_role(
            RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", CODE)
        for name in ("callbacks", "steps", "waits"):
            self.client.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Handler=f"app.{name}",
                Role=role,
                Timeout=900,
                Code={"ZipFile": packed.getvalue()},
                DurableConfig={"ExecutionTimeout": 31_622_400, "RetentionPeriodInDays": 90},
            )
            self.client.get_waiter("function_active_v2").wait(
                FunctionName=name, WaiterConfig={"Delay": 0.05}
            )

    def start(self, name: str, event: dict[str, Any]) -> str:
        answer = self.client.invoke(
            FunctionName=name,
            Qualifier="$LATEST",
            InvocationType="Event",
            Payload=json.dumps(event),
        )
        return str(answer["DurableExecutionArn"])

    def status(self, arn: str) -> str:
        return str(self.client.get_durable_execution(DurableExecutionArn=arn)["Status"])

    def history(self, arn: str, kind: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("get_durable_execution_history").paginate(
            DurableExecutionArn=arn, IncludeExecutionData=True
        )
        return [one for page in pages for one in page["Events"] if one["EventType"] == kind]

    def release(self) -> None:
        self._target.release_account(self.account)


def suspended(functions: Functions, arn: str, kind: str, count: int) -> None:
    """Wait until an execution has come to rest, with so many events of a kind."""

    def rests() -> None:
        assert len(functions.history(arn, kind)) == count
        assert functions.history(arn, "InvocationCompleted")

    eventually(rests, within=timedelta(minutes=5))


def a_day_beside(target: Embedded, pending: int) -> dict[str, float]:
    """A day in which nothing is due, beside callbacks that nobody answers."""
    functions = Functions(target)
    per_execution = min(pending, CALLBACKS_OF_AN_EXECUTION)
    arns = [
        functions.start("callbacks", {"count": per_execution, "days": 300})
        for _ in range(pending // per_execution)
    ]
    for arn in arns:
        suspended(functions, arn, "CallbackStarted", per_execution)
    _calm(target)
    samples = [seconds(lambda: target.time.advance(DAY)) for _ in range(REPEATS)]
    result = {"median_s": round(statistics.median(samples), 4), "max_s": round(max(samples), 4)}
    if pending == 1:
        # It times out on the way; the execution goes on and fails.
        result["year_s"] = round(seconds(lambda: target.time.advance(YEAR)), 4)
        assert functions.status(arns[0]) == "FAILED"
    functions.release()
    return result


def checkpoints(target: Embedded) -> dict[str, float]:
    """What a step takes, as its function sees it: two checkpoints, one of them waited for."""
    functions = Functions(target)
    answer = functions.client.invoke(
        FunctionName="steps",
        Qualifier="$LATEST",
        Payload=json.dumps({"count": STEPS}),
        InvocationType="Event",
    )
    arn = answer["DurableExecutionArn"]
    eventually(lambda: _assert_is(functions, arn, "SUCCEEDED"), within=timedelta(minutes=2))
    took = json.loads(functions.client.get_durable_execution(DurableExecutionArn=arn)["Result"])
    functions.release()
    ordered = sorted(took)
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
    }


def many(target: Embedded) -> dict[str, float]:
    """Executions that all wait for a day: their memory, and how long they take to go on."""
    functions = Functions(target)
    functions.start("waits", {})
    _calm(target)
    before = _memory(target)
    with ThreadPoolExecutor(4) as pool:
        arns = list(pool.map(lambda _: functions.start("waits", {}), range(SUSPENDED)))
    for arn in arns:
        suspended(functions, arn, "WaitStarted", 1)
    _calm(target)
    after = _memory(target)
    resumed = seconds(lambda: target.time.advance(DAY))
    assert {functions.status(arn) for arn in arns} == {"SUCCEEDED"}
    alone = functions.start("waits", {})
    suspended(functions, alone, "WaitStarted", 1)
    one = seconds(lambda: target.time.advance(DAY))
    assert functions.status(alone) == "SUCCEEDED"
    functions.release()
    return {
        "memory_mb": round((after - before) / 1e6, 1),
        "all_go_on_s": round(resumed, 2),
        "one_goes_on_s": round(one, 3),
    }


def _assert_is(functions: Functions, arn: str, status: str) -> None:
    assert functions.status(arn) == status


def _calm(target: Embedded) -> None:
    def is_calm() -> None:
        assert target.time.state()["in_flight"] == []

    eventually(is_calm, within=timedelta(minutes=5))


def _memory(target: Embedded) -> int:
    emulator = psutil.Process(int(target.describe()["pid"]))
    return int(emulator.memory_full_info().uss)


def main() -> None:
    target = Embedded(reuse=False)
    target.start()
    try:
        results = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "day_by_pending_callbacks": {
                str(count): a_day_beside(target, count) for count in CALLBACKS
            },
            "step": checkpoints(target),
            f"{SUSPENDED}_suspended": many(target),
        }
    finally:
        target.stop()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
