"""Tests that move time, beside others: in which order, and on whose emulator."""

from __future__ import annotations

import json

import pytest

from harness import targets

pytest_plugins = ["pytester"]

MOVES = "def test_it(clock): clock.now()"
MOVES_BY_A_FIXTURE = """
    import pytest

    @pytest.fixture
    def patience(clock):
        return clock.now()

    def test_it(patience): pass
"""
STAYS = "def test_it(target): pass"

NOTES_ITS_OPTIONS = """
    import json, os, pathlib
    from datetime import UTC, datetime
    from harness import targets

    class Time:
        def now(self):
            return datetime(2026, 1, 1, tzinfo=UTC)

    class Target:
        name, capabilities, regions = "fake", frozenset({"time-travel"}), ("us-east-1",)
        time = Time()

        def start(self): pass
        def stop(self): pass
        def describe(self): return {}

    def target_named(name, options=None):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        pathlib.Path(f"{worker}.json").write_text(json.dumps(options))
        return Target()

    targets.target_named = target_named
"""


@pytest.fixture(autouse=True)
def real_targets(monkeypatch):
    """Puts back what the suite's conftest replaces in this process, too."""
    monkeypatch.setattr(targets, "target_named", targets.target_named)


@pytest.fixture
def options_of_workers(pytester, monkeypatch):
    """Runs two workers, and returns what the target of each was made with."""

    def run(**modules: str):
        monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
        pytester.makeini("[pytest]")
        pytester.makeconftest(NOTES_ITS_OPTIONS)
        pytester.makepyfile(**modules)
        result = pytester.runpytest_inprocess(
            *("-p", "no:randomly", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile")
        )
        result.assert_outcomes(passed=len(modules))
        found = [json.loads((pytester.path / f"gw{worker}.json").read_text()) for worker in (0, 1)]
        assert not (pytester.path / "alone.json").exists()
        return found

    return run


def test_workers_share_an_emulator_whose_time_nobody_moves(options_of_workers):
    first, second = options_of_workers(test_a=STAYS, test_b=STAYS)

    assert first == second
    assert first["run"]


@pytest.mark.parametrize("moves", [MOVES, MOVES_BY_A_FIXTURE], ids=["directly", "by a fixture"])
def test_each_worker_has_an_emulator_where_tests_move_time(options_of_workers, moves):
    assert options_of_workers(test_a=moves, test_b=moves) == [{"reuse": True}, {"reuse": False}]


def test_one_module_that_moves_time_is_enough(options_of_workers):
    assert options_of_workers(test_a=MOVES, test_b=STAYS) == [{"reuse": True}, {"reuse": False}]


@pytest.mark.parametrize("can_travel", [True, False], ids=["travels", "waits"])
def test_modules_that_move_time_come_last(suite, noting_target, can_travel):
    if can_travel:
        noting_target.capabilities = frozenset({"time-travel"})
        noting_target.time = None

    result = suite(
        "-v",
        test_a="def test_first(clock): pass\ndef test_second(target): pass",
        test_b=STAYS,
        test_c="def test_it(): pass",
    )

    files = ["test_b", "test_c", "test_a", "test_a"]
    if not can_travel:
        files = ["test_a", "test_a", "test_b", "test_c"]
    result.stdout.fnmatch_lines([f"{file}.py::test_* PASSED*" for file in files])


@pytest.mark.parametrize("distribution", ["loadfile", "loadscope", "load"])
def test_they_come_last_on_a_worker_too_though_they_have_most_tests(
    pytester, monkeypatch, distribution
):
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]")
    pytester.makeconftest(NOTES_ITS_OPTIONS)
    many = "\n".join(f"def test_{number}(clock): pass" for number in range(3))
    pytester.makepyfile(test_a=many, test_b=STAYS, test_c=STAYS)

    result = pytester.runpytest_inprocess(
        *("-v", "-p", "no:randomly", "-p", "no:cacheprovider", "-n", "1", "--dist", distribution)
    )

    ended = [line for line in result.outlines if "PASSED" in line]
    assert [line.split("PASSED ")[1].split("::")[0] for line in ended] == [
        "test_b.py",
        "test_c.py",
        *["test_a.py"] * 3,
    ]
