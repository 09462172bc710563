"""Durable executions of Lambda functions, by AWS's own rules and on the emulator's clock.

LocalStack's API declares the operations and has none of them.
Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

from __future__ import annotations

from localstack.aws import handlers

from harness.overlays.core import Overlay, patching

from . import api_patches, requests, store


class Durable(Overlay):
    name = "durable"
    fills = "Lambda durable executions: steps, waits, callbacks, replay, history, timeouts"

    def install(self) -> None:
        super().install()
        patching.apply(api_patches.__name__)
        handlers.serve_custom_service_request_handlers.append(requests.judge_request)

    def reset(self, account: str, region: str | None = None) -> None:
        for execution in store.taken(account, region):
            execution.abandon()


overlay = Durable()
