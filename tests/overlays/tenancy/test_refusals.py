"""The pure part of what AWS refuses of tenants and isolated functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.tenancy import capacity, refusals


@pytest.mark.parametrize(
    ("mapping", "kind"),
    [
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:111111111111:queue"}, "SQS"),
        ({"EventSourceArn": "arn:aws:kinesis:us-east-1:111111111111:stream/s"}, "Kinesis"),
        ({"EventSourceArn": "arn:aws:dynamodb:us-east-1:111111111111:table/t"}, "DynamoDB"),
        ({"EventSourceArn": "arn:aws:kafka:us-east-1:111111111111:cluster/c"}, "MSK"),
        ({"EventSourceArn": "arn:aws:mq:us-east-1:111111111111:broker:b"}, "MQ"),
        ({"EventSourceArn": "arn:aws:rds:us-east-1:111111111111:cluster:c"}, "DocumentDB"),
        ({"SelfManagedEventSource": {"Endpoints": {}}}, "SelfManagedKafka"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_source_is_refused_by_its_name(mapping, kind):
    assert refusals.of_event_source(mapping) == (
        f"Event source '{kind}' is not supported for functions enabled with tenancy "
        "configuration. Only Api and HttpApi event sources are supported."
    )


@pytest.mark.parametrize(
    ("code", "message", "about_the_tenant"),
    [
        ("InvalidParameterValueException", refusals.TENANT_MISSING, True),
        ("InvalidParameterValueException", refusals.TENANT_UNEXPECTED, True),
        ("ValidationException", "Value '!' at 'tenantId' failed", True),
        ("ValidationException", "Value '!' at 'qualifier' failed", False),
        ("InvalidParameterValueException", "The role can't be assumed.", False),
        ("ServiceException", refusals.TENANT_MISSING, False),
    ],
    ids=["missing", "unexpected", "malformed", "another member", "another reason", "another code"],
)
def test_an_error_is_told_to_be_about_the_tenant(code, message, about_the_tenant):
    assert refusals.is_about_the_tenant(code, message) is about_the_tenant


@pytest.mark.parametrize(
    ("concurrency", "environments"),
    [(1000, 2500), (400, 1000), (100, 250), (3, 7), (1, 2), (0, 0)],
)
def test_environments_are_capped_at_2500_for_1000_of_concurrency(concurrency, environments):
    assert capacity.most_environments(concurrency) == environments


@given(st.integers(0, 100_000))
def test_the_cap_never_exceeds_its_share(concurrency):
    assert capacity.most_environments(concurrency) * 1000 <= concurrency * 2500
    assert (capacity.most_environments(concurrency) + 1) * 1000 > concurrency * 2500
