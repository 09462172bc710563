"""Queues that SQS encrypts: with its own key by default, with a KMS key if one is named."""

from __future__ import annotations

import uuid

import pytest

QUEUES = ["ById", "ByArn", "ByAlias"]
NAMED = {"ById": "Key", "ByArn": "KeyArn", "ByAlias": "Alias"}


@pytest.fixture
def encryption_of(client):
    """Returns what a queue says of its encryption."""

    def read(url):
        names = ["SqsManagedSseEnabled", "KmsMasterKeyId"]
        return client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]

    return read


@pytest.fixture
def new_queue(client):
    """A queue that is made by a call and nothing but its name."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=f"by-hand-{uuid.uuid4().hex}")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.mark.claim("sqs-encryption.sse-sqs-default")
def test_a_new_queue_is_encrypted(stack, encryption_of, new_queue, queues):
    for url in (stack.outputs["Untouched"], new_queue):
        assert encryption_of(url) == {"SqsManagedSseEnabled": "true"}
    assert encryption_of(stack.outputs["Unguarded"]) == {"SqsManagedSseEnabled": "false"}
    queues.arrived(stack.outputs["Untouched"], queues.sent(stack.outputs["Untouched"]))


@pytest.mark.claim("sqs-encryption.sse-kms")
@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_names_its_key(stack, encryption_of, queue):
    assert encryption_of(stack.outputs[queue]) == {
        "KmsMasterKeyId": stack.outputs[NAMED[queue]],
        "SqsManagedSseEnabled": "false",
    }


@pytest.mark.claim("sqs-encryption.sse-kms")
@pytest.mark.parametrize("queue", QUEUES)
def test_whoever_uses_the_queue_uses_its_key(stack, acting_as, queue):
    url = stack.outputs[queue]
    holder, keyless = acting_as(stack.outputs["Keyholder"]), acting_as(stack.outputs["Keyless"])
    refused = keyless.refused_to_send(url, code="KMS.AccessDeniedException")
    assert refused.status == 400

    body = holder.sent(url)
    keyless.refused("receive_message", url, code="KMS.AccessDeniedException")
    holder.arrived(url, body)
