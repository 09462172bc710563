"""Timers of SQS's messages.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from typing import Any

from harness.overlays.core import clock

_TIMER = "_timer"  # attribute that messages and queues get


def is_delayed(message: Any) -> bool:
    """Say whether a message is yet to appear; upstream's never does in the instant it was sent."""
    return bool(message.delay_seconds) and clock.now() < message.created + message.delay_seconds


def has_arrived(queue: Any, message: Any) -> Any:
    """Set the timers of a message that was sent, and return it."""
    if message in queue.delayed:
        await_delay(queue, message)
    if getattr(queue, _TIMER, None) is None:
        _arm_retention(queue, message.created)
    return message


def has_gone(queue: Any, message: Any) -> None:
    """Cancel the timer of a deleted message, and the queue's when that was the last one."""
    disarm(message)
    if not (queue.inflight or queue.delayed or queue.approximate_number_of_messages):
        disarm(queue)
        setattr(queue, _TIMER, None)


def await_visibility(queue: Any, message: Any) -> None:
    """Have a message that is in flight come back when its visibility timeout is over."""
    _arm(
        queue,
        message,
        message.visibility_deadline,
        f"visibility timeout in queue {queue.name}",
        lambda: _come_back(queue, message),
    )


def await_delay(queue: Any, message: Any) -> None:
    """Have a delayed message appear."""
    what = f"delay in queue {queue.name}"
    at = message.created + message.delay_seconds
    _arm(queue, message, at, what, queue.enqueue_delayed_messages)


def await_retention(queue: Any) -> None:
    """Set a queue's one timer for the messages that it has kept for long enough."""
    disarm(queue)
    setattr(queue, _TIMER, None)
    if (oldest := _oldest(queue)) is not None:
        _arm_retention(queue, oldest)


def disarm(one: Any) -> None:
    """Cancel the timer of a message or queue, if there is one."""
    if timer := getattr(one, _TIMER, None):
        timer.cancel()


def disarm_all(queue: Any) -> None:
    """Cancel the timers of a queue that is emptied or deleted."""
    for one in (*queue.inflight, *queue.delayed, queue):
        disarm(one)
    setattr(queue, _TIMER, None)


def _come_back(queue: Any, message: Any) -> None:
    if message in queue.inflight:
        queue.requeue_inflight_messages()


def _arm(queue: Any, one: Any, at: float, what: str, fire: Any) -> None:
    disarm(one)
    timer = clock.schedule(at, fire, what=what, account=queue.account_id)
    setattr(one, _TIMER, timer)


def _arm_retention(queue: Any, oldest: float) -> None:
    def expire() -> None:
        queue.remove_expired_messages()
        setattr(queue, _TIMER, None)
        # What is in flight or delayed stays, and is looked at again when it is back.
        if (left := _oldest(queue)) is not None:
            period = queue.message_retention_period
            _arm_retention(queue, max(left, clock.now() - period + 1))

    at = oldest + queue.message_retention_period
    _arm(queue, queue, at, f"retention of queue {queue.name}", expire)


def _oldest(queue: Any) -> float | None:
    with queue.mutex:
        groups = getattr(queue, "message_groups", None)
        if groups is None:
            visible = list(queue.visible.queue)
        else:
            visible = [message for group in groups.values() for message in group.messages]
        kept = [*visible, *queue.inflight, *queue.delayed]
        return min((message.created for message in kept), default=None)
