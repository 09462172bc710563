"""What the deployment tests share: templates written for a test, deployed and deleted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.deploy.stack import Stack
from harness.deploy.stack import deploy as deploy_template


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Lays out files in a folder of the test's own, and returns the folder."""

    def lay_out(files: dict[str, str]) -> Path:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return tmp_path

    return lay_out


@pytest.fixture
def deploy(emulator: Any, aws_account: str, project: Any) -> Iterator[Callable[..., Stack]]:
    """Deploys a template's text, with files beside it: `deploy(text, {"fn/app.py": …})`."""
    stacks: list[Stack] = []

    def make(
        text: str,
        files: dict[str, str] | None = None,
        *,
        name: str | None = None,
        region: str = "us-east-1",
        file: str = "template.yaml",
        **options: Any,
    ) -> Stack:
        folder = project({file: text, **(files or {})})
        stack = deploy_template(
            folder / file,
            target=emulator,
            account=aws_account,
            region=region,
            name=name or f"t{secrets.token_hex(4)}",
            **options,
        )
        if all(stack.id != other.id for other in stacks):
            stacks.append(stack)
        return stack

    yield make
    for stack in reversed(stacks):
        stack.delete()


@pytest.fixture
def stacks_left(aws: Any) -> Callable[[], dict[str, str]]:
    """Returns the statuses of the account's stacks by name, but for those that are gone."""

    def look() -> dict[str, str]:
        pages = aws("cloudformation").get_paginator("describe_stacks").paginate()
        return {
            stack["StackName"]: stack["StackStatus"]
            for page in pages
            for stack in page["Stacks"]
            if stack["StackStatus"] != "DELETE_COMPLETE"
        }

    return look
