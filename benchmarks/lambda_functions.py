"""Start, cold and warm invocations, memory: ours beside a peer, in one run.

    uv run python benchmarks/lambda_functions.py

writes benchmarks/results/lambda_functions.json and prints the table of benchmarks/README.md.
"""

from __future__ import annotations

import io
import json
import os
import platform
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from peers import Peer, ministack, ours

RESULTS = Path(__file__).parent / "results" / "lambda_functions.json"
ROLE = "arn:aws:iam::123456789012:role/bench"
SOURCE = """
import boto3
count = 0
def handler(event, context):
    global count
    count += 1
    return {"count": count}
"""
COLD_FUNCTIONS, WARM_CALLS, TENANTS = 5, 200, 200


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("index.py", SOURCE)
    return buffer.getvalue()


def milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def summary(samples: Iterable[float]) -> dict[str, float]:
    values = sorted(samples)
    return {
        "min": round(values[0], 2),
        "median": round(statistics.median(values), 2),
        "p95": round(values[int(len(values) * 0.95) - 1], 2),
        "max": round(values[-1], 2),
    }


def create_function(client: Any, name: str, **options: Any) -> None:
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=ROLE,
        Code={"ZipFile": archive()},
        Timeout=30,
        **options,
    )
    client.get_waiter("function_active_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400}
    )


def measure(peer: Peer) -> dict[str, Any]:
    functions, queues = peer.client("lambda"), peer.client("sqs")
    figures: dict[str, Any] = {"ready_s": round(peer.ready_seconds, 2)}

    # The service itself loads at its first call on both; a cold start isn't about that.
    create_function(functions, "first")
    functions.invoke(FunctionName="first", Payload=b"{}")

    names = [f"cold-{number}" for number in range(COLD_FUNCTIONS)]
    for name in names:
        create_function(functions, name)
    figures["cold_invoke_ms"] = summary(
        milliseconds(lambda name=name: functions.invoke(FunctionName=name, Payload=b"{}"))
        for name in names
    )
    figures["warm_invoke_ms"] = summary(
        milliseconds(lambda: functions.invoke(FunctionName="first", Payload=b"{}"))
        for _ in range(WARM_CALLS)
    )
    url = queues.create_queue(QueueName="bench")["QueueUrl"]
    figures["send_message_ms"] = summary(
        milliseconds(lambda: queues.send_message(QueueUrl=url, MessageBody="x"))
        for _ in range(WARM_CALLS)
    )
    warm, send = figures["warm_invoke_ms"]["median"], figures["send_message_ms"]["median"]
    figures["warm_per_send"] = round(warm / send, 2)
    return figures


def memory_per_tenant(peer: Peer) -> float:
    """MB that each further environment costs, from 200 tenants of one function."""
    functions = peer.client("lambda")
    create_function(functions, "tenants", TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
    functions.invoke(FunctionName="tenants", Payload=b"{}", TenantId="tenant-first")
    before = peer.memory_mb()
    for number in range(TENANTS):
        answer = functions.invoke(
            FunctionName="tenants", Payload=b"{}", TenantId=f"tenant-{number}"
        )
        assert json.load(answer["Payload"])["count"] == 1, "a tenant got another's environment"
    return (peer.memory_mb() - before) / TENANTS


def memory_per_function(peer: Peer) -> float:
    """MB that each further warm environment costs where one function has one environment."""
    functions = peer.client("lambda")
    before = peer.memory_mb()
    for number in range(20):
        create_function(functions, f"memory-{number}")
        functions.invoke(FunctionName=f"memory-{number}", Payload=b"{}")
    return (peer.memory_mb() - before) / 20


def attach_seconds() -> float:
    """From the call to the first answer of an emulator that `harness up --detach` left running."""
    import subprocess

    from harness.targets.embedded import Embedded

    harness = [sys.executable, "-m", "harness"]
    subprocess.run([*harness, "up", "--detach"], check=True, stdout=subprocess.DEVNULL)
    try:
        samples = []
        for _ in range(5):
            target = Embedded()
            started = time.perf_counter()
            target.start()
            target.client("sts").get_caller_identity()
            samples.append(time.perf_counter() - started)
            target.stop()
        return round(statistics.median(samples), 3)
    finally:
        subprocess.run([*harness, "down"], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    results: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "peers": {},
    }
    with ours() as peer:
        figures = results["peers"][peer.name] = measure(peer)
        figures["environment_mb"] = round(memory_per_tenant(peer), 1)
    figures["attach_s"] = attach_seconds()
    with ministack() as peer:
        figures = results["peers"][peer.name] = measure(peer)
        figures["environment_mb"] = round(memory_per_function(peer), 1)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
