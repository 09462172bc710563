"""A message that is encrypted before it leaves the sender."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken

ORDER = '{"order": 1, "card": "4111 1111 1111 1111", "note": "für Ana"}'


@pytest.mark.claim("sqs-encryption.client-side")
def test_a_body_that_the_client_encrypts_is_read_with_its_key_alone(stack, queues):
    url, key = stack.outputs["Untouched"], Fernet(Fernet.generate_key())
    sealed = key.encrypt(ORDER.encode()).decode()
    assert ORDER not in sealed

    queues.sent(url, sealed)
    body = queues.arrived(url, sealed)["Body"]

    assert body == sealed
    assert key.decrypt(body.encode()).decode() == ORDER
    with pytest.raises(InvalidToken):
        Fernet(Fernet.generate_key()).decrypt(body.encode())
    with pytest.raises(InvalidToken):
        key.decrypt(body.encode()[:-4] + b"AAA=")
