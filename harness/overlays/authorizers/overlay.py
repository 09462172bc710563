"""Authorization of REST API methods by Lambda authorizers, and who signed a request.

LocalStack keeps authorizers and never asks them.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

from localstack.services.apigateway.next_gen.execute_api import handlers

from harness.overlays.core import Overlay

from .authorize import authorize, results


class Authorizers(Overlay):
    name = "authorizers"
    fills = "REST API Lambda authorizers with their cache; the identity behind signed requests"

    def install(self) -> None:
        super().install()
        handlers.preprocess_request.append(authorize)

    def reset(self, account: str, region: str | None = None) -> None:
        results.forget(account, region)


overlay = Authorizers()
