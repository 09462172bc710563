"""Stacks that are being made, and what becomes of one that is deleted meanwhile.

The thread that makes a stack then makes nothing more, and takes back what it has made.
"""

from __future__ import annotations

import threading
from typing import Final
from weakref import WeakSet

from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.v2.entities import Stack

_MAKING: Final = (StackStatus.CREATE_IN_PROGRESS, StackStatus.ROLLBACK_IN_PROGRESS)

_made: Final[WeakSet[Stack]] = WeakSet()
_lock: Final = threading.Lock()


def is_given_up(stack: Stack) -> bool:
    """Have a stack that is being made taken back; say whether it still was."""
    with _lock:
        if stack.status not in _MAKING or stack in _made:
            return False
        stack.set_stack_status(StackStatus.DELETE_IN_PROGRESS)
        return True


def is_wanted(stack: Stack) -> bool:
    """Say whether a stack that is being made is still to be."""
    return bool(stack.status != StackStatus.DELETE_IN_PROGRESS)


def is_kept(stack: Stack) -> bool:
    """Note that all of a stack has been made; say whether it is still to be."""
    with _lock:
        if is_wanted(stack):
            _made.add(stack)
        return stack in _made


def end_rollback(stack: Stack, *, is_all_gone: bool) -> None:
    """Say how a stack ended whose resources were taken back."""
    with _lock:
        deleted = (StackStatus.DELETE_FAILED, StackStatus.DELETE_COMPLETE)
        rolled_back = (StackStatus.ROLLBACK_FAILED, StackStatus.ROLLBACK_COMPLETE)
        stack.status_reason = None  # it belongs to the status before; the events keep it
        stack.set_stack_status((rolled_back if is_wanted(stack) else deleted)[is_all_gone])
