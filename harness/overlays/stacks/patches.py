"""A stack holds what this emulator can make, and nothing else."""

from __future__ import annotations

from localstack.utils.catalog.catalog import (
    AwsCatalogRuntimePlugin,
    AwsServicesSupportStatus,
    CfnResourceSupportStatus,
)
from localstack.utils.catalog.catalog_loader import AwsCatalogLoaderException, RemoteCatalogLoader
from localstack.utils.catalog.common import (
    CloudFormationResourcesSupportAtRuntime,
    CloudFormationResourcesSupportInLatest,
)

from harness.overlays.core import replaces

CUSTOM = "Custom::"
"""Prefix of the types that templates make up; one provider is for them all."""


@replaces(RemoteCatalogLoader.get_remote_catalog, written_for="31f2be8cb4f7")
def get_remote_catalog(self: RemoteCatalogLoader) -> None:
    # Upstream asks a server on the internet what LocalStack supports.
    raise AwsCatalogLoaderException("The emulator makes no call beyond loopback.")


@replaces(AwsCatalogRuntimePlugin.get_cloudformation_resource_status, written_for="fe0d3a32e0ae")
def get_cloudformation_resource_status(
    self: AwsCatalogRuntimePlugin,
    resource_name: str,
    service_name: str,
    is_pro_resource: bool = False,
) -> CfnResourceSupportStatus | AwsServicesSupportStatus:
    # Without that server upstream knows of no type at all, and refuses each one. `is_pro_resource`
    # says that no resource provider is installed for the type.
    if is_pro_resource and not resource_name.startswith(CUSTOM):
        return CloudFormationResourcesSupportInLatest.NOT_SUPPORTED
    return CloudFormationResourcesSupportAtRuntime.AVAILABLE
