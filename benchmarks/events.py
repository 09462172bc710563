"""How fast a bus delivers, and whether it loses events while targets fail and recover.

    uv run python benchmarks/events.py

writes benchmarks/results/events.json and prints it; the table is in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import platform
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from harness.observe.eventually import eventually
from harness.targets.embedded import Embedded

RESULTS = Path(__file__).parent / "results" / "events.json"
BUS, SOURCE, BATCH, PUTTERS = "orders", "shop", 10, 4
MATCHING, OTHERS = 3, 2
PHASES, WITHOUT_PERMISSION = 10, (2, 3, 6)
RETRIES = 3
PATIENCE = timedelta(minutes=10)


class Account:
    """An account with a bus, in which policies decide."""

    def __init__(self, target: Embedded, mode: str) -> None:
        self._target, self.id = target, target.new_account()
        target.decide_calls(mode, account=self.id)
        self.events, self.sqs = self.client("events"), self.client("sqs")
        self.events.create_event_bus(Name=BUS)

    def client(self, service: str) -> Any:
        return self._target.client(service, account=self.id)

    def release(self) -> None:
        self._target.release_account(self.id)

    def rule(self, name: str, pattern: dict[str, Any], *targets: dict[str, Any]) -> str:
        arn = self.events.put_rule(Name=name, EventBusName=BUS, EventPattern=json.dumps(pattern))
        if targets:
            numbered = [{"Id": str(number), **one} for number, one in enumerate(targets)]
            self.events.put_targets(Rule=name, EventBusName=BUS, Targets=numbered)
        return str(arn["RuleArn"])

    def queue(self, name: str) -> tuple[str, str]:
        """Make a queue that EventBridge may send to; returns URL and ARN."""
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        self.permit(url, name, is_permitted=True)
        return url, self._arn(name)

    def permit(self, url: str, name: str, *, is_permitted: bool) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self._arn(name),
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        policy = json.dumps(document) if is_permitted else ""
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    def _arn(self, name: str) -> str:
        return f"arn:aws:sqs:us-east-1:{self.id}:{name}"

    def put(self, count: int) -> list[str]:
        """Put events, a batch at a time; returns their ids."""
        entry = {
            "EventBusName": BUS,
            "Source": SOURCE,
            "DetailType": "Order Placed",
            "Detail": json.dumps({"order": 1, "lines": ["x" * 20] * 10}),
        }

        def one(_: int) -> list[str]:
            answer = self.events.put_events(Entries=[entry] * BATCH)
            assert answer["FailedEntryCount"] == 0, answer
            return [each["EventId"] for each in answer["Entries"]]

        with ThreadPoolExecutor(PUTTERS) as pool:
            return [each for batch in pool.map(one, range(count // BATCH)) for each in batch]

    def waiting_in(self, url: str) -> int:
        asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
        return int(self.sqs.get_queue_attributes(**asked)["Attributes"][asked["AttributeNames"][0]])

    def taken_from(self, url: str) -> Iterator[str]:
        """Take all messages; yields the ids of their events."""
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=43_200
        ).get("Messages"):
            for message in messages:
                yield json.loads(message["Body"])["id"]


def throughput(target: Embedded, mode: str, count: int) -> dict[str, float]:
    """Put events that three of five rules send to a queue each; until all have arrived."""
    account = Account(target, mode)
    queues = [account.queue(f"queue-{number}") for number in range(MATCHING)]
    for number, (_, arn) in enumerate(queues):
        account.rule(f"matches-{number}", {"source": [SOURCE]}, {"Arn": arn})
    for number in range(OTHERS):
        pattern = {"source": [SOURCE], "detail": {"order": [{"numeric": [">", 1]}]}}
        account.rule(f"other-{number}", pattern, {"Arn": queues[0][1]})
    account.put(BATCH * PUTTERS)
    arrived(account, queues, BATCH * PUTTERS)
    used, started = _cpu_seconds(target), time.perf_counter()
    account.put(count)
    accepted = time.perf_counter() - started
    arrived(account, queues, count + BATCH * PUTTERS)
    delivered = time.perf_counter() - started
    used = _cpu_seconds(target) - used
    account.release()
    return {
        "accepted_per_s": round(count / accepted),
        "events_per_s": round(count / delivered),
        "deliveries_per_s": round(MATCHING * count / delivered),
        "cpu_ms_per_event": round(1000 * used / count, 1),
    }


def arrived(account: Account, queues: list[tuple[str, str]], count: int) -> None:
    def all_there() -> None:
        assert [account.waiting_in(url) for url, _ in queues] == [count] * len(queues)

    eventually(all_there, within=PATIENCE)


class Api:
    """An API that refuses some events for good, others once or more, as their ids say."""

    def __init__(self) -> None:
        self.attempts: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self._lock = threading.Lock()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                status = api.status_for(json.loads(self.rfile.read(length))["id"])
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/orders"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def status_for(self, event: str) -> int:
        kind = int(event.replace("-", "")[-4:], 16) % 10
        failures = {0: 1, 1: 2, 2: RETRIES, 3: RETRIES + 1}.get(kind, 0)
        with self._lock:
            self.attempts[event] += 1
            if kind == 4:
                return 404
            if self.attempts[event] <= failures:
                return 503
            self.accepted[event] += 1
        return 200

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def nothing_lost(target: Embedded, count: int) -> dict[str, Any]:
    """Put events for an API that fails and a queue whose policy is taken away for a while."""
    account, api = Account(target, "enforce"), Api()
    queue, queue_arn = account.queue("target")
    of_api, of_api_arn = account.queue("undelivered-to-api")
    of_queue, of_queue_arn = account.queue("undelivered-to-queue")
    account.rule(
        "orders",
        {"source": [SOURCE]},
        {
            **_destination(account, api.url),
            "RetryPolicy": {"MaximumRetryAttempts": RETRIES},
            "DeadLetterConfig": {"Arn": of_api_arn},
        },
        {"Arn": queue_arn, "DeadLetterConfig": {"Arn": of_queue_arn}},
    )
    put = []
    started = time.perf_counter()
    for phase in range(PHASES):
        account.permit(queue, "target", is_permitted=phase not in WITHOUT_PERMISSION)
        put += account.put(count // PHASES)
        _calm(target)
    first = time.perf_counter() - started
    started = time.perf_counter()
    target.time.advance(timedelta(hours=1))
    retried = time.perf_counter() - started
    outcome = {
        "events": len(put),
        "attempts_at_the_api": api.attempts.total(),
        "api": _outcome(put, api.accepted, Counter(account.taken_from(of_api))),
        "queue": _outcome(
            put, Counter(account.taken_from(queue)), Counter(account.taken_from(of_queue))
        ),
        "first_attempts_s": round(first, 1),
        "retries_s": round(retried, 1),
    }
    api.close()
    account.release()
    return outcome


def _destination(account: Account, url: str) -> dict[str, str]:
    connection = account.events.create_connection(
        Name="api",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "secret"}},
    )["ConnectionArn"]
    destination = account.events.create_api_destination(
        Name="api", ConnectionArn=connection, InvocationEndpoint=url, HttpMethod="POST"
    )["ApiDestinationArn"]
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    iam = account.client("iam")
    role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(document))
    allow = {"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": destination}
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(RoleName="caller", PolicyName="p", PolicyDocument=json.dumps(policy))
    return {"Arn": destination, "RoleArn": role["Role"]["Arn"]}


def _outcome(put: list[str], delivered: Counter[str], dead: Counter[str]) -> dict[str, int]:
    return {
        "delivered": len(delivered),
        "in_the_queue_of_the_undelivered": len(dead),
        "lost": len(set(put) - set(delivered) - set(dead)),
        "more_than_once": sum(count > 1 for count in (delivered + dead).values()),
    }


def _cpu_seconds(target: Embedded) -> float:
    times = psutil.Process(int(target.describe()["pid"])).cpu_times()
    return float(times.user + times.system)


def _calm(target: Embedded) -> None:
    def is_calm() -> None:
        assert target.time.state()["in_flight"] == []

    eventually(is_calm, within=PATIENCE)


def main() -> None:
    options = argparse.ArgumentParser(description="Measure event buses.")
    options.add_argument("--events", type=int, default=10_000, help="of those that fail")
    options.add_argument("--throughput", type=int, default=2000, help="events to measure by")
    asked = options.parse_args()
    target = Embedded(reuse=False)
    target.start()
    try:
        results = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "five_rules_three_targets": {
                mode: throughput(target, mode, asked.throughput) for mode in ("off", "enforce")
            },
            "nothing_lost": nothing_lost(target, asked.events),
        }
    finally:
        target.stop()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
