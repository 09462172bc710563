"""What the harness's own tests share: one emulator for a test run, one account for a module."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.bridge import make_bridge
from harness.emulator.environment import install_emulator
from harness.emulator.settings import environment_of
from harness.targets.embedded import Embedded


@pytest.fixture(scope="session")
def emulator() -> Iterator[Embedded]:
    """An emulator of this test run's own; the workers of pytest-xdist share one."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    target = Embedded(reuse=False, run=run, owner=os.getppid() if run else None)
    target.start()
    yield target
    target.stop()


@pytest.fixture(scope="session")
def own_emulator() -> Iterator[Embedded]:
    """An emulator of this worker's own: for tests that move time, while others keep theirs."""
    target = Embedded(reuse=False)
    target.start()
    yield target
    target.stop()


@pytest.fixture(scope="module")
def aws_account(emulator: Embedded) -> Iterator[str]:
    """An account that only this module uses; what it has is forgotten afterwards."""
    account = emulator.new_account()
    yield account
    emulator.release_account(account)


@pytest.fixture(scope="module")
def aws(emulator: Embedded, aws_account: str) -> Callable[..., Any]:
    """Makes boto3 clients of the module's account: `aws("sqs")`, `aws("sqs", region=…)`."""

    def client(service: str, *, account: str | None = None, **options: Any) -> Any:
        return emulator.client(service, account=account or aws_account, **options)

    return client


@pytest.fixture(scope="session")
def in_emulator_python(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Runs a snippet where LocalStack can be imported, and returns what it prints."""
    python = install_emulator().python
    state = tmp_path_factory.mktemp("emulator-python")
    variables = environment_of(
        port=1, state=state, bridge=make_bridge(), python=python, runtimes={}
    )
    for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR", "FILESYSTEM_ROOT"):
        Path(variables[name]).mkdir(parents=True, exist_ok=True)

    def run(code: str) -> str:
        done = subprocess.run(
            [python, "-c", code],
            env=variables,
            cwd=state,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
