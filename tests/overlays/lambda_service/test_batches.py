"""Batches of messages that fit into an invocation, where LocalStack can be imported."""

from __future__ import annotations

import json

SPLIT = """
import json
from harness.overlays.lambda_service.polling import batches_that_fit

messages = [{"Body": "x" * length} for length in (400, 400, 3000, 10)]
print(json.dumps([[len(m["Body"]) for m in batch] for batch in batches_that_fit(messages, 2000)]))
"""


def test_a_batch_is_cut_where_its_payload_would_be_too_large(in_emulator_python):
    assert json.loads(in_emulator_python(SPLIT)) == [[400, 400], [3000], [10]]
