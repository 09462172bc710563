"""Which limit a throttled request ran into, where LocalStack can be imported."""

from __future__ import annotations

import pytest

THROTTLED = """
from contextlib import contextmanager
from types import SimpleNamespace

from localstack.aws.api.lambda_ import TooManyRequestsException

from harness.overlays.lambda_service.concurrency import lease


@contextmanager
def refuse(*_):
    raise TooManyRequestsException(
        "Rate Exceeded.", Reason="ReservedFunctionConcurrentInvocationLimitExceeded"
    )
    yield


manager = SimpleNamespace(
    function=SimpleNamespace(reserved_concurrent_executions=RESERVED),
    function_version=None,
    provisioned_state=None,
    counting_service=SimpleNamespace(get_invocation_lease=refuse),
)
try:
    with lease(manager):
        pass
except TooManyRequestsException as throttled:
    print(throttled.Reason)
"""


@pytest.mark.parametrize(
    ("reserved", "reason"),
    [
        ("1", "ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("0", "ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("None", "ConcurrentInvocationLimitExceeded"),
    ],
    ids=["reserved", "blocked", "the account's"],
)
def test_a_throttle_names_its_limit(in_emulator_python, reserved, reason):
    assert in_emulator_python(THROTTLED.replace("RESERVED", reserved)).strip() == reason
