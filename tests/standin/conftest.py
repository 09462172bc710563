"""One stand-in for these tests; what a test makes go wrong is over with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .stand_in import StandIn, standing_in


@pytest.fixture(scope="session")
def session_stand_in() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(session_stand_in: StandIn) -> Iterator[StandIn]:
    """The stand-in, with nothing wrong so far."""
    yield session_stand_in
    session_stand_in.door.faults.clear()


@pytest.fixture
def outside(stand_in: StandIn) -> Callable[..., Any]:
    """Makes clients that come in through the front door: `outside("sqs")`."""
    user = stand_in.profiles["developer"]

    def client(service: str, *, access_key: str = user.access_key) -> Any:
        return boto3.client(
            service,
            endpoint_url=stand_in.door.url,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=user.secret_key,
            verify=str(stand_in.authority),
            config=Config(retries={"total_max_attempts": 1}),
        )

    return client
