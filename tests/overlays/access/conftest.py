"""An account in which policies decide, and principals in it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from harness.targets.embedded import Embedded

REGION = "us-east-1"
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def aws_account(emulator: Embedded) -> Iterator[str]:
    """The module's account, with policies that decide."""
    account = emulator.new_account()
    emulator.decide_calls("enforce", account=account)
    yield account
    emulator.release_account(account)


@pytest.fixture(scope="module")
def other_account(emulator: Embedded) -> Iterator[str]:
    """Another account, where policies decide as well."""
    account = emulator.new_account()
    emulator.decide_calls("enforce", account=account)
    yield account
    emulator.release_account(account)


class Identity:
    """Credentials of somebody, and clients that sign with them."""

    def __init__(self, emulator: Embedded, arn: str, keys: dict[str, str]) -> None:
        self.arn, self._emulator = arn, emulator
        self._session = boto3.Session(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            region_name=REGION,
        )

    @property
    def credentials(self) -> Any:
        return self._session.get_credentials()

    def client(self, service: str, *, use_ssl: bool = True, **options: Any) -> Any:
        emulator = self._emulator
        url = emulator.secure_url if use_ssl else emulator.endpoint_url
        authority = emulator.certificate_authority
        return self._session.client(service, endpoint_url=url, verify=authority, **options)


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def refusal(call: Callable[..., Any], **members: Any) -> tuple[str, int, str]:
    """Return code, status and message of the error that a call must end with."""
    with pytest.raises(ClientError) as refused:
        call(**members)
    answer = refused.value.response
    return (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"].get("Message", ""),
    )


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any], aws_account: str) -> Callable[..., str]:
    """Creates a role and returns its ARN: `role(statement("sqs:*"), trusts={"AWS": …})`."""

    def create(
        *statements: dict, trusts: Any = None, account: str | None = None, **members: Any
    ) -> str:
        name = f"role-{next(NUMBERS)}"
        iam = aws("iam", account=account)
        trusted = trusts or {"AWS": account or aws_account}
        arn = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
                    ],
                }
            ),
            **members,
        )["Role"]["Arn"]
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=document(*statements)
            )
        return arn

    return create


@pytest.fixture(scope="module")
def session(
    emulator: Embedded, aws: Callable[..., Any], role: Callable[..., str]
) -> Callable[..., Identity]:
    """Opens a session of a new role with these statements, or of `of=ARN`."""

    def open_session(*statements: dict, of: str = "", **members: Any) -> Identity:
        arn = of or role(*statements)
        answer = aws("sts", account=arn.split(":")[4]).assume_role(
            RoleArn=arn, RoleSessionName="run", **members
        )
        return Identity(emulator, answer["AssumedRoleUser"]["Arn"], answer["Credentials"])

    return open_session


@pytest.fixture(scope="module")
def user(emulator: Embedded, aws: Callable[..., Any]) -> Callable[..., Identity]:
    """Creates a user with these statements and an access key."""

    def create(*statements: dict, **members: Any) -> Identity:
        iam, name = aws("iam"), f"user-{next(NUMBERS)}"
        arn = iam.create_user(UserName=name, **members)["User"]["Arn"]
        if statements:
            iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=document(*statements)
            )
        return Identity(emulator, arn, iam.create_access_key(UserName=name)["AccessKey"])

    return create


@pytest.fixture(scope="module")
def queue(aws: Callable[..., Any]) -> Callable[..., tuple[str, str]]:
    """Creates a queue; returns its URL and ARN."""

    def create(*, account: str | None = None, **attributes: str) -> tuple[str, str]:
        sqs = aws("sqs", account=account)
        url = sqs.create_queue(QueueName=f"queue-{next(NUMBERS)}", Attributes=attributes)[
            "QueueUrl"
        ]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        return url, arn

    return create
