"""How a new queue is encrypted."""

from __future__ import annotations

import pytest

from .conftest import NUMBERS


@pytest.fixture
def encryption(aws):
    """Creates a queue; returns what it says of its encryption."""

    def create(*, use_ssl=True, account=None, **attributes):
        sqs = aws("sqs", use_ssl=use_ssl, account=account)
        name = f"encryption-{next(NUMBERS)}"
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        told = aws("sqs", account=account).get_queue_attributes(
            QueueUrl=url, AttributeNames=["SqsManagedSseEnabled", "KmsMasterKeyId"]
        )
        return told["Attributes"]

    return create


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({}, {"SqsManagedSseEnabled": "true"}),
        ({"SqsManagedSseEnabled": "false"}, {"SqsManagedSseEnabled": "false"}),
        ({"KmsMasterKeyId": "k"}, {"KmsMasterKeyId": "k", "SqsManagedSseEnabled": "false"}),
        ({"use_ssl": False}, {"SqsManagedSseEnabled": "false"}),
        ({"use_ssl": False, "SqsManagedSseEnabled": "true"}, {"SqsManagedSseEnabled": "true"}),
    ],
    ids=["by default", "none", "with a key", "made over http", "made over http with encryption"],
)
def test_a_queues_encryption_follows_from_how_it_was_made(encryption, made, told):
    assert encryption(**made) == told


def test_where_no_policies_decide_http_is_as_good(encryption, emulator):
    account = emulator.new_account()
    emulator.decide_calls("off", account=account)
    assert encryption(use_ssl=False, account=account) == {"SqsManagedSseEnabled": "true"}
