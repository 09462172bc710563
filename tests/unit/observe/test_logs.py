"""Reading log groups, against botocore's stubbed answers."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from harness.observe.logs import log_events, log_groups


@pytest.fixture
def logs():
    return boto3.client(
        "logs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


@pytest.fixture
def stubbed(logs):
    with Stubber(logs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_events_of_all_streams_come_in_the_order_of_their_time(logs, stubbed):
    stubbed.add_response(
        "filter_log_events",
        {
            "events": [
                {"timestamp": 2000, "logStreamName": "a", "message": '{"n": 2}\n'},
                {"timestamp": 1000, "logStreamName": "b", "message": "first"},
            ]
        },
        {"logGroupName": "group"},
    )
    first, second = log_events(logs, "group")
    assert (first.stream, first.message) == ("b", "first")
    assert second.at == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert second.document == {"n": 2}


def test_a_moment_and_a_pattern_narrow_what_is_read(logs, stubbed):
    stubbed.add_response(
        "filter_log_events",
        {"events": []},
        {"logGroupName": "group", "startTime": 5000, "filterPattern": "REPORT"},
    )
    since = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert log_events(logs, "group", since=since, pattern="REPORT") == []


def test_a_group_that_is_not_there_yet_has_no_events(logs, stubbed):
    stubbed.add_client_error("filter_log_events", "ResourceNotFoundException")
    assert log_events(logs, "group") == []


def test_groups_are_listed_by_prefix(logs, stubbed):
    stubbed.add_response(
        "describe_log_groups",
        {"logGroups": [{"logGroupName": "/aws/lambda/one"}]},
        {"logGroupNamePrefix": "/aws/lambda/"},
    )
    assert list(log_groups(logs, "/aws/lambda/")) == ["/aws/lambda/one"]
