"""The bus of the pattern, and what its rules have written to their log groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest

CATCH_ALL = ("prefix", "version", "wildcard")
CONTROL = "control"


@dataclass(frozen=True)
class EventBus:
    """The deployed bus: put events on it, read what each rule's log group got."""

    name: str
    log_groups: Mapping[str, str]
    events: Any
    logs: Any

    # EventBridge and CloudWatch Logs are quick, and promise nothing.
    patience: ClassVar[timedelta] = timedelta(minutes=2)

    def put(self, *entries: Mapping[str, Any]) -> list[str]:
        """Put entries on the bus, in one request.

        Returns:
            The events' ids, in the order of the entries.
        """
        answer = self.events.put_events(
            Entries=[{**entry, "EventBusName": self.name} for entry in entries]
        )
        assert answer["FailedEntryCount"] == 0, answer["Entries"]
        return [entry["EventId"] for entry in answer["Entries"]]

    def caught(self, rule: str) -> dict[str, dict[str, Any]]:
        """Every event that a rule has delivered so far, by id."""
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.log_groups[rule]
        )
        events = [json.loads(line["message"]) for page in pages for line in page["events"]]
        return {event["id"]: event for event in events}


@pytest.fixture(scope="module")
def bus(stack, client, eventually):
    """The bus, once its rules are seen to work: a new rule takes a moment to match."""
    names = (*CATCH_ALL, CONTROL)
    bus = EventBus(
        name=stack.outputs["Bus"],
        log_groups={name: stack.outputs[name.title()] for name in names},
        events=client("events"),
        logs=client("logs"),
    )
    probe = {"Source": "shop.orders", "DetailType": "Order Placed", "Detail": '{"probe": true}'}

    def every_rule_matches():
        bus.put(probe)
        assert {name for name in names if bus.caught(name)} == set(names)

    eventually(every_rule_matches, within=bus.patience, every=timedelta(seconds=1))
    return bus
