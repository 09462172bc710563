"""`--harness-shard 2/3`: runs a part of the suite, and records which part of what it was."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.errors import HarnessError, UsageProblem

if TYPE_CHECKING:
    from harness.report.model import Shard
    from harness.running.shards import WantedShard

PLUGIN: Final = "harness-sharding"
DURATIONS: Final = ".test_durations"
"""Where pytest-split keeps how long each test takes; ours is the same file."""

_OUTPUT = "harness_shard"


def add_option(parser: pytest.Parser) -> None:
    """Declare the option to pytest."""
    parser.getgroup("harness", "AWS pattern harness").addoption(
        "--harness-shard",
        metavar="K/N",
        help="run the modules of the K-th of N parts that take about equally long, by"
        f" {DURATIONS} in pytest's root if it is there",
    )


def register(config: pytest.Config) -> None:
    """Divide the suite if that was asked for."""
    if (asked := config.getoption("harness_shard")) is None:
        return
    from harness.running.shards import parse

    try:
        seconds = durations_in(config.rootpath / DURATIONS)
        config.pluginmanager.register(Sharding(config, parse(asked), seconds), PLUGIN)
    except HarnessError as problem:
        raise pytest.UsageError(str(problem)) from None


def shard_of(config: pytest.Config) -> Shard | None:
    """Return which part of the suite this run is; None for a whole one."""
    sharding: Sharding | None = config.pluginmanager.get_plugin(PLUGIN)
    return sharding.shard if sharding else None


class Sharding:
    """Deselects the tests of the other shards.

    Args:
        config: pytest's.
        wanted: The part to run.
        seconds: How long tests took before, by node id.
    """

    def __init__(
        self, config: pytest.Config, wanted: WantedShard, seconds: dict[str, float]
    ) -> None:
        from harness.report.model import Shard

        self._config, self._wanted, self._seconds = config, wanted, seconds
        # What is known when collecting breaks off.
        self.shard = Shard(wanted.index, wanted.count, tests=0, suite_tests=0, digest="")

    # After what -k, -m and other plugins deselect: the parts are of what is left.
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        from harness.report.model import Shard, digest_of
        from harness.running.shards import module_of, modules_by_shard

        ids = [item.nodeid for item in items]
        mine = modules_by_shard(ids, self._seconds, self._wanted.count)[self._wanted.index - 1]
        others = [item for item in items if module_of(item.nodeid) not in mine]
        items[:] = [item for item in items if module_of(item.nodeid) in mine]
        if others:
            self._config.hook.pytest_deselected(items=others)
        self.shard = Shard(
            self._wanted.index,
            self._wanted.count,
            tests=len(items),
            suite_tests=len(ids),
            digest=digest_of(ids),
        )
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output[_OUTPUT] = asdict(self.shard)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        from harness.report.model import Shard

        # The controller of pytest-xdist collects nothing itself.
        if found := (getattr(node, "workeroutput", None) or {}).get(_OUTPUT):
            self.shard = Shard(**found)


def durations_in(file: Path) -> dict[str, float]:
    """Read how long tests took; nothing is known without the file.

    Raises:
        UsageProblem: It holds something else.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        seconds = {str(test): float(value) for test, value in document.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, OSError, RecursionError, TypeError, ValueError) as problem:
        raise _refusal(file, str(problem)) from problem
    if wrong := [test for test, value in seconds.items() if not 0 <= value < math.inf]:
        raise _refusal(file, f"{wrong[0]} took {seconds[wrong[0]]} seconds")
    return seconds


def _refusal(file: Path, problem: str) -> UsageProblem:
    return UsageProblem(
        f"{file} doesn't hold seconds by test: {problem}.",
        'Make it anew with "harness report durations", or remove it.',
    )
