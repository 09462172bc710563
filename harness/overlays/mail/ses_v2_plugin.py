"""Where LocalStack finds the provider of SES's second API."""

from __future__ import annotations

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="sesv2")  # type: ignore[untyped-decorator]
def sesv2() -> Service:
    from .ses_v2 import SesV2Provider

    return Service.for_provider(SesV2Provider())
