"""Who sends to the pattern's queues, and what arrives there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

# AWS takes up to a minute until a policy counts everywhere.
PATIENCE: Final = timedelta(minutes=3)


@dataclass(frozen=True)
class Refusal:
    """The error that a call ended with."""

    code: str
    status: int
    message: str

    @classmethod
    def of(cls, problem: ClientError) -> Refusal:
        error, answer = problem.response["Error"], problem.response["ResponseMetadata"]
        return cls(error["Code"], answer["HTTPStatusCode"], error.get("Message") or "")


@dataclass(frozen=True)
class Queues:
    """The queues as seen by somebody: what goes in, what comes out."""

    sqs: Any
    eventually: Any

    def sent(self, url: str, body: str | None = None) -> str:
        """Send a message, as soon as policies let it through; returns its body."""
        body = body or uuid.uuid4().hex

        def send() -> None:
            self.sqs.send_message(QueueUrl=url, MessageBody=body)

        self.eventually(send, within=PATIENCE, retry_on=ClientError)
        return body

    def arrived(self, url: str, body: str) -> dict[str, Any]:
        """Wait for a message, and take it; others are lost."""
        found: list[dict[str, Any]] = []

        def came() -> None:
            answer = self.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            for message in answer.get("Messages", ()):
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)
            assert body in [message["Body"] for message in found]

        self.eventually(came, within=PATIENCE)
        return next(message for message in found if message["Body"] == body)

    def refused(
        self, operation: str, url: str, *, code: str = "AccessDenied", **members: Any
    ) -> Refusal:
        """Call an operation until it is refused with a code; returns the error.

        A policy that has just been taken away may count for a moment.
        """

        def call() -> Refusal:
            try:
                getattr(self.sqs, operation)(QueueUrl=url, **members)
            except ClientError as problem:
                found = Refusal.of(problem)
                assert found.code == code, found
                return found
            raise AssertionError(f"{operation} was let through")

        refusal: Refusal = self.eventually(call, within=PATIENCE)
        return refusal

    def refused_to_send(self, url: str, *, code: str = "AccessDenied") -> Refusal:
        """Send until it is refused with a code; returns the error."""
        return self.refused("send_message", url, code=code, MessageBody="refused")


@dataclass
class Shared:
    """Queues that another account's roles send to, and what lets them in."""

    stack: Any
    roles: Mapping[str, str]
    access: dict[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> Mapping[str, str]:
        return self.stack.outputs

    def set(self, **access: str) -> None:
        """Have access `closed` or `granted`: of `QueueAccess`, `KeyAccess`."""
        if not access.items() <= self.access.items():
            self.stack.update(parameters=access)
            self.access |= access


@pytest.fixture(scope="module")
def queues(client, eventually) -> Queues:
    """The queues as their owner sees them."""
    return Queues(client("sqs"), eventually)


@pytest.fixture(scope="module")
def acting_as(client, target, region, eventually) -> Callable[[str], Queues]:
    """Returns the queues as a role sees them: `acting_as(stack.outputs["Sender"])`."""

    def assume(role: str) -> Queues:
        account = role.split(":")[4]
        sts = client("sts", account=account)

        def credentials() -> Mapping[str, str]:
            answer = sts.assume_role(RoleArn=role, RoleSessionName="sqs-encryption")
            return answer["Credentials"]

        # A new role takes a moment until it can be assumed.
        given = eventually(credentials, within=PATIENCE, retry_on=ClientError)
        session = target.session(account=account, region=region)
        sqs = session.client(
            "sqs",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        return Queues(sqs, eventually)

    return assume


@pytest.fixture(scope="module")
def shared(deploy, target) -> Shared:
    """The queues that the second account's roles send to."""
    # Roles first: a policy can't name a role of another account that isn't there.
    roles = deploy("sender.yaml", account=target.accounts[1])
    access = {"QueueAccess": "closed", "KeyAccess": "closed"}
    senders = ",".join(roles.outputs.values())
    stack = deploy("shared.yaml", parameters={"Senders": senders, **access})
    roles.update(
        parameters={
            "Orders": stack.outputs["OrdersArn"],
            "Invoices": stack.outputs["InvoicesArn"],
            "Key": stack.outputs["KeyArn"],
        }
    )
    return Shared(stack, roles.outputs, access)
