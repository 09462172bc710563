"""Tiny suites on a target that only takes notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness import targets
from harness.deploy import stack as stacks
from harness.errors import HarnessError

from .commands import endpoint, harness  # noqa: F401 - fixtures


class NotingTarget:
    """A target that runs nothing and notes what it is asked for."""

    name = "noting"
    capabilities = frozenset({"reset"})
    accounts = ("111111111111", "222222222222")
    regions = ("us-east-1", "eu-west-1")
    endpoint_url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.failure: HarnessError | None = None

    def start(self) -> None:
        self.notes.append("start")
        if self.failure:
            raise self.failure

    def stop(self) -> None:
        self.notes.append("stop")

    def client(self, service: str, *, account=None, region=None, config=None, use_ssl=True) -> Any:
        self.notes.append(f"client {service} {account} {region}")
        return object()

    def new_account(self) -> str:
        number = sum(note.startswith("account") for note in self.notes)
        self.notes.append(f"account {number}")
        return f"{number:012}"

    def release_account(self, account: str) -> None:
        self.notes.append(f"release {int(account)}")

    def describe(self) -> dict[str, Any]:
        return {"target": self.name, "localstack": "1.2.3"}

    def evidence(self) -> str:
        return "the emulator's last words, key AKIAIOSFODNN7EXAMPLE"


class NotingStack:
    """A stack that deletes itself into the target's notes."""

    def __init__(self, name: str, template: Path, target: NotingTarget, **options: Any) -> None:
        self.name, self.target = name, target
        self.outputs = {"Url": "https://example.com", **options["parameters"]}
        self.resources, self.durable_functions = {"Bus": "bus-1"}, []
        target.notes.append(f"deploy {template.name} in {options['account']}")
        self.template = template

    def delete(self) -> None:
        self.target.notes.append(f"delete {self.template.name}")


@pytest.fixture
def noting_target(monkeypatch):
    """The target of all runs of this test, in place of the embedded one."""
    target = NotingTarget()
    monkeypatch.setattr(targets, "target_named", lambda name, options=None: target)
    monkeypatch.setattr(
        stacks,
        "deploy",
        lambda template, *, name, target, **options: NotingStack(name, template, target, **options),
    )
    return target


@pytest.fixture
def suite(pytester, monkeypatch):
    """Writes modules and runs pytest on them, in this process."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]")  # or the root would be wherever a parent folder has settings

    def run(*arguments: str, **modules: str) -> pytest.RunResult:
        pytester.makepyfile(**modules)
        plain = ("-p", "no:randomly", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess(*plain, *arguments)

    return run


@pytest.fixture
def claims_yaml(pytester):
    """Two claims, where the plugin finds them by itself."""
    file = pytester.path / "claims.yaml"
    file.write_text("bus:\n  prefix: 'a prefix matches'\n  version: 'zero matches'\n")
    return file


@pytest.fixture
def target_without_inbox(pytester):
    """Has the runs of this test on a target without an inbox, in workers as well."""
    pytester.makeconftest("""
        from harness.suite.run_target import RUN_TARGET

        def pytest_sessionstart(session):
            session.config.stash[RUN_TARGET].target.capabilities = frozenset({"reset"})
    """)
