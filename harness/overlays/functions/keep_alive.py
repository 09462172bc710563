"""Ends environments that nobody has used for a while: one thread for all of them."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from localstack import config
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    RuntimeStatus,
)

LOG = logging.getLogger(__name__)
_PATROL_SECONDS: Final = 15.0

_lock = threading.Lock()
_watched: dict[str, ExecutionEnvironment] = {}
_thread: threading.Thread | None = None


def watch(environment: ExecutionEnvironment) -> None:
    """End an environment once it has been idle for LocalStack's LAMBDA_KEEPALIVE_MS."""
    global _thread
    with _lock:
        _watched[environment.id] = environment
        if _thread is None:
            _thread = threading.Thread(target=_patrol, name="function-keep-alive", daemon=True)
            _thread.start()


def end_idle(now: datetime) -> None:
    """End all environments whose time is up at an instant."""
    kept_alive = timedelta(milliseconds=config.LAMBDA_KEEPALIVE_MS)
    with _lock:
        environments = list(_watched.values())
    for environment in environments:
        if environment.status == RuntimeStatus.STOPPED:
            _forget(environment)
        elif environment.status == RuntimeStatus.READY and (
            environment.last_returned + kept_alive <= now
        ):
            _forget(environment)
            environment.keepalive_passed()


def _forget(environment: ExecutionEnvironment) -> None:
    with _lock:
        _watched.pop(environment.id, None)


def _patrol() -> None:
    never = threading.Event()
    while not never.wait(_PATROL_SECONDS):
        try:
            end_idle(datetime.now())
        except Exception:
            LOG.exception("An idle environment could not be ended")
