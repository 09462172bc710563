"""Dividing and joining as the recipes do it, on a small suite, with the jobs' own shell lines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SUITE = {
    "orders": "def test_an_order_is_kept(): assert {tested}\ndef test_it_is_found(): pass",
    "mails": "def test_a_mail_is_sent(): pass",
    "bills": "def test_a_bill_is_written(): pass\ndef test_it_is_right(): pass",
}
CLAIM = 'import pytest\npytestmark = pytest.mark.claim("shop.{name}")\n'


@dataclass
class Jobs:
    """Runs the shell lines of jobs in folders of their own.

    Attributes:
        folder: Where everything is.
        project: The checkout that each job begins with.
    """

    folder: Path
    project: Path
    variables: dict[str, str] = field(default_factory=dict)

    def checkout(self, name: str) -> Path:
        return Path(shutil.copytree(self.project, self.folder / name))

    def shell(self, script: str, where: Path, **variables: str) -> int:
        """Run lines as both services run them: by bash, to the first failure, also in a pipe."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=where,
            env=os.environ | self.variables | variables,
            capture_output=True,
            text=True,
        ).returncode


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """A shop's scenarios of which one fails, and a `uv` that runs this harness."""
    tmp_path = tmp_path_factory.mktemp("jobs")
    project = tmp_path / "project"
    folder = project / "scenarios" / "shop"
    folder.mkdir(parents=True)
    for name, module in SUITE.items():
        text = CLAIM.format(name=name) + module.format(tested="1 == 2")
        (folder / f"test_{name}.py").write_text(text)
    claims = "\n".join(f"  {name}: 'the {name} are right'" for name in SUITE)
    (project / "scenarios" / "claims.yaml").write_text(f"shop:\n{claims}\n")
    (project / "pytest.ini").write_text("[pytest]\n")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(
        f'#!/bin/sh\n[ "$1 $2" = "run harness" ] || exit 9\nshift 2\nexec "{sys.executable}"'
        ' -m harness "$@"\n'
    )
    uv.chmod(0o755)
    search = f"{uv.parent}{os.pathsep}{os.environ['PATH']}"
    # The suite needs no plugin of ours that takes a second to load.
    return Jobs(tmp_path, project, {"PATH": search, "PYTEST_ADDOPTS": "-p no:hypothesispytest"})


@pytest.fixture(scope="module")
def whole(jobs):
    """What one run of everything says."""
    where = jobs.checkout("whole")
    assert jobs.shell("uv run harness run --report build/report", where) == 1
    return outcomes(where / "build" / "report")


def outcomes(report: Path) -> dict[str, Any]:
    claims = json.loads((report / "claims.json").read_text())["claims"]
    return {
        name: (
            claim["outcome"],
            sorted((test["test"], test["outcome"]) for test in claim["tests"]),
        )
        for name, claim in claims.items()
    }


def runs_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step in job["steps"] if "harness" in step.get("run", "")]


def action_of(job: dict[str, Any], name: str) -> dict[str, Any]:
    (step,) = [step for step in job["steps"] if f"/{name}@" in step.get("uses", "")]
    return step["with"]


def test_githubs_jobs_say_together_what_one_run_says(jobs, whole, github):
    job, joining = github["jobs"]["scenarios"], github["jobs"]["report"]
    shards = job["strategy"]["matrix"]["shard"]
    assert len(shards) == 3
    here = jobs.checkout("github-report")
    exit_codes = []
    for shard in shards:
        where = jobs.checkout(f"github-{shard}")
        facts = {"matrix.shard": str(shard), "strategy.job-total": str(len(shards))}
        install, run = runs_of(job)
        assert jobs.shell(install["run"], where) == 0
        exit_codes.append(jobs.shell(run["run"], where, SHARD=expanded(run["env"]["SHARD"], facts)))
        kept = action_of(job, "upload-artifact")
        shutil.copytree(
            where / kept["path"],
            here / action_of(joining, "download-artifact")["path"] / expanded(kept["name"], facts),
        )
    assert sorted(exit_codes) == [0, 0, 1]
    (merge,) = runs_of(joining)
    assert jobs.shell(merge["run"], here) == 1
    assert outcomes(here / action_of(joining, "upload-artifact")["path"]) == whole
    assert "It did not hold: 2 of 3 claims" in (here / "summary.txt").read_text()
    shutil.rmtree(here / "shards" / "shard-2")
    assert jobs.shell(merge["run"], here) == 2
    assert not (here / "build" / "report" / "index.html").exists()


def test_gitlabs_jobs_say_together_what_one_run_says(jobs, whole, gitlab):
    count = gitlab["scenarios"]["parallel"]
    here = jobs.checkout("gitlab-report")
    exit_codes = []
    for index in range(1, count + 1):
        where = jobs.checkout(f"gitlab-{index}")
        script = "\n".join(gitlab["scenarios"]["script"])
        exit_codes.append(
            jobs.shell(script, where, CI_NODE_INDEX=str(index), CI_NODE_TOTAL=str(count))
        )
        (kept,) = gitlab["scenarios"]["artifacts"]["paths"]
        shutil.copytree(where / kept, here / kept, dirs_exist_ok=True)
    assert sorted(exit_codes) == [0, 0, 1]
    assert jobs.shell("\n".join(gitlab["report"]["script"]), here) == 1
    kept = gitlab["report"]["artifacts"]
    assert outcomes(here / kept["paths"][0]) == whole
    assert (here / kept["reports"]["junit"]).is_file()


def expanded(text: str, facts: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: facts[match[1]], text)
