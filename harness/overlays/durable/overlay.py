"""Durable executions of Lambda functions, by AWS's own rules and on the emulator's clock.

LocalStack's API declares the operations and has none of them.
Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

from __future__ import annotations

from typing import Any

from localstack.aws import handlers
from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, control, patching

from . import api, api_patches, listing, requests, store


class Durable(Overlay):
    name = "durable"
    fills = "Lambda durable executions: steps, waits, callbacks, replay, history, timeouts"

    def install(self) -> None:
        super().install()
        patching.apply(api_patches.__name__)
        handlers.serve_custom_service_request_handlers.append(requests.judge_request)
        control.serve(wire.EXECUTIONS_PATH, executions)

    def reset(self, account: str, region: str | None = None) -> None:
        for execution in store.taken(account, region):
            execution.abandon()


def executions(request: Request) -> list[dict[str, Any]]:
    """List the executions of all accounts and regions, the oldest first."""
    return [
        {
            member: value.isoformat() if member.endswith("Timestamp") else value
            for member, value in api.summary(execution).items()
        }
        for execution in listing.in_order(store.everywhere(), newest_first=False)
    ]


overlay = Durable()
