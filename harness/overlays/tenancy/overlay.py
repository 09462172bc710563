"""Tenant isolation of Lambda functions.

LocalStack's API knows the members and ignores them: `TenancyConfig` isn't kept, `TenantId` reaches
nothing.
Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

from localstack.aws import handlers

from harness.overlays.core import Overlay

from . import requests, rest_api


class Tenancy(Overlay):
    name = "tenancy"
    fills = "Lambda tenant isolation: TenancyConfig, TenantId, REST API mappings, what AWS refuses"

    def install(self) -> None:
        super().install()
        handlers.serve_custom_service_request_handlers.append(requests.judge_request)
        handlers.run_custom_finalizers.append(requests.forget_tenant)
        rest_api.install()


overlay = Tenancy()
