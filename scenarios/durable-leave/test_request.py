"""Somebody asks for leave: what is refused, and what is begun."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PINNED = (HERE / "functions" / "own-boto3" / "requirements.txt").read_text().strip()


def without(field):
    return lambda request: {name: value for name, value in request.items() if name != field}


def with_(**members):
    return lambda request: {**request, **members}


@pytest.mark.claim("durable-leave.proxy-validates")
@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        pytest.param(without("employee"), "Missing: employee.", id="no employee"),
        pytest.param(without("start"), "Missing: start.", id="no start"),
        pytest.param(without("end"), "Missing: end.", id="no end"),
        pytest.param(with_(employee=""), "Missing: employee.", id="an empty employee"),
        pytest.param(lambda _: {}, "Missing: employee, start, end.", id="nothing"),
        pytest.param(lambda _: [1], "The body isn't an object.", id="a list"),
        pytest.param(with_(employee="ana"), "isn't an e-mail address: ana", id="no e-mail"),
        pytest.param(
            with_(employee="ana@nowhere"), "isn't an e-mail address: ana@nowhere", id="no domain"
        ),
        pytest.param(
            with_(employee="a@example.com, b@example.com"), "isn't an e-mail address", id="two"
        ),
        pytest.param(with_(employee=7), "employee isn't text.", id="a number"),
        pytest.param(
            with_(start="tomorrow"), "start isn't a date as in 2026-03-02: tomorrow", id="a word"
        ),
        pytest.param(with_(start="02.03.2026"), "start isn't a date", id="another order"),
        pytest.param(with_(end="2026-02-30"), "end isn't a date", id="a day that doesn't exist"),
        pytest.param(with_(end="20260303"), "end isn't a date", id="no hyphens"),
        pytest.param(
            with_(end="2026-03-01"),
            "end (2026-03-01) is before start (2026-03-02).",
            id="end before start",
        ),
        pytest.param(with_(status="approved"), "Unknown: status.", id="a field too many"),
        pytest.param(with_(name="no name!"), "name has 1 to 64", id="a bad name"),
    ],
)
def test_the_proxy_says_what_is_wrong(post, a_request, spoilt, message):
    response = post(spoilt(a_request()))

    assert response.status_code == 400
    assert message in response.json()["message"]


@pytest.mark.claim("durable-leave.proxy-validates")
def test_the_proxy_says_that_a_body_isnt_json(stack, http):
    response = http.post(stack.outputs["ProxyUrl"], content=b"{")

    assert (response.status_code, response.json()["message"]) == (400, "The body isn't JSON.")


@pytest.mark.claim("durable-leave.proxy-validates")
def test_what_is_refused_begins_nothing(stack, client, post, a_request, ask, eventually):
    refused = a_request(end="2026-03-01")
    assert post(refused).status_code == 400
    # Both would show in the table: the one that was asked later does.
    later = ask()

    def recorded():
        assert later.status() == "pending"

    eventually(recorded, within=later.patience)
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=later.table)
    asked = {item["employee"]["S"] for page in pages for item in page["Items"]}
    assert later.employee in asked
    assert refused["employee"] not in asked


@pytest.mark.claim("durable-leave.proxy-validates")
def test_a_leave_of_one_day_is_fine(ask):
    leave = ask(start="2028-02-29", end="2028-02-29", reason="größer als sonst ✓")

    leave.until_it_waits()
    assert leave.record()["reason"] == "größer als sonst ✓"


@pytest.mark.claim("durable-leave.proxy-fire-and-forget")
def test_a_request_is_answered_while_its_execution_goes_on(ask, decide):
    leave = ask()  # asserts 202, and the execution's ARN

    callback_id = leave.until_it_waits()
    assert leave.told()["Status"] == "RUNNING"
    assert leave.told()["DurableExecutionName"] == leave.id
    assert decide(callback_id, "approve").status_code == 200
    assert leave.until_it_ends()["id"] == leave.id


@pytest.mark.claim("durable-leave.record-pending")
def test_a_record_appears_with_status_pending(ask):
    leave = ask(reason="a wedding")

    leave.until_it_waits()
    record = dict(leave.record())
    assert record.pop("asked")
    assert record == {
        "id": leave.id,
        "employee": leave.employee,
        "start": "2026-03-02",
        "end": "2026-03-03",
        "reason": "a wedding",
        "status": "pending",
    }


@pytest.mark.claim("durable-leave.employee-receipt")
def test_the_employee_gets_one_receipt(ask, inbox, stack):
    leave = ask()
    leave.until_it_waits()

    [receipt] = inbox.emails(to=leave.employee)
    assert receipt.subject == "Leave request received"
    assert leave.id in receipt.text
    assert receipt.sender == stack.outputs["Sender"]


@pytest.mark.claim("durable-leave.manager-callback-id")
def test_the_manager_gets_one_email_with_the_callback_id(ask, inbox, stack, decide):
    leave, other = ask(), ask()
    ids = [leave.until_it_waits(), other.until_it_waits()]
    assert ids[0] != ids[1]

    [email] = inbox.emails(to=stack.outputs["Manager"], subject=leave.employee)
    said = email.text.partition("Callback id: ")[2].strip()
    assert said == ids[0]
    # It is this request's, as the manager finds out who uses it.
    assert decide(said, "approve").status_code == 200
    assert leave.until_it_ends()["status"] == "approved"
    assert other.status() == "pending"


@pytest.mark.claim("durable-leave.bundled-sdk")
def test_a_function_that_packages_its_own_boto3_uses_that_one(
    stack, deploy, client, http, ask, eventually
):
    bundled = deploy("bundled.yaml", parameters={"Process": stack.outputs["Process"]})
    leave = ask()
    callback_id = leave.until_it_waits()

    def approved():
        answer = client("lambda").invoke(
            FunctionName=bundled.outputs["Approve"],
            Payload=json.dumps({"callback_id": callback_id}),
        )
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told  # a new role takes a moment
        return told

    own = eventually(approved, within=timedelta(minutes=1))
    runtimes = http.get(stack.outputs["ProxyUrl"]).json()

    assert own == {"boto3": PINNED.partition("==")[2], "is_own": True}
    assert runtimes["is_own"] is False
    assert numbers(own["boto3"]) > numbers(runtimes["boto3"])
    assert leave.until_it_ends()["status"] == "approved"


def numbers(version):
    return tuple(map(int, version.split(".")))
