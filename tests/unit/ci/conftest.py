"""The CI recipes: their jobs, and what these run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / "docs" / "ci" / "github-actions.yml"
GITLAB = ROOT / "docs" / "ci" / "gitlab-ci.yml"


class Loader(yaml.SafeLoader):
    """YAML as 1.2 has it, where GitHub's `on` is a word and no truth."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Script:
    """Lines that a shell runs in a job.

    Attributes:
        job: The job's name.
        text: The lines.
    """

    job: str
    text: str


def github_scripts(recipe: dict[str, Any]) -> Iterator[Script]:
    for name, job in recipe["jobs"].items():
        yield from (Script(name, step["run"]) for step in job["steps"] if "run" in step)


def gitlab_scripts(recipe: dict[str, Any]) -> Iterator[Script]:
    for name, job in recipe.items():
        if isinstance(job, dict):
            for key in ("before_script", "script", "after_script"):
                if key in job:
                    yield Script(name, "\n".join(job[key]))


SCRIPTS: dict[Path, Callable[[dict[str, Any]], Iterator[Script]]] = {
    GITHUB: github_scripts,
    GITLAB: gitlab_scripts,
}


@pytest.fixture(params=[GITHUB, GITLAB], ids=lambda file: file.stem)
def file(request) -> Path:
    return request.param


@pytest.fixture
def github() -> dict[str, Any]:
    return yaml.load(GITHUB.read_text(), Loader)


@pytest.fixture
def gitlab() -> dict[str, Any]:
    return yaml.load(GITLAB.read_text(), Loader)


@pytest.fixture
def scripts(file) -> list[Script]:
    """What the shells of a recipe's jobs run."""
    return list(SCRIPTS[file](yaml.load(file.read_text(), Loader)))
