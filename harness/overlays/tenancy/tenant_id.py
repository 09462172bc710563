"""What AWS accepts as a tenant id. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import re

MAX_LENGTH = 256
PATTERN = r"[a-zA-Z0-9\._:\/=+\-@ ]+"


def violations(tenant_id: str) -> list[str]:
    """Return the constraints that a tenant id fails, each as AWS's own sentence."""
    failed = []
    if not tenant_id:
        failed.append("Member must have length greater than or equal to 1")
    if len(tenant_id) > MAX_LENGTH:
        failed.append(f"Member must have length less than or equal to {MAX_LENGTH}")
    if not re.fullmatch(PATTERN, tenant_id):
        failed.append(f"Member must satisfy regular expression pattern: {PATTERN}")
    return [
        f"Value '{tenant_id}' at 'tenantId' failed to satisfy constraint: {constraint}"
        for constraint in failed
    ]


def validation_message(tenant_id: str) -> str | None:
    """Return the message of the `ValidationException` for a tenant id; None when it is legal."""
    failed = violations(tenant_id)
    if not failed:
        return None
    noun = "error" if len(failed) == 1 else "errors"
    return f"{len(failed)} validation {noun} detected: {'; '.join(failed)}"
