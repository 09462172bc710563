"""Whether policies decide, for each account: `enforce`, `audit` (allow and report) or `off`."""

from __future__ import annotations

import threading
from typing import Final

from harness import wire

ENFORCE, AUDIT, OFF = wire.IAM_MODES

_STRICTNESS: Final = {OFF: 0, AUDIT: 1, ENFORCE: 2}


class Modes:
    """The mode of each account; one that was given none has the emulator's."""

    def __init__(self, default: str = OFF) -> None:
        self.default = checked(default)
        self._of_accounts: dict[str, str] = {}
        self._lock = threading.Lock()

    def set(self, account: str, mode: str) -> None:
        """Give an account a mode.

        Raises:
            ValueError: There is no such mode.
        """
        with self._lock:
            self._of_accounts[account] = checked(mode)

    def forget(self, account: str) -> None:
        """Let an account have the emulator's mode again."""
        with self._lock:
            self._of_accounts.pop(account, None)

    def of(self, *accounts: str) -> str:
        """Return the strictest mode of the accounts that a request touches."""
        modes = [self._of_accounts.get(account, self.default) for account in accounts if account]
        return max(modes, key=_STRICTNESS.__getitem__, default=self.default)

    @property
    def are_all_off(self) -> bool:
        """Whether nothing has to be evaluated at all."""
        return self.default == OFF and all(mode == OFF for mode in self._of_accounts.values())


def checked(mode: str) -> str:
    """Return a mode.

    Raises:
        ValueError: It is none.
    """
    if mode not in wire.IAM_MODES:
        raise ValueError(f"No IAM mode is called {mode!r} ({', '.join(wire.IAM_MODES)}).")
    return mode


modes: Final = Modes()
