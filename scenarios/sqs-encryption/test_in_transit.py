"""A queue whose policy wants TLS."""

from __future__ import annotations

import dataclasses

import pytest


@pytest.fixture
def in_the_clear(client, queues):
    """The queues over http, with the same credentials."""
    return dataclasses.replace(queues, sqs=client("sqs", use_ssl=False))


@pytest.mark.claim("sqs-encryption.tls-only")
def test_http_reaches_a_queue_without_the_policy(stack, queues, in_the_clear):
    url = stack.outputs["Unguarded"]
    queues.arrived(url, in_the_clear.sent(url))


@pytest.mark.claim("sqs-encryption.tls-only")
def test_with_the_policy_only_https_does(stack, queues, in_the_clear):
    url = stack.outputs["Guarded"]
    refused = in_the_clear.refused_to_send(url)
    assert refused.status == 403
    assert "with an explicit deny in a resource-based policy" in refused.message

    queues.arrived(url, queues.sent(url))


@pytest.mark.claim("sqs-encryption.tls-only")
@pytest.mark.parametrize(
    ("operation", "members"),
    [("receive_message", {}), ("get_queue_attributes", {"AttributeNames": ["QueueArn"]})],
)
def test_nothing_else_is_done_over_http(stack, queues, in_the_clear, operation, members):
    url = stack.outputs["Guarded"]
    in_the_clear.refused(operation, url, **members)
    assert getattr(queues.sqs, operation)(QueueUrl=url, **members)
