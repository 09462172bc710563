"""Leave requests, as those who ask, decide and look after them see them."""

from __future__ import annotations

import itertools
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

RECEIPT = "Leave request received"
VERIFIED_SENDER = "HARNESS_LEAVE_SENDER"
"""Environment variable: an address that SES has verified, for accounts with real mail."""


@dataclass(frozen=True)
class Leave:
    """A leave request, by its record and its durable execution."""

    id: str
    execution: str
    employee: str
    table: str
    client: Callable[..., Any]
    eventually: Callable[..., Any]

    # Lambda and DynamoDB are quick, and promise nothing.
    patience: ClassVar[timedelta] = timedelta(minutes=1)

    def record(self) -> Mapping[str, Any] | None:
        """Return the request's record, None while there is none."""
        found = self.client("dynamodb").get_item(
            TableName=self.table, Key={"id": {"S": self.id}}, ConsistentRead=True
        )
        item = found.get("Item")
        return item and {name: value["S"] for name, value in item.items()}

    def status(self) -> str | None:
        """Return the status in the record, None while there is none."""
        record = self.record()
        return record["status"] if record else None

    def told(self) -> dict[str, Any]:
        """Return what Lambda tells of the execution."""
        return self.client("lambda").get_durable_execution(
            DurableExecutionArn=self.execution, IncludeExecutionData=True
        )

    def events(self) -> list[dict[str, Any]]:
        """Return the execution's history, with the data."""
        pages = (
            self.client("lambda")
            .get_paginator("get_durable_execution_history")
            .paginate(DurableExecutionArn=self.execution, IncludeExecutionData=True)
        )
        return [event for page in pages for event in page["Events"]]

    def of_type(self, event_type: str) -> list[dict[str, Any]]:
        """Return the events of one type."""
        return [event for event in self.events() if event["EventType"] == event_type]

    def steps(self) -> list[str]:
        """Return the names of the steps that have succeeded, in order."""
        return [event["Name"] for event in self.of_type("StepSucceeded")]

    def until_it_waits(self) -> str:
        """Wait until the manager has been asked and nothing runs, and return the callback id."""

        def waits() -> str:
            types = [event["EventType"] for event in self.events()]
            assert "CallbackStarted" in types, types
            assert types[-1] == "InvocationCompleted", types
            [started] = self.of_type("CallbackStarted")
            return started["CallbackStartedDetails"]["CallbackId"]

        return self.eventually(waits, within=self.patience)

    def until_it_ends(self) -> dict[str, Any]:
        """Wait until the execution has succeeded, and return its result."""

        def ended() -> dict[str, Any]:
            told = self.told()
            assert told["Status"] == "SUCCEEDED", told
            return json.loads(told["Result"])

        return self.eventually(ended, within=self.patience)


@pytest.fixture(scope="module")
def stack(deploy, client, clock, http, eventually):
    """The pattern's stack, whose waits are shorter where they have to be waited for."""
    decide = clock.shortened(timedelta(minutes=5), to=timedelta(seconds=30))
    retry = clock.shortened(timedelta(minutes=1), to=timedelta(seconds=10))
    verified = os.environ.get(VERIFIED_SENDER)
    # Modules share a real account, and an identity is made once.
    sender = verified or f"durable-leave-{uuid.uuid4().hex[:8]}@example.com"
    stack = deploy(
        "template.yaml",
        parameters={
            "DecideWithinSeconds": f"{decide.total_seconds():.0f}",
            "RetryAfterSeconds": f"{retry.total_seconds():.0f}",
            "Drills": "on",
            "Sender": sender,
            "CreateSender": "no" if verified else "yes",
        },
    )
    skip_unless_verified(client("sesv2"), stack.outputs["Sender"])

    def answers():
        assert http.get(stack.outputs["ProxyUrl"]).status_code == 200
        assert http.get(stack.outputs["DecisionUrl"]).status_code == 400

    eventually(answers, within=timedelta(minutes=1))
    return stack


def skip_unless_verified(ses, sender):
    """Skip where nobody has verified the sender: SES sends nothing for it, and no test could."""
    try:
        is_verified = ses.get_email_identity(EmailIdentity=sender)["VerifiedForSendingStatus"]
    except ClientError as problem:
        if problem.response["Error"]["Code"] != "NotFoundException":
            raise
        is_verified = False
    if not is_verified:
        pytest.skip(
            f"SES hasn't verified {sender}, so that it sends nothing: "
            f"put a verified address into {VERIFIED_SENDER}"
        )


