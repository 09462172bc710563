"""Ends environments that nobody has used for a while: each has one timer, set anew when due."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

from localstack import config
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    RuntimeStatus,
)

from harness.overlays.core import clock

_lock: Final = threading.Lock()
_watched: Final[dict[str, clock.Timer]] = {}


def watch(environment: ExecutionEnvironment) -> None:
    """End an environment once it has been idle for LocalStack's LAMBDA_KEEPALIVE_MS."""
    with _lock:
        if environment.id not in _watched:
            _arm(environment)


def forget(environment: str) -> None:
    """Let go of an environment that has ended otherwise."""
    with _lock:
        if timer := _watched.pop(environment, None):
            timer.cancel()


def _arm(environment: ExecutionEnvironment) -> None:
    version = environment.function_version.id
    _watched[environment.id] = clock.schedule(
        _ends(environment),
        lambda: _end_if_idle(environment),
        what=f"idle environment of function {version.function_name}",
        account=version.account,
    )


def _ends(environment: ExecutionEnvironment) -> float:
    kept_alive = timedelta(milliseconds=config.LAMBDA_KEEPALIVE_MS)
    return float((environment.last_returned + kept_alive).timestamp())


def _end_if_idle(environment: ExecutionEnvironment) -> None:
    with _lock:
        _watched.pop(environment.id, None)
        if environment.status != RuntimeStatus.READY:
            return  # in use: it is watched again when it returns
        if _ends(environment) > clock.now():
            _arm(environment)  # it has been used since
            return
    environment.keepalive_passed()
