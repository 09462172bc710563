"""The environment variables that LocalStack runs with."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness import wire

PASSED_ON = ("LANG", "LC_ALL", "TZ", "SYSTEMROOT")
"""What a child gets of the caller's environment: nothing that could hold a credential."""


def environment_of(
    *, port: int, state: Path, bridge: Path, python: Path, runtimes: dict[str, object]
) -> dict[str, str]:
    """Compose the environment of an emulator's process.

    Args:
        port: Loopback port of its gateway.
        state: The one folder it may write to.
        bridge: The folder of `harness.emulator.bridge`.
        python: Interpreter of the emulator's Python environment.
        runtimes: The function runtimes of this machine.
    """
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **kept,
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(bridge),
        "PYTHONUNBUFFERED": "1",
        # Without the current folder, which is another for each emulator: plux keeps its index of
        # entry points for one path.
        "PYTHONSAFEPATH": "1",
        "HOME": str(state / "home"),
        "XDG_CACHE_HOME": str(state / "cache"),
        "TMPDIR": str(state / "tmp"),
        "FILESYSTEM_ROOT": str(state / "localstack"),
        wire.STATE_DIR: str(state),
        wire.RUNTIMES: json.dumps(runtimes),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"localhost.localstack.cloud:{port}",
        "GATEWAY_WORKER_COUNT": "256",
        "EAGER_SERVICE_LOADING": "0",
        "PERSISTENCE": "0",
        "DNS_ADDRESS": "0",
        # LocalStack looks for these beyond the machine unless it is told not to.
        # It also takes a container it may be in for its own, with the whole disk to write to.
        "OVERRIDE_IN_DOCKER": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        "LAMBDA_RUNTIME_EXECUTOR": "harness",
        # The provider whose backend the overlay `tables` replaces.
        "PROVIDER_OVERRIDE_DYNAMODB": "v2",
        "PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "v2",
        # The overlay `streams`.
        "PROVIDER_OVERRIDE_KINESIS": "harness",
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
        "LS_LOG": os.environ.get("HARNESS_LOG", "warning"),
    }
