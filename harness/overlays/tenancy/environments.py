"""The cap on environments that are bound to tenants."""

from __future__ import annotations

from localstack import config
from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from . import capacity, store


def require_room(service: AssignmentService, version: FunctionVersion) -> None:
    """Refuse one more environment of an isolated function that has as many as it may.

    Raises:
        TooManyRequestsException: The function is isolated and at its cap.
    """
    function = store.function_of_version(version.id)
    if function is None or store.tenancy_of(function) is None:
        return
    reserved = function.reserved_concurrent_executions
    concurrency = config.LAMBDA_LIMITS_CONCURRENT_EXECUTIONS if reserved is None else reserved
    if environments_of(service, version) >= capacity.most_environments(concurrency):
        raise TooManyRequestsException(capacity.EXCEEDED, Type="User")


def environments_of(service: AssignmentService, version: FunctionVersion) -> int:
    """Count the environments of all versions of a function, active and idle."""
    arn = version.id.unqualified_arn()
    return sum(
        environment.function_version.id.unqualified_arn() == arn
        for pool in list(service.environments.values())
        for environment in list(pool.values())
    )
