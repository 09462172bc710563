"""How a new queue is encrypted."""

from __future__ import annotations

import pytest

from .conftest import NUMBERS, refusal


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


@pytest.mark.parametrize("encrypted", [{"KmsMasterKeyId": "alias/aws/sqs"}, {}], ids=["kms", "sqs"])
def test_an_encrypted_queue_takes_no_http(aws, queue, encrypted):
    url, _ = queue(**encrypted)
    plain = aws("sqs", use_ssl=False)
    words = ("InvalidSecurity", 403, "All requests to this queue must use HTTPS and SigV4.")
    assert refusal(plain.send_message, QueueUrl=url, MessageBody="hi") == words
    names = ["QueueArn"]
    assert refusal(plain.get_queue_attributes, QueueUrl=url, AttributeNames=names) == words
    assert aws("sqs").send_message(QueueUrl=url, MessageBody="hi")["MessageId"]


def test_where_no_policies_decide_it_does(emulator):
    account = emulator.new_account()
    emulator.decide_calls("off", account=account)
    url = emulator.client("sqs", account=account).create_queue(QueueName="q")["QueueUrl"]
    plain = emulator.client("sqs", account=account, use_ssl=False)
    assert plain.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
