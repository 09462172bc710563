"""EventBridge delivers: with permission, again and again, and to a dead-letter queue at last.

LocalStack tries each target once, checks nothing, and logs what fails.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from localstack.aws import handlers

from harness.overlays.core import Overlay, clock, patching

from . import bus_patches, clients, connections, records, second_product, senders, template_patches


class EventDelivery(Overlay):
    name = "event_delivery"
    fills = "EventBridge targets: permissions, retries on the clock, dead-letter queues, metrics"

    def install(self) -> None:
        super().install()
        for module in (bus_patches, template_patches):
            patching.apply(module.__name__)
        handlers.preprocess_request.append(second_product.refuse)
        # An alarm that is due next counts what has happened before.
        clock.before_jump(records.publisher.flush)

    def reset(self, account: str, region: str | None = None) -> None:
        records.publisher.forget(account, region)
        if region is None:
            clients.SESSIONS.forget(account)
            senders.forget_log_streams(account)
            connections.forget(account)


overlay = EventDelivery()
