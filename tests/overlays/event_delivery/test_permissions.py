"""What a delivery asks the access overlay, without an emulator."""

from __future__ import annotations

import pytest

from harness.overlays.core import access
from harness.overlays.event_delivery import target_rules
from harness.overlays.event_delivery.arns import parse
from harness.overlays.event_delivery.failures import DeliveryError
from harness.overlays.event_delivery.permissions import check_dead_letter_queue, check_target

HOME = "111111111111"
RULE = f"arn:aws:events:us-east-1:{HOME}:rule/orders/placed"
ROLE = f"arn:aws:iam::{HOME}:role/deliverer"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/deliverer/events"
EVENTS = "events.amazonaws.com"


class Asked:
    """Answers as told, and notes what it was asked."""

    def __init__(self) -> None:
        self.requests: list[access.AccessRequest] = []
        self.denied: str = ""

    def decide(self, request: access.AccessRequest) -> access.Decision:
        self.requests.append(request)
        if request.action != self.denied:
            return access.Decision(True)
        return access.Decision(False, f"User: {request.principal.name} may not {request.action}")

    def principal_of(self, access_key: str, account: str) -> None:
        """Return nobody: these tests ask for services and roles alone."""

    @property
    def said(self) -> list[tuple[str, str, str]]:
        return [(one.principal.name, one.action, one.resource) for one in self.requests]


@pytest.fixture
def asked(monkeypatch):
    asked = Asked()
    monkeypatch.setattr(access, "_evaluators", [asked])
    return asked


def check(target: str, role: str = "") -> None:
    arn = parse(target)
    assert arn is not None
    check_target(arn, rule_arn=RULE, role=role, session="events")


TARGETS = {
    "a queue": (f"arn:aws:sqs:us-east-1:{HOME}:q", "sqs:SendMessage"),
    "a topic": (f"arn:aws:sns:us-east-1:{HOME}:t", "sns:Publish"),
    "a function": (f"arn:aws:lambda:us-east-1:{HOME}:function:f", "lambda:InvokeFunction"),
    "a state machine": (f"arn:aws:states:us-east-1:{HOME}:stateMachine:m", "states:StartExecution"),
    "an API destination": (
        f"arn:aws:events:us-east-1:{HOME}:api-destination/d/1",
        "events:InvokeApiDestination",
    ),
    "another account's bus": (
        "arn:aws:events:us-east-1:222222222222:event-bus/b",
        "events:PutEvents",
    ),
}


ON_A_BUS = {"events:eventBusInvocation": "true"}


@pytest.mark.parametrize(("target", "action"), TARGETS.values(), ids=TARGETS)
def test_without_a_role_the_service_asks_for_the_rule(asked, target, action):
    check(target)
    assert asked.said == [(EVENTS, action, target)]
    known = ON_A_BUS if action == "events:PutEvents" else {}
    assert asked.requests[0].context == {
        "aws:SourceArn": RULE,
        "aws:SourceAccount": HOME,
        **known,
    }


@pytest.mark.parametrize(("target", "action"), TARGETS.values(), ids=TARGETS)
def test_with_a_role_its_session_asks(asked, target, action):
    check(target, ROLE)
    assert asked.said == [(EVENTS, "sts:AssumeRole", ROLE), (SESSION, action, target)]


def test_a_buss_policy_may_speak_of_source_and_detail_type(asked):
    arn = parse(f"arn:aws:events:eu-west-1:{HOME}:event-bus/b")
    event = {"source": "shop", "detail-type": "Order Placed", "detail": {}}
    check_target(arn, rule_arn=RULE, role=ROLE, session="events", sent=event)
    assert asked.requests[-1].context == {
        "events:source": "shop",
        "events:detail-type": "Order Placed",
        **ON_A_BUS,
    }


def test_a_log_group_opens_its_streams_to_the_service(asked):
    check(f"arn:aws:logs:us-east-1:{HOME}:log-group:/aws/events/orders:*")
    stream = f"arn:aws:logs:us-east-1:{HOME}:log-group:/aws/events/orders:log-stream:*"
    assert asked.said == [
        (EVENTS, action, stream) for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    ]


def test_a_bus_is_open_to_its_own_account(asked):
    check(f"arn:aws:events:us-east-1:{HOME}:event-bus/b")
    assert asked.requests == []


def test_a_denial_isnt_retried_and_says_what_is_missing(asked):
    asked.denied = "sqs:SendMessage"
    with pytest.raises(DeliveryError) as failed:
        check(f"arn:aws:sqs:us-east-1:{HOME}:q")
    failure = failed.value
    assert (failure.code, failure.is_retried) == ("NO_PERMISSIONS", False)
    assert failure.message == f"User: {EVENTS} may not sqs:SendMessage"


def test_a_role_that_doesnt_trust_eventbridge_cant_be_assumed(asked):
    asked.denied = "sts:AssumeRole"
    with pytest.raises(DeliveryError) as failed:
        check(f"arn:aws:sqs:us-east-1:{HOME}:q", ROLE)
    assert (failed.value.code, failed.value.is_retried) == ("FAILED_TO_ASSUME_ROLE", False)
    assert asked.said == [(EVENTS, "sts:AssumeRole", ROLE)]


@pytest.mark.parametrize("source", [RULE, f"arn:aws:events:us-east-1:{HOME}:event-bus/orders"])
def test_a_dead_letter_queue_is_asked_by_itself(asked, source):
    queue = f"arn:aws:sqs:us-east-1:{HOME}:letters"
    check_dead_letter_queue(queue, source_arn=source)
    assert asked.said == [(EVENTS, "sqs:SendMessage", queue)]
    assert asked.requests[0].context["aws:SourceArn"] == source
    asked.denied = "sqs:SendMessage"
    with pytest.raises(DeliveryError, match="may not sqs:SendMessage"):
        check_dead_letter_queue(queue, source_arn=source)


def test_everything_is_allowed_where_nobody_evaluates(asked, monkeypatch):
    asked.denied = "sqs:SendMessage"
    queue = f"arn:aws:sqs:us-east-1:{HOME}:q"
    with pytest.raises(DeliveryError):
        check(queue, ROLE)
    monkeypatch.setattr(access, "_evaluators", [])
    check(queue, ROLE)


def test_an_api_destination_needs_a_role_where_permissions_decide(asked):
    target = {"Id": "api", "Arn": f"arn:aws:events:us-east-1:{HOME}:api-destination/d/1"}
    target_rules.check([target], RULE)
    asked.denied = "events:InvokeApiDestination"
    with pytest.raises(target_rules.RefusedError, match="RoleArn is required for target"):
        target_rules.check([target], RULE)
    target_rules.check([{**target, "RoleArn": ROLE}], RULE)
