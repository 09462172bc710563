"""A queue has one URL, whoever asks for it.

Applied with the overlays that follow `core`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.services.sqs.models import SqsQueue

from .patching import extends


@extends(SqsQueue.url, written_for="cf93fe21231e")
def url(upstream: Callable[..., str], self: SqsQueue, context: Any) -> str:
    # Upstream takes the scheme from the request, so that a stack, whose requests are LocalStack's
    # own, has another URL than a client that asks over https.
    return upstream(self, context).replace("https://", "http://", 1)
