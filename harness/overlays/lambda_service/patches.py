"""Where the Lambda service's handling of invocations, versions and logs is changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import boto3
from localstack import config
from localstack.aws.api.lambda_ import State, StateReasonCode
from localstack.constants import AWS_REGION_US_EAST_1, INTERNAL_AWS_SECRET_ACCESS_KEY
from localstack.services.lambda_.invocation import lambda_service
from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    Invocation,
    InvocationResult,
    S3Code,
    VersionState,
)
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager

from harness.overlays.core import extends, replaces

from . import invocations
from .draining import VersionRetiredError

CHOICES = 3
"""How often a version is chosen anew when the chosen one is replaced meanwhile."""


@extends(LambdaService.invoke, written_for="e74d9e79ae97")
def invoke_service(
    upstream: Callable[..., InvocationResult | None], self: LambdaService, **request: Any
) -> InvocationResult | None:
    invocations.refuse_payload(request)
    for _ in range(CHOICES - 1):
        try:
            return upstream(self, **request)
        except VersionRetiredError:
            continue
    return upstream(self, **request)


@replaces(LambdaVersionManager.invoke, written_for="137699a70e55")
def invoke_version(self: LambdaVersionManager, *, invocation: Invocation) -> InvocationResult:
    # Upstream starts a thread for each invocation's metrics and has only two of them; and it lets
    # environments of a replaced version be killed while they work.
    return invocations.run(self, invocation)


@replaces(LambdaVersionManager.stop, written_for="5bc8c2fdbe09")
def stop(self: LambdaVersionManager) -> None:
    self.state = VersionState(
        state=State.Inactive, code=StateReasonCode.Idle, reason="Shutting down"
    )
    self.shutdown_event.set()
    invocations.in_flight.when_idle(self.id, lambda: invocations.retire(self))


@extends(lambda_service.destroy_code_if_not_used, written_for="1576b78d3c6c")
def destroy_code_if_not_used(
    upstream: Callable[..., None], code: S3Code, function: Function
) -> None:
    identity = getattr(code, "id", None)
    invocations.in_flight.when_code_is_idle(identity, lambda: upstream(code, function))


@replaces(LogHandler.stop, written_for="04e73c6ecb37")
def stop_logs(self: LogHandler) -> None:
    # Upstream ends the thread before it has stored what is queued.
    if thread := self._thread:
        self._thread = None
        self.log_queue.put(QUEUE_SHUTDOWN)
        thread.join(timeout=5)
    self._shutdown_event.set()


@replaces(S3Code.generate_presigned_url, written_for="19b3ea43953e")
def generate_presigned_url(self: S3Code, endpoint_url: str) -> str:
    # Upstream makes a client for each GetFunction, which takes longer than all the rest of it.
    params = {"Bucket": self.s3_bucket, "Key": self.s3_key}
    if self.s3_object_version:
        params["VersionId"] = self.s3_object_version
    client = _archives_client(endpoint_url)
    return str(client.generate_presigned_url("get_object", Params=params))


@lru_cache(maxsize=8)
def _archives_client(endpoint_url: str) -> Any:
    return boto3.client(
        "s3",
        region_name=AWS_REGION_US_EAST_1,
        aws_access_key_id=config.INTERNAL_RESOURCE_ACCOUNT,
        aws_secret_access_key=INTERNAL_AWS_SECRET_ACCESS_KEY,
        endpoint_url=endpoint_url,
    )
