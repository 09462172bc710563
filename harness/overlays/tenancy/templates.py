"""Tenant-isolated functions in CloudFormation stacks.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-tenancyconfig.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def members_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CreateFunction needs to hear of a function's tenancy.

    SnapStart goes with it, so that a template which combines the two fails as it does on AWS.
    """
    if "TenancyConfig" not in model:
        return {}
    return {name: model[name] for name in ("TenancyConfig", "SnapStart") if name in model}
