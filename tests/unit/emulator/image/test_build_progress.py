"""How far a build is, read from what builders say."""

from __future__ import annotations

import pytest

from harness.emulator.image.build_progress import BuildProgress

BUILDKIT = """\
#2 [internal] load metadata for docker.io/library/python:3.13-slim
#9 [packages 7/7] RUN --mount=type=secret,id=certificates python3.13 /build/installation.py
#9 0.4 harness: installing LocalStack
#9 1.9 Collecting airspeed-ext==0.6.9 (from -r /build/locks/emulator.lock (line 1))
#9 2.0 Processing /build/wheelhouse/emulator/attrs-26.1.0-py3-none-any.whl (from -r x)
#12 [stage-2 3/8] COPY --from=packages /opt/harness /opt/harness
#21 exporting to image
"""
OLDER = """\
Step 1/31 : ARG BASE=python:3.13-slim
harness: installing LocalStack
Collecting airspeed-ext==0.6.9 (from -r /build/locks/emulator.lock (line 1))
Processing /build/wheelhouse/emulator/attrs-26.1.0-py3-none-any.whl (from -r x)
Successfully built airspeed-ext crontab
Step 20/31 : COPY --from=packages /opt/harness /opt/harness
Successfully tagged aws-pattern-harness:1
"""


@pytest.mark.parametrize("said", [BUILDKIT, OLDER], ids=["BuildKit", "the older builder"])
def test_both_builders_are_understood(said):
    heard = []
    told = BuildProgress(lambda *step: heard.append(step), packages=3)

    for line in said.splitlines():
        told.heard(line)

    assert heard == [
        ("looking for the base image", 0, 3),
        ("installing LocalStack", 0, 3),
        ("installing LocalStack", 1, 3),
        ("installing LocalStack", 2, 3),
        ("copying", 2, 3),
        ("storing the image", 2, 3),
    ]