@pytest.fixture(scope="module")
def patience(stack) -> timedelta:
    """How long the manager has."""
    return timedelta(seconds=int(stack.outputs["DecideWithinSeconds"]))


@pytest.fixture(scope="module")
def a_request() -> Callable[..., dict[str, str]]:
    """Makes valid requests, each of another employee: `a_request(end="2026-03-03")`."""

    def request(**members: str) -> dict[str, str]:
        # SES's mailbox simulator takes mail in its sandbox, too, and under any label.
        employee = f"success+{uuid.uuid4().hex[:12]}@simulator.amazonses.com"
        return {"employee": employee, "start": "2026-03-02", "end": "2026-03-03", **members}

    return request


@pytest.fixture(scope="module")
def post(stack, http) -> Callable[[Any], Any]:
    """Sends something to the proxy function's URL and returns the response."""
    return lambda request: http.post(stack.outputs["ProxyUrl"], json=request)


@pytest.fixture(scope="module")
def ask(stack, client, post, a_request, eventually) -> Callable[..., Leave]:
    """Asks for leave through the proxy function: `ask(reason="a wedding")`."""

    def ask(**members: str) -> Leave:
        request = a_request(**members)
        response = post(request)
        assert response.status_code == 202, response.text
        told = response.json()
        return Leave(
            told["id"],
            told["execution"],
            request["employee"],
            stack.outputs["Table"],
            client,
            eventually,
        )

    return ask


@pytest.fixture(scope="module")
def begin(stack, client, a_request, patience, eventually) -> Callable[..., Leave]:
    """Starts an execution past the proxy, with what that doesn't pass on.

    `begin(heartbeat_seconds=60)`, `begin(drill={"crash_after": "record"})`.
    """

    def begin(**members: Any) -> Leave:
        name = f"leave-{uuid.uuid4().hex}"
        seconds = int(patience.total_seconds())
        request = {"id": name, **a_request(), "decide_within_seconds": seconds, **members}
        started = client("lambda").invoke(
            FunctionName=stack.outputs["ProcessAlias"],
            InvocationType="Event",
            DurableExecutionName=name,
            Payload=json.dumps(request),
        )
        return Leave(
            name,
            started["DurableExecutionArn"],
            request["employee"],
            stack.outputs["Table"],
            client,
            eventually,
        )

    return begin


@pytest.fixture(scope="module")
def emails(request, target) -> Callable[[Leave], list[str]]:
    """Tells the subjects of the e-mails about a request, in the order in which they were sent.

    Where nobody can look into inboxes, it goes by the steps that send: each has returned the id
    with which SES took its e-mail.
    """
    if "inbox" not in target.capabilities:
        return taken_by_ses
    inbox = request.getfixturevalue("inbox")

    def in_inboxes(leave: Leave) -> list[str]:
        about = [
            email
            for email in inbox.emails()
            if leave.employee in email.recipients or leave.employee in email.subject
        ]
        return [email.subject for email in sorted(about, key=lambda email: email.at)]

    return in_inboxes


def taken_by_ses(leave: Leave) -> list[str]:
    """Return the subjects of the e-mails that SES took, by the history of a request."""
    subjects = {
        "receipt": RECEIPT,
        "decision submitter": f"Leave request from {leave.employee}",
        "notice": f"Leave request {leave.status()}",
    }
    sent = [event for event in leave.of_type("StepSucceeded") if event["Name"] in subjects]
    ids = {json.loads(event["StepSucceededDetails"]["Result"]["Payload"]) for event in sent}
    assert None not in ids
    assert len(ids) == len(sent)
    return [subjects[event["Name"]] for event in sent]


@pytest.fixture(scope="module")
def decide(stack, http) -> Callable[[str, str], Any]:
    """Sends a decision to its function's URL: `decide(callback_id, "approve")`."""
    return lambda callback_id, decision: http.post(
        stack.outputs["DecisionUrl"], json={"callback_id": callback_id, "decision": decision}
    )


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    """Names of executions that nobody has used."""
    run = uuid.uuid4().hex[:8]
    return (f"by-name-{run}-{number}" for number in itertools.count())
