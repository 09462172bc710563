"""SQS on the clock: visibility, delay, retention, long polls, and the pace of message moves.

LocalStack looks at all queues once a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from queue import Empty
from typing import Any

from localstack.services.sqs import models, provider
from localstack.services.sqs.models import FifoQueue, SqsMessage, SqsQueue, StandardQueue
from localstack.services.sqs.provider import QueueUpdateWorker, SqsProvider
from localstack.services.sqs.queue import InterruptibleQueue

from harness.overlays.core import extends, replaces, substitutes
from harness.overlays.core.clock import CLOCK, in_flight, now, wait_on
from harness.overlays.core.virtual_threading import VIRTUAL_THREADING, Executor

from . import queues

substitutes(models, "threading", VIRTUAL_THREADING, written_for="d336067abb33")
substitutes(provider, "ThreadPoolExecutor", Executor, written_for="4032eec97af4")
substitutes(SqsMessage, "is_delayed", property(queues.is_delayed), written_for="9ac92d2712a1")


@replaces(QueueUpdateWorker.start, written_for="edd9f8d1a72a")
def start(self: QueueUpdateWorker) -> None:
    """Start nothing: each message has a timer."""


@replaces(InterruptibleQueue.get, written_for="dac89abc6d2e")
def get(self: InterruptibleQueue, block: bool = True, timeout: float | None = None) -> Any:
    with self.not_empty:
        until = math.inf if timeout is None else now() + timeout
        while block and not self._qsize() and not self.is_shutdown:
            if in_flight.is_polling:
                # For Lambda's own pollers, which ask again and again: no timers for them.
                came = CLOCK.park_on(self.not_empty, -1 if timeout is None else timeout)
            else:
                came = wait_on(self.not_empty, until, what="a long poll of a queue")
            if not came:
                break
        if self.is_shutdown or not self._qsize():
            raise Empty
        item = self._get()
        self.not_full.notify()
        return item


@extends(SqsQueue.add_inflight_message, written_for="32820dea0929")
def add_inflight_message(
    upstream: Callable[..., None], self: SqsQueue, message: SqsMessage
) -> None:
    upstream(self, message)
    queues.await_visibility(self, message)


@extends(SqsQueue.update_visibility_timeout, written_for="a3f0da00b2f4")
def update_visibility_timeout(
    upstream: Callable[..., None], self: SqsQueue, receipt_handle: str, visibility_timeout: int
) -> None:
    upstream(self, receipt_handle, visibility_timeout)
    if (message := self.receipts.get(receipt_handle)) in self.inflight:
        queues.await_visibility(self, message)


@extends(SqsQueue.remove, written_for="d90ede1a4428")
def remove(upstream: Callable[..., None], self: SqsQueue, receipt_handle: str) -> None:
    message = self.receipts.get(receipt_handle)
    upstream(self, receipt_handle)
    if message is not None and message.deleted:
        queues.has_gone(self, message)


@extends(StandardQueue.shutdown, written_for="fe4c6d34c506")
def shut_down_standard(upstream: Callable[..., None], self: StandardQueue) -> None:
    upstream(self)
    queues.disarm_all(self)


@extends(FifoQueue.shutdown, written_for="2917807e0215")
def shut_down_fifo(upstream: Callable[..., None], self: FifoQueue) -> None:
    upstream(self)
    queues.disarm_all(self)


@extends(SqsQueue.clear, written_for="d605d47abaae")
def clear(upstream: Callable[..., None], self: SqsQueue) -> None:
    queues.disarm_all(self)
    upstream(self)


@extends(StandardQueue.put, written_for="3973a899cdb6")
def put_standard(
    upstream: Callable[..., SqsMessage], self: StandardQueue, *args: Any, **kwargs: Any
) -> SqsMessage:
    return queues.has_arrived(self, upstream(self, *args, **kwargs))


@extends(FifoQueue.put, written_for="710b3c83eed1")
def put_fifo(
    upstream: Callable[..., SqsMessage], self: FifoQueue, *args: Any, **kwargs: Any
) -> SqsMessage:
    return queues.has_arrived(self, upstream(self, *args, **kwargs))


@extends(FifoQueue.update_delay_seconds, written_for="3832b7da396d")
def update_delay_seconds(upstream: Callable[..., None], self: FifoQueue, value: int) -> None:
    upstream(self, value)
    for message in list(self.delayed):
        queues.await_delay(self, message)


@extends(SqsProvider.set_queue_attributes, written_for="a26e2896f5e4")
def set_queue_attributes(
    upstream: Callable[..., None],
    self: SqsProvider,
    context: Any,
    queue_url: str,
    attributes: dict[str, str],
    **kwargs: Any,
) -> None:
    upstream(self, context, queue_url, attributes, **kwargs)
    if "MessageRetentionPeriod" in attributes:
        queues.await_retention(self._resolve_queue(context, queue_url=queue_url))
