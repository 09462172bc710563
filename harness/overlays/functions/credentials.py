"""Sessions of execution roles."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from harness.overlays.core import clock

from .inner_calls import inner

_LIFETIME_SECONDS: Final = 43200
_RENEWED_AFTER_SECONDS: Final = _LIFETIME_SECONDS / 2


@dataclass(frozen=True)
class Session:
    """Temporary credentials of a role.

    Attributes:
        keys: Access key id, secret access key, session token.
        made: When, on the emulator's clock.
    """

    keys: tuple[str, str, str]
    made: float


class RoleSessions:
    """Keeps one session of a role for each function; all its environments share it."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, str, str], Session] = {}
        self._lock = threading.Lock()

    def of(self, role: str, region: str, function: str) -> tuple[str, str, str]:
        """Return credentials of a function's role, named after the function as on AWS."""
        key = (role, region, function)
        session = self._sessions.get(key)
        if session is None or clock.now() - session.made > _RENEWED_AFTER_SECONDS:
            session = Session(_assume(role, region, function), clock.now())
            with self._lock:
                self._sessions[key] = session
        return session.keys

    def forget(self, account: str) -> None:
        """Drop the sessions of an account's roles."""
        with self._lock:
            for key in [key for key in self._sessions if key[0].split(":")[4] == account]:
                del self._sessions[key]


def _assume(role: str, region: str, function: str) -> tuple[str, str, str]:
    sts = inner()(region_name=region).sts.request_metadata(service_principal="lambda")
    # A session's name has two characters at least.
    name = function if len(function) > 1 else f"{function}@lambda_function"
    credentials = sts.assume_role(
        RoleArn=role, RoleSessionName=name, DurationSeconds=_LIFETIME_SECONDS
    )["Credentials"]
    return (
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
    )


sessions: Final = RoleSessions()
