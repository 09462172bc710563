"""Another account sends to a queue with a KMS key: both accounts have to let it use the key."""

from __future__ import annotations

import pytest

NO_KEY = "KMS.AccessDeniedException"


@pytest.mark.claim("sqs-encryption.cross-account-sse-kms-denied")
def test_the_queues_policy_isnt_enough(shared, acting_as):
    shared.set(KeyAccess="closed")
    sender = acting_as(shared.roles["Sender"])
    assert sender.refused_to_send(shared.outputs["Invoices"], code=NO_KEY).status == 400


@pytest.mark.claim(
    "sqs-encryption.cross-account-sse-kms-denied", "sqs-encryption.cross-account-sse-kms-both"
)
def test_the_keys_policy_lets_the_sender_in(shared, queues, acting_as):
    shared.set(KeyAccess="closed")
    url = shared.outputs["Invoices"]
    acting_as(shared.roles["Sender"]).refused_to_send(url, code=NO_KEY)

    shared.set(KeyAccess="granted")
    queues.arrived(url, acting_as(shared.roles["Sender"]).sent(url))


@pytest.mark.claim("sqs-encryption.cross-account-sse-kms-both")
def test_the_keys_policy_isnt_enough_either(shared, queues, acting_as):
    shared.set(KeyAccess="granted")
    url = shared.outputs["Invoices"]
    acting_as(shared.roles["Keyless"]).refused_to_send(url, code=NO_KEY)
    queues.arrived(url, acting_as(shared.roles["Sender"]).sent(url))
