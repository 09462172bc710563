"""What a decision adds to a request, by the number of policies that the caller has.

First in the emulator's Python, apart from the network: the gateway's step alone, for a role whose
last policy allows the request, so that all are looked at. Then from a client, as the difference
between `enforce` and `off`, which alternate.

    uv run python benchmarks/access/overhead.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import boto3
import psutil

from harness.emulator.bridge import make_bridge
from harness.emulator.environment import install_emulator
from harness.emulator.settings import environment_of
from harness.targets.embedded import Embedded

COUNTS = (1, 10, 100)
ROUNDS, CALLS_IN_A_ROUND = 20, 25

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


def step_alone() -> None:
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


def end_to_end(target: Embedded, count: int) -> None:
    """Print what GetQueueAttributes takes a session of a role with so many policies."""
    account = target.new_account()
    iam = target.client("iam", account=account)
    url = target.client("sqs", account=account).create_queue(QueueName="queue-0")["QueueUrl"]
    trust = _policy({"Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for number in range(count):
        allowed = {
            "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
            "Resource": f"arn:aws:sqs:*:*:queue-{count - 1 - number}",
            "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1"]}},
        }
        iam.put_role_policy(RoleName="r", PolicyName=f"p{number}", PolicyDocument=_policy(allowed))
    keys = target.client("sts", account=account).assume_role(RoleArn=role, RoleSessionName="run")[
        "Credentials"
    ]
    sqs = boto3.client(
        "sqs",
        endpoint_url=target.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    emulator = psutil.Process(int(target.describe()["pid"]))
    taken: dict[str, list[float]] = defaultdict(list)
    used: dict[str, float] = defaultdict(float)
    for number in range(2 * ROUNDS):
        mode = ("off", "enforce")[number % 2]
        target.decide_calls(mode, account=account)
        used[mode] -= sum(emulator.cpu_times()[:2])
        for _ in range(CALLS_IN_A_ROUND):
            started = time.perf_counter()
            sqs.get_queue_attributes(QueueUrl=url)
            taken[mode].append((time.perf_counter() - started) * 1000)
        used[mode] += sum(emulator.cpu_times()[:2])
    target.release_account(account)
    off, enforce = (statistics.median(taken[mode]) for mode in ("off", "enforce"))
    print(
        f"{count:4} policies, from a client: median {off:.2f} ms off, {enforce:.2f} ms enforced, "
        f"difference {enforce - off:.2f} ms; the emulator's processor time "
        f"{1000 * used['off'] / len(taken['off']):.2f} ms and "
        f"{1000 * used['enforce'] / len(taken['enforce']):.2f} ms"
    )


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def main() -> None:
    """Measure both ways."""
    step_alone()
    target = Embedded(reuse=False)
    target.start()
    try:
        for count in COUNTS:
            end_to_end(target, count)
    finally:
        target.stop()


if __name__ == "__main__":
    main()
