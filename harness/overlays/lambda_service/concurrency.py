"""The right to run one more invocation, and which limit refuses it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from localstack.aws.api.lambda_ import ThrottleReason, TooManyRequestsException

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager


@contextmanager
def lease(manager: LambdaVersionManager) -> Iterator[Any]:
    """Hold one unit of a function's concurrency, and tell which kind of environment it is for.

    Raises:
        TooManyRequestsException: The function's reserved concurrency is used up, or what its
            account has left for functions without.
    """
    function = manager.function
    with ExitStack() as held:
        try:
            kind = held.enter_context(
                manager.counting_service.get_invocation_lease(
                    function, manager.function_version, manager.provisioned_state
                )
            )
        except TooManyRequestsException as throttled:
            # Upstream blames the function's limit for the account's.
            if function is None or function.reserved_concurrent_executions is None:
                throttled.Reason = ThrottleReason.ConcurrentInvocationLimitExceeded
            raise
        yield kind
