"""Which host names mean the emulator."""

from __future__ import annotations

import pytest

from harness import wire
from harness.overlays.functions.sandbox.name_resolution import means_the_emulator


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("abc.lambda-url.us-east-1.localhost.localstack.cloud", True),
        ("abc.execute-api.LOCALHOST.localstack.cloud.", True),
        ("localhost.localstack.cloud", True),
        ("abc.localhost", True),
        ("localhost", True),
        ("localstack.cloud", False),
        ("notlocalhost", False),
        ("example.com", False),
        (b"localhost", False),
        (None, False),
    ],
    ids=str,
)
def test_which_names_mean_the_emulator(host, is_ours):
    assert means_the_emulator(host, wire.LOOPBACK_SUFFIXES) == is_ours
