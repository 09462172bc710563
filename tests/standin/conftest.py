"""One stand-in for these tests; what a test makes go wrong is over with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .runs import Project
from .stand_in import StandIn, standing_in

collect_ignore = ["pattern"]


@pytest.fixture(scope="session")
def session_stand_in() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(session_stand_in: StandIn) -> Iterator[StandIn]:
    """The stand-in, with nothing wrong so far."""
    yield session_stand_in
    session_stand_in.door.faults.clear()
    session_stand_in.door.witness = None


@pytest.fixture(scope="session")
def project_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[StandIn], Project]:
    """Makes projects, each as on a machine where nothing has run so far."""
    return lambda stand_in: Project(stand_in, tmp_path_factory.mktemp("cache"))


@pytest.fixture
def project(stand_in: StandIn, project_of: Callable[[StandIn], Project]) -> Project:
    return project_of(stand_in)


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
