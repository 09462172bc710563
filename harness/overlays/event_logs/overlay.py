"""What a bus does with its events, in logs: each step, delivered to log groups, buckets, streams.

LocalStack has no bus logs, and its log delivery delivers nothing.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay, clock, event_steps, patching

from . import delivery_patches, log_patches
from .writer import Writer

writer = Writer()


class EventLogs(Overlay):
    name = "event_logs"
    fills = "Bus logs and their delivery to Logs, S3 and Firehose; metric filters, filter patterns"

    def install(self) -> None:
        super().install()
        for module in (delivery_patches, log_patches):
            patching.apply(module.__name__)
        event_steps.listen(writer.take)
        # Log events first: they count.
        clock.before_jump(writer.flush)
        clock.before_jump(log_patches.publisher.flush)

    def reset(self, account: str, region: str | None = None) -> None:
        writer.forget(account, region)
        log_patches.publisher.forget(account, region)


overlay = EventLogs()
