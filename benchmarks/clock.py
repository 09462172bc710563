"""What moving time costs: by timers that fire, by timers that are pending, by time that passes.

    uv run python benchmarks/clock.py

writes benchmarks/results/clock.json and prints it; the table is in benchmarks/README.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from harness.observe.eventually import eventually
from harness.overlays.core.virtual_clock import SECOND, VirtualClock
from harness.targets.embedded import Embedded

RESULTS = Path(__file__).parent / "results" / "clock.json"
PENDING = (1, 100, 10_000)
REPEATS = 5
HOURLY = 24
VISIBILITY = 43_200  # the longest that SQS has
YEAR, DAY = timedelta(days=365), timedelta(days=1)


def seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def spread(samples: list[float]) -> dict[str, float]:
    return {
        "median_s": round(statistics.median(samples), 4),
        "min_s": round(min(samples), 4),
        "max_s": round(max(samples), 4),
    }


def clock_alone(pending: int) -> dict[str, float]:
    """A day in which a timer fires each hour, beside timers that are due later."""
    clock = VirtualClock()
    for number in range(pending):
        clock.schedule(clock.now() + 10_000 * 86_400 + number, lambda: None, what="pending")
    samples = []
    for _ in range(REPEATS):
        for hour in range(HOURLY):
            clock.schedule(clock.now() + 3600 * hour + 1, lambda: None, what="hourly")
        samples.append(seconds(lambda: clock.advance(by_ns=86_400 * SECOND)))
    return spread(samples)


def in_flight_messages(target: Embedded, count: int) -> str:
    """Leave messages in flight, each with a timer, and return whose they are."""
    account = target.new_account()
    sqs = target.client("sqs", account=account)
    url = str(sqs.create_queue(QueueName="bench")["QueueUrl"])

    def batch(first: int) -> None:
        entries = [
            {"Id": str(number), "MessageBody": "x"}
            for number in range(first, min(first + 10, count))
        ]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(batch, range(0, count, 10)))
    received = 0
    while received < count:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=VISIBILITY
        )
        received += len(answer.get("Messages", []))
    return account


def emulator() -> dict[str, Any]:
    target = Embedded(reuse=False)
    target.start()
    try:
        return {
            "tenth_of_a_day_by_pending_messages": {
                str(count): _by_pending(target, count) for count in PENDING
            },
            **_years(target),
        }
    finally:
        target.stop()


def _by_pending(target: Embedded, count: int) -> dict[str, float]:
    """A tenth of a day, four times: within the messages' visibility timeout nothing fires."""
    samples = []
    account = in_flight_messages(target, count)
    # What sending has left, such as data for CloudWatch, isn't what is measured.
    eventually(lambda: _assert_calm(target), within=timedelta(minutes=5))
    for _ in range(REPEATS - 1):
        samples.append(seconds(lambda: target.time.advance(DAY / 10)))
    target.release_account(account)
    return spread(samples)


def _assert_calm(target: Embedded) -> None:
    assert target.time.state()["in_flight"] == []


def _years(target: Embedded) -> dict[str, Any]:
    account = target.new_account()
    states, events, sqs = (
        target.client(name, account=account) for name in ("stepfunctions", "events", "sqs")
    )
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86_400 * 364, "End": True}}}
    machine = states.create_state_machine(
        name="wait",
        roleArn=f"arn:aws:iam::{account}:role/r",
        definition=json.dumps(wait),
    )["stateMachineArn"]
    states.start_execution(stateMachineArn=machine)
    one = seconds(lambda: target.time.advance(YEAR))

    url = sqs.create_queue(QueueName="daily")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="daily", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="daily", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])
    daily = seconds(lambda: target.time.advance(YEAR))
    send = [seconds(lambda: sqs.send_message(QueueUrl=url, MessageBody="x")) for _ in range(50)]
    target.release_account(account)
    return {
        "year_with_one_wait_s": round(one, 3),
        "year_of_rate_1_day_s": round(daily, 2),
        "send_message_ms": round(statistics.median(send) * 1000, 1),
    }


def main() -> None:
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "clock_alone_day_with_24_timers": {str(count): clock_alone(count) for count in PENDING},
        "emulator": emulator(),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
