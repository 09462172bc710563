"""Another account sends to a queue with SQS's own encryption: the queue's policy is enough."""

from __future__ import annotations

import pytest


@pytest.mark.claim("sqs-encryption.cross-account-policy")
def test_another_account_gets_in_by_the_queues_policy(shared, queues, acting_as):
    sender, url = acting_as(shared.roles["Sender"]), shared.outputs["Orders"]

    shared.set(QueueAccess="closed")
    refused = sender.refused_to_send(url)
    assert refused.status == 403
    assert "sqs:sendmessage" in refused.message

    shared.set(QueueAccess="granted")
    queues.arrived(url, sender.sent(url))


@pytest.mark.claim("sqs-encryption.cross-account-sse-sqs")
def test_sqss_own_encryption_asks_for_no_key(shared, client, queues, acting_as):
    url = shared.outputs["Orders"]
    shared.set(QueueAccess="granted", KeyAccess="closed")
    told = client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["SqsManagedSseEnabled", "KmsMasterKeyId"]
    )
    assert told["Attributes"] == {"SqsManagedSseEnabled": "true"}

    # Neither it nor any key's policy says anything of kms:GenerateDataKey.
    queues.arrived(url, acting_as(shared.roles["Keyless"]).sent(url))


@pytest.mark.claim("sqs-encryption.action-scope")
def test_a_sender_may_do_nothing_else_with_the_queue(shared, queues, acting_as):
    url = shared.outputs["Orders"]
    shared.set(QueueAccess="granted")
    curious = acting_as(shared.roles["Curious"])
    body = curious.sent(url)

    refused = curious.refused("receive_message", url)
    assert "sqs:receivemessage" in refused.message
    curious.refused("delete_message", url, ReceiptHandle="none")
    curious.refused("get_queue_attributes", url, AttributeNames=["QueueArn"])
    curious.refused("purge_queue", url)
    # The message that it could send waits for the owner.
    queues.arrived(url, body)


@pytest.mark.claim("sqs-encryption.action-scope")
def test_a_role_that_may_only_send_receives_nothing(shared, queues, acting_as):
    url = shared.outputs["Orders"]
    shared.set(QueueAccess="granted")
    sender = acting_as(shared.roles["Sender"])
    body = sender.sent(url)
    sender.refused("receive_message", url)
    queues.arrived(url, body)
