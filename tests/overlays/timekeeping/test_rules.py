"""EventBridge rules with a schedule fire by the clock."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta

import pytest


@pytest.fixture(scope="module")
def events(aws):
    return aws("events")


@pytest.fixture
def rule(events, make_queue):
    """Makes a rule with a schedule and a queue as target; returns its name and the queue."""
    numbers = itertools.count()

    def make(expression, **members):
        name = f"rule-{next(numbers)}"
        url, arn = make_queue(MessageRetentionPeriod="1209600")
        events.put_rule(Name=name, ScheduleExpression=expression, **members)
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
        made.append(name)
        return name, url

    made: list[str] = []
    yield make
    for name in made:
        events.remove_targets(Rule=name, Ids=["queue"])
        events.delete_rule(Name=name)


@pytest.fixture
def fired(bodies):
    """Returns the times of the events that a queue got, in order."""

    def times(url):
        return sorted(datetime.fromisoformat(json.loads(body)["time"]) for body in bodies(url))

    return times


def test_a_rate_fires_once_a_day_for_a_year_in_order(rule, clock):
    name, _ = rule("rate(1 day)")
    moved = clock.advance(timedelta(days=365, hours=1))
    at = [one.at for one in moved.fired if one.what.endswith(f"rule/{name}")]
    assert len(at) == 365
    assert {later - earlier for earlier, later in itertools.pairwise(at)} == {timedelta(days=1)}


def test_a_rate_that_divides_no_hour_keeps_its_steps(rule, fired, clock):
    _, url = rule("rate(7 minutes)")
    clock.advance(timedelta(minutes=30))
    times = fired(url)
    assert len(times) == 4
    steps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert steps == [timedelta(minutes=7)] * 3


def test_a_cron_fires_at_its_hour(rule, fired, clock):
    _, url = rule("cron(30 20 * * ? *)")
    clock.advance(timedelta(days=3))
    assert [f"{time:%H:%M}" for time in fired(url)] == ["20:30"] * 3


def test_a_cron_counts_days_of_the_week_from_sunday(rule, fired, clock):
    _, url = rule("cron(0 12 ? * 2 *)")
    clock.advance(timedelta(days=7))
    assert [f"{time:%A}" for time in fired(url)] == ["Monday"]


def test_a_disabled_rule_doesnt_fire(events, rule, fired, clock):
    name, url = rule("rate(1 hour)", State="DISABLED")
    clock.advance(timedelta(hours=2))
    assert fired(url) == []
    events.enable_rule(Name=name)
    clock.advance(timedelta(hours=2))
    assert len(fired(url)) == 2


def test_a_changed_schedule_counts_from_the_change(events, rule, fired, clock):
    name, url = rule("rate(1 day)")
    events.put_rule(Name=name, ScheduleExpression="rate(1 hour)")
    clock.advance(timedelta(hours=3, minutes=1))
    assert len(fired(url)) == 3


def test_a_deleted_rule_leaves_no_timer(events, make_queue, clock):
    before = clock.state()["pending"]
    _, arn = make_queue()
    events.put_rule(Name="deleted", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="deleted", Targets=[{"Id": "queue", "Arn": arn}])
    assert clock.state()["pending"] == before + 1
    events.remove_targets(Rule="deleted", Ids=["queue"])
    events.delete_rule(Name="deleted")
    assert clock.state()["pending"] == before
