"""Durable functions in CloudFormation stacks; SAM's `DurableConfig` becomes the same property.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-durableconfig.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROPERTY = "DurableConfig"


def members_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return what CreateFunction and UpdateFunctionConfiguration need to hear."""
    if not model.get(PROPERTY):
        return {}
    # Values of templates may be text.
    return {PROPERTY: {name: int(value) for name, value in model[PROPERTY].items()}}
