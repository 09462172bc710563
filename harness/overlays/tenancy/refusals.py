"""What AWS answers when tenants and functions don't fit together. Pure.

The texts of unsupported combinations are those of AWS's SAM translator (see Limits in README.md).

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TENANT_MISSING = (
    "The invoked function is enabled with tenancy configuration. "
    "Add a valid tenant ID in your request and try again."
)
TENANT_UNEXPECTED = (
    "The invoked function is not enabled with tenancy configuration. "
    "Remove the tenant ID from your request and try again."
)

_UNSUPPORTED = "is not supported for functions enabled with tenancy configuration."
FUNCTION_URL = f"Function URL {_UNSUPPORTED}"
PROVISIONED_CONCURRENCY = f"Provisioned concurrency {_UNSUPPORTED}"
SNAP_START = f"SnapStart {_UNSUPPORTED}"

ISOLATION_MODES = ("PER_TENANT",)

EVENT_SOURCE_TYPES = {
    "sqs": "SQS",
    "kinesis": "Kinesis",
    "dynamodb": "DynamoDB",
    "kafka": "MSK",
    "mq": "MQ",
    "rds": "DocumentDB",
}
"""SAM's name of an event source, by the service in its ARN."""


def of_configuration(tenancy: Mapping[str, Any]) -> str | None:
    """Return why a `TenancyConfig` is malformed, as a `ValidationException`'s message."""
    mode = tenancy.get("TenantIsolationMode")
    if mode in ISOLATION_MODES:
        return None
    shown, constraint = (
        ("null", "Member must not be null")
        if mode is None
        else (f"'{mode}'", f"Member must satisfy enum value set: [{', '.join(ISOLATION_MODES)}]")
    )
    return (
        f"1 validation error detected: Value {shown} at 'tenancyConfig.tenantIsolationMode' "
        f"failed to satisfy constraint: {constraint}"
    )


def of_snap_start(snap_start: Mapping[str, Any] | None) -> str | None:
    """Return why a tenant-isolated function can't have this `SnapStart`; None when it is off."""
    applied = (snap_start or {}).get("ApplyOn", "None")
    return SNAP_START if applied == "PublishedVersions" else None


def of_event_source(mapping: Mapping[str, Any]) -> str:
    """Return why a tenant-isolated function can't have an event source mapping, whatever it is."""
    service = (mapping.get("EventSourceArn") or "::").split(":")[2]
    kind = (
        "SelfManagedKafka"
        if "SelfManagedEventSource" in mapping
        else EVENT_SOURCE_TYPES.get(service, service)
    )
    return f"Event source '{kind}' {_UNSUPPORTED} Only Api and HttpApi event sources are supported."


def is_about_the_tenant(code: str, message: str) -> bool:
    """Whether an error of Invoke says that the request's tenant is missing, unwanted or illegal."""
    if code == "InvalidParameterValueException":
        return message in (TENANT_MISSING, TENANT_UNEXPECTED)
    return code == "ValidationException" and " at 'tenantId' " in message
