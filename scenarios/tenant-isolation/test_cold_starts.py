"""What isolation costs: tenants who seldom come need an environment each."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

TENANTS = 6


def visit_by_each(function, tenants):
    """Let each tenant come once, one after the other; a tenant is None for an ordinary function."""
    responses = [function.respond(tenant=tenant) for tenant in tenants]
    starts = sum(b"Init Duration:" in base64.b64decode(each["LogResult"]) for each in responses)
    return starts, [response["Report"] for response in responses]


@pytest.mark.claim("tenant-isolation.more-cold-starts")
def test_tenants_cost_an_environment_each_where_a_shared_pool_costs_one(
    generic, isolated, new_tenant
):
    shared_starts, shared = visit_by_each(generic, [None] * TENANTS)
    starts, own = visit_by_each(isolated, [new_tenant() for _ in range(TENANTS)])

    assert (shared_starts, starts) == (1, TENANTS)
    assert len({report["environment"] for report in shared}) == 1
    assert len({report["environment"] for report in own}) == TENANTS


@pytest.mark.claim("tenant-isolation.more-cold-starts")
def test_the_log_shows_how_many_environments_there_are(
    generic, isolated, new_tenant, client, eventually
):
    _, shared = visit_by_each(generic, [None] * TENANTS)
    _, own = visit_by_each(isolated, [new_tenant() for _ in range(TENANTS)])

    def log_streams_of(function):
        pages = client("logs").get_paginator("describe_log_streams")
        found = pages.paginate(logGroupName=f"/aws/lambda/{function.name}")
        return {stream["logStreamName"] for page in found for stream in page["logStreams"]}

    def one_stream_for_each_environment():
        # Other tests' environments have their streams beside these.
        of_shared = {report["log_stream"] for report in shared}
        of_own = {report["log_stream"] for report in own}
        assert (len(of_shared), len(of_own)) == (1, TENANTS)
        assert of_shared <= log_streams_of(generic)
        assert of_own <= log_streams_of(isolated)

    eventually(
        one_stream_for_each_environment,
        within=timedelta(minutes=3),
        retry_on=client("logs").exceptions.ResourceNotFoundException,
    )


# More than AWS shows to anybody, so that the claim doesn't rest on it.
@pytest.mark.requires("environments")
def test_the_emulator_shows_each_tenants_environment(isolated, new_tenant, environments):
    tenants = [new_tenant() for _ in range(TENANTS)]
    visit_by_each(isolated, tenants)

    shown = {tenant: len(environments(isolated.name, tenant=tenant)) for tenant in tenants}
    assert shown == dict.fromkeys(tenants, 1)
