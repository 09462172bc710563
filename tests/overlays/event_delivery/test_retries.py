"""What an API answers decides whether an event is sent again, on the emulator's clock."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest


@pytest.fixture
def target(rule, destination, dead_letters):
    """Points the rule to the API, with a retry policy; returns the rule."""

    def point(**policy):
        rule.target(
            {
                **destination,
                "DeadLetterConfig": {"Arn": dead_letters.arn},
                **({"RetryPolicy": policy} if policy else {}),
            }
        )
        return rule

    return point


def test_an_event_is_sent_again_until_the_target_takes_it(target, api, dead_letters, clock):
    api.then(503, 503, 503, 200)
    event_id = target().put()
    moved = clock.advance(timedelta(minutes=10))
    assert [body["id"] for body in api.bodies] == [event_id] * 4
    assert len([one for one in moved.fired if one.what.startswith("retry")]) <= 3
    assert dead_letters.take() == []


def test_the_last_of_the_attempts_goes_to_the_queue(target, api, dead_letters, clock):
    api.then(503)
    rule = target(MaximumRetryAttempts=3)
    event_id = rule.put()
    clock.advance(timedelta(hours=1))
    assert len(api.bodies) == 4
    [letter] = dead_letters.take()
    assert letter["body"]["id"] == event_id
    attributes = letter["attributes"]
    assert attributes["RULE_ARN"] == rule.arn
    assert attributes["ERROR_CODE"] == "ERROR_FROM_TARGET"
    assert "503" in attributes["ERROR_MESSAGE"]
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert attributes["RETRY_ATTEMPTS"] == "3"


def test_an_event_may_become_too_old(target, api, dead_letters, clock):
    api.then(500)
    target(MaximumEventAgeInSeconds=60).put()
    clock.advance(timedelta(seconds=55))
    assert dead_letters.take() == []
    clock.advance(timedelta(seconds=10))
    [letter] = dead_letters.take()
    assert letter["attributes"]["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(letter["attributes"]["RETRY_ATTEMPTS"]) == len(api.bodies) - 1 > 3


def test_an_attempt_carries_the_connections_key_of_its_moment(target, api, events, clock):
    api.then(503, 200)
    target().put()
    clock.advance(timedelta(milliseconds=1))
    parameters = {"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "another"}}
    events.update_connection(Name="orders", AuthParameters=parameters)
    clock.advance(timedelta(minutes=1))
    assert api.keys == ["secret", "another"]
    parameters["ApiKeyAuthParameters"]["ApiKeyValue"] = "secret"
    events.update_connection(Name="orders", AuthParameters=parameters)


def test_without_retries_the_first_failure_is_the_last(target, api, dead_letters):
    api.then(503)
    target(MaximumRetryAttempts=0).put()
    [letter] = dead_letters.wait_for()
    assert len(api.bodies) == 1
    assert letter["attributes"]["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert letter["attributes"]["RETRY_ATTEMPTS"] == "0"


def test_by_default_it_takes_most_of_a_day(target, api, dead_letters, clock):
    api.then(503)
    target().put()
    clock.advance(timedelta(hours=17))
    assert dead_letters.take() == []
    clock.advance(timedelta(hours=7))
    assert len(dead_letters.take()) == 1
    assert 100 < len(api.bodies) <= 186


@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_wont_get_better_isnt_sent_again(target, api, dead_letters, status):
    api.then(status)
    target().put()
    [letter] = dead_letters.wait_for()
    assert len(api.bodies) == 1
    assert letter["attributes"]["RETRY_ATTEMPTS"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in letter["attributes"]


def test_a_target_says_when_it_wants_to_be_asked_again(target, api, dead_letters, clock):
    api.then(429, 200, Retry_After="600")
    target().put()
    clock.advance(timedelta(minutes=9))
    assert len(api.bodies) == 1
    clock.advance(timedelta(minutes=2))
    assert len(api.bodies) == 2
    assert dead_letters.take() == []


def test_a_target_may_ask_not_to_be_asked_again(target, api, dead_letters):
    api.then(503, Retry_After="-1")
    target().put()
    dead_letters.wait_for()
    assert len(api.bodies) == 1


def test_a_refused_connection_is_tried_again(target, api, dead_letters, clock):
    api.server.shutdown()
    api.server.server_close()
    target(MaximumRetryAttempts=2).put()
    clock.advance(timedelta(minutes=5))
    [letter] = dead_letters.take()
    assert letter["attributes"]["ERROR_CODE"] == "CONNECTION_FAILURE"
    assert letter["attributes"]["RETRY_ATTEMPTS"] == "2"


def test_a_target_without_a_queue_loses_the_event_at_last(rule, destination, api, clock):
    api.then(503)
    rule.target({**destination, "RetryPolicy": {"MaximumRetryAttempts": 1}})
    rule.put()
    clock.advance(timedelta(hours=24))
    assert len(api.bodies) == 2


def test_no_event_is_lost_while_a_target_fails_and_recovers(
    events, rule, target, api, dead_letters, clock
):
    """Each of 60 events is taken by the API or in the queue, by one of five rules."""
    chance = random.Random(7)
    answers = chance.choices([200, 503, 429, 500, 404], [5, 3, 1, 2, 1], k=300)
    api.then(*answers, 200)
    target(MaximumRetryAttempts=3)
    put = []
    for begin in range(0, 60, 10):
        entries = [
            {
                "Source": rule.name,
                "DetailType": "Order Placed",
                "Detail": json.dumps({"order": number}),
            }
            for number in range(begin, begin + 10)
        ]
        put += [one["EventId"] for one in events.put_events(Entries=entries)["Entries"]]
    clock.advance(timedelta(hours=2))
    accepted = [body["id"] for body in api.accepted]
    dead = [letter["body"]["id"] for letter in dead_letters.take()]
    assert sorted(accepted + dead) == sorted(put)
    assert accepted
    assert dead


def test_a_schedule_retries_as_well(events, destination, dead_letters, api, clock):
    api.then(503)
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(
        Rule="hourly",
        Targets=[
            {
                "Id": "api",
                **destination,
                "RetryPolicy": {"MaximumRetryAttempts": 2},
                "DeadLetterConfig": {"Arn": dead_letters.arn},
            }
        ],
    )
    clock.advance(timedelta(minutes=70))
    events.remove_targets(Rule="hourly", Ids=["api"])
    events.delete_rule(Name="hourly")
    assert len(api.bodies) == 3
    [letter] = dead_letters.take()
    assert letter["body"]["detail-type"] == "Scheduled Event"
    assert letter["attributes"]["RETRY_ATTEMPTS"] == "2"
