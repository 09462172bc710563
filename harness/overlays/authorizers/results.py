"""Answers that are used again for requests of the same identity, for as long as the API allows."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from .answer import Answer


@dataclass(frozen=True)
class Key:
    """What answers are kept by; a new deployment starts with none."""

    account: str
    region: str
    api: str
    stage: str
    deployment: str | None
    authorizer: str
    identity: tuple[str | None, ...]


class Results:
    """Answers by key, each until its time to live is over; reads the wall clock."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[float, Answer]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key) -> Answer | None:
        with self._lock:
            ends, answer = self._kept.get(key, (0.0, None))
            if answer is not None and ends <= time.time():
                del self._kept[key]
                return None
            return answer

    def keep(self, key: Key, answer: Answer, seconds: int) -> None:
        if seconds > 0:
            with self._lock:
                self._kept[key] = (time.time() + seconds, answer)

    def forget(self, account: str, region: str | None) -> None:
        """Drop the answers of an account, in one region or in all."""
        with self._lock:
            for key in [it for it in self._kept if it.account == account]:
                if region in (None, key.region):
                    del self._kept[key]
