"""What https costs a client: `python benchmarks/tls.py`.

Calls over https and over http take turns, so that what else the machine does hits both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from harness.targets.embedded import Embedded

CALLS, CONNECTIONS = 600, 25


def measured(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print the medians of both ways."""
    target = Embedded(reuse=False)
    target.start()
    try:
        session = target.session(account=target.new_account())
        ways = {"https": True, "http": False}
        kept = {way: session.client("sqs", use_ssl=secure) for way, secure in ways.items()}
        kept["https"].create_queue(QueueName="queue")
        calls: dict[str, list[float]] = {way: [] for way in ways}
        first: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(CALLS):
            for way, client in kept.items():
                calls[way].append(measured(lambda c=client: c.get_queue_url(QueueName="queue")))
        for _ in range(CONNECTIONS):
            for way, secure in ways.items():
                client = session.client("sqs", use_ssl=secure)
                first[way].append(measured(lambda c=client: c.get_queue_url(QueueName="queue")))
        for way in ways:
            print(
                f"{way:5}  {statistics.median(calls[way]):6.2f} ms a call"
                f"  {statistics.median(first[way]):6.2f} ms the first one of a client"
            )
    finally:
        target.stop()


if __name__ == "__main__":
    main()
