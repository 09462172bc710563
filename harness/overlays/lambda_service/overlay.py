"""The Lambda service around the functions: what it accepts, retries, delivers and counts.

LocalStack runs an invocation well and is lax about the rest.
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay, clock, patching

from . import api_patches, counting, event_patches


class LambdaService(Overlay):
    name = "lambda_service"
    fills = "Lambda invocations: limits, retries, dead letters, destinations, metrics, updates"

    def install(self) -> None:
        super().install()
        for module in (api_patches, event_patches):
            patching.apply(module.__name__)
        # An alarm that is due next counts what has happened before.
        clock.before_jump(counting.publisher.flush)

    def reset(self, account: str, region: str | None = None) -> None:
        counting.publisher.forget(account, region)


overlay = LambdaService()
