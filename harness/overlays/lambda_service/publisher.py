"""Brings observations to CloudWatch, in batches, off the path of invocations."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import batched
from typing import Any, Final

from localstack.aws.connect import connect_to

from .metrics import NAMESPACE, Observation

LOG = logging.getLogger(__name__)

DATA_IN_ONE_CALL: Final = 1000  # PutMetricData's own limit
GATHER_SECONDS: Final = 0.2

Put = Callable[[str, str, list[dict[str, Any]]], None]


def put_metric_data(account: str, region: str, data: list[dict[str, Any]]) -> None:
    """Send data to the emulator's CloudWatch."""
    client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
    client.put_metric_data(Namespace=NAMESPACE, MetricData=data)


class Publisher:
    """Takes observations from any thread and puts them from one of its own.

    That thread starts with the first observation. It waits a moment for more to come, since a call
    costs more than a datum.

    Args:
        put: Gets account id, region and up to 1000 data.
    """

    def __init__(self, put: Put = put_metric_data) -> None:
        self._put = put
        self._waiting: deque[Observation] = deque()
        self._arrived = threading.Event()
        self._closed = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, observation: Observation) -> None:
        self._waiting.append(observation)
        self._arrived.set()
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(
                        target=self._run, name="lambda-metrics", daemon=True
                    )
                    self._thread.start()

    def forget(self, account: str, region: str | None = None) -> None:
        """Drop what an account's functions have waiting; all regions when none is named."""
        kept = [
            observation
            for observation in self._drain()
            if observation.resource.account != account
            or region not in (None, observation.resource.region)
        ]
        self._waiting.extend(kept)

    def flush(self) -> None:
        """Put all that is waiting."""
        for (account, region), data in by_place(self._drain()).items():
            for part in batched(data, DATA_IN_ONE_CALL):
                try:
                    self._put(account, region, list(part))
                except Exception:
                    LOG.exception("Lambda's metrics of %s/%s got lost", account, region)

    def _drain(self) -> list[Observation]:
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    def _run(self) -> None:
        while True:
            self._arrived.wait()
            self._closed.wait(GATHER_SECONDS)
            self._arrived.clear()
            self.flush()


def by_place(observations: Iterable[Observation]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the observations' data by account and region."""
    places: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for observation in observations:
        resource = observation.resource
        places[resource.account, resource.region].extend(observation.data())
    return places
