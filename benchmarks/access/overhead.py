"""What a decision adds to a request, by the number of policies that the caller has.

Run in the emulator's Python, apart from the network: the gateway's step alone, for a role whose
last policy allows the request, so that all are looked at.

    uv run python benchmarks/access/overhead.py
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from harness.emulator.bridge import make_bridge
from harness.emulator.environment import install_emulator
from harness.emulator.settings import environment_of

INSIDE = """
import json, statistics, time
from types import SimpleNamespace
from urllib.parse import quote
from localstack.aws.spec import load_service
from localstack.services.iam.models import RoleEntity, iam_stores
from localstack.services.sts.models import sts_stores
from localstack.services.sts.provider import StsProvider
from harness.overlays.access import handler, patches
from harness.overlays.access.modes import modes
from werkzeug.datastructures import Headers

ACCOUNT = "111111111111"
modes.set(ACCOUNT, "enforce")
keys = StsProvider()._create_credentials(
    ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/r/run", "AROA:run", 3600
)
service = load_service("sqs")
headers = Headers({"Authorization": f"AWS4-HMAC-SHA256 Credential={keys.access_key_id}/x"})
request = SimpleNamespace(
    headers=headers, args={}, scheme="http", remote_addr="127.0.0.1", path="/"
)

def policies(count):
    return {
        f"p{n}": quote(json.dumps({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
                "Resource": f"arn:aws:sqs:*:*:queue-{count - 1 - n}",
                "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1"]}},
            }],
        }))
        for n in range(count)
    }

for count in (1, 10, 100):
    role = {"Arn": f"arn:aws:iam::{ACCOUNT}:role/r", "RoleName": "r"}
    iam_stores[ACCOUNT]["us-east-1"].ROLES["r"] = RoleEntity(
        role=role, inline_policies=policies(count)
    )
    context = SimpleNamespace(
        request=request,
        operation=service.operation_model("SendMessage"),
        service=service,
        protocol="json",
        region="us-east-1",
        partition="aws",
        account_id=ACCOUNT,
        internal_request_params=None,
        service_request={"QueueUrl": f"http://localhost/{ACCOUNT}/queue-0", "MessageBody": "x"},
    )
    taken = []
    for _ in range(1000):
        started = time.perf_counter()
        handler.decide_or_refuse(None, context, None)
        taken.append((time.perf_counter() - started) * 1000)
    print(f"{count:4} policies: median {statistics.median(taken):.2f} ms, "
          f"least {min(taken):.2f} ms")
"""


def main() -> None:
    """Run the measurement in the emulator's Python and print what it says."""
    python = install_emulator().python
    with tempfile.TemporaryDirectory() as folder:
        variables = environment_of(
            port=1, state=Path(folder), bridge=make_bridge(), python=python, runtimes={}
        )
        done = subprocess.run(
            [python, "-c", INSIDE], env=variables, cwd=folder, check=True, capture_output=True
        )
    print(done.stdout.decode(), end="")


if __name__ == "__main__":
    main()
