"""Properties of AWS::Lambda::Function that LocalStack's provider passes over.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RESERVED = "ReservedConcurrentExecutions"
DEFAULT_STORAGE_MB = 512


def configuration_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateFunction and UpdateFunctionConfiguration that a template sets."""
    if "EphemeralStorage" not in model:
        return {}
    return {"EphemeralStorage": {"Size": int(model["EphemeralStorage"]["Size"])}}


def changed_configuration(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return those members for an update; one that the template no longer sets gets its default."""
    if "EphemeralStorage" in before and "EphemeralStorage" not in after:
        return {"EphemeralStorage": {"Size": DEFAULT_STORAGE_MB}}
    return configuration_of(after)


def reserve_concurrency(
    client: Any, function: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Reserve the concurrency that a template asks for, or give back what it no longer asks for."""
    if after.get(RESERVED) is not None:
        client.put_function_concurrency(
            FunctionName=function, ReservedConcurrentExecutions=int(after[RESERVED])
        )
    elif before.get(RESERVED) is not None:
        client.delete_function_concurrency(FunctionName=function)
