"""The emulators that are measured side by side: ours, and the one a user would pick instead."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import psutil
from botocore.config import Config

MINISTACK = "ministack==1.5.33"
START_LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Peer:
    """A running emulator.

    Attributes:
        name: What the table calls it.
        endpoint: Its URL on loopback.
        ready_seconds: From the call that starts it to its first healthy answer.
        pid: Process whose tree's memory is counted.
    """

    name: str
    endpoint: str
    ready_seconds: float
    pid: int

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="none",
            config=Config(retries={"max_attempts": 0}, read_timeout=60),
        )

    def memory_mb(self) -> float:
        """Proportional set size of the process and all below it, in MB."""
        root = psutil.Process(self.pid)
        total = 0
        for process in [root, *root.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        return total / 1_000_000


@contextmanager
def ours() -> Iterator[Peer]:
    """The embedded target, started fresh."""
    from harness.targets.embedded import Embedded

    started = time.perf_counter()
    target = Embedded(reuse=False)
    target.start()
    ready = time.perf_counter() - started
    try:
        with urllib.request.urlopen(f"{target.endpoint_url}/_harness/info") as answer:
            import json

            pid = json.load(answer)["pid"]
        yield Peer("aws-pattern-harness", target.endpoint_url, ready, pid)
    finally:
        target.stop()


@contextmanager
def ministack() -> Iterator[Peer]:
    """MiniStack from PyPI with its own defaults, on loopback, functions as local processes."""
    port = _free_port()
    variables = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"}
    # It may keep its compiled modules, as an installed package would.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    python = _python_with_ministack(variables)
    started = time.perf_counter()
    process = subprocess.Popen(
        [python, "-m", "ministack"],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _await_health(f"{endpoint}/_ministack/health", process)
        yield Peer("ministack 1.5.33", endpoint, time.perf_counter() - started, process.pid)
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()


def _python_with_ministack(variables: dict[str, str]) -> str:
    """Install it, compile what it and its functions import, and return its interpreter."""
    command = ["uv", "tool", "run", "--from", MINISTACK, "--with", "boto3", "python", "-c"]
    code = "import sys, ministack.app, boto3; boto3.client; print(sys.executable)"
    done = subprocess.run(
        [*command, code], check=True, env=variables, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.splitlines()[-1]


def _await_health(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"The peer ended with {process.returncode} before it was ready.")
        try:
            urllib.request.urlopen(url, timeout=1).read()
        except OSError:
            time.sleep(0.005)
        else:
            return
    sys.exit(f"The peer gave no healthy answer in {START_LIMIT_SECONDS} s.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
