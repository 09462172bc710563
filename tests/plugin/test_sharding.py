"""`--harness-shard`: parts of a suite, each in a job of its own."""

from __future__ import annotations

import json

import pytest

pytest_plugins = ["pytester"]

SUITE = {
    "test_a": "def test_1(): pass\ndef test_2(): pass\ndef test_3(): pass",
    "test_b": "def test_1(): pass\ndef test_2(): assert 1 == 2",
    "test_c": "import pytest\n@pytest.mark.skip(reason='why')\ndef test_1(): pass",
    "test_d": "def test_1(): pass",
}
WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])


@pytest.fixture
def shard(suite, pytester):
    """Runs a part of the suite and returns its document."""

    def run(part: str, *arguments: str) -> dict:
        suite("--harness-report", "report", "--harness-shard", part, *arguments, **SUITE)
        return json.loads((pytester.path / "report" / "run.json").read_text())

    return run


def modules(run) -> set[str]:
    return {test["id"].partition("::")[0] for test in run["tests"]}


@WORKERS
def test_the_parts_are_the_suite_and_no_module_is_divided(shard, workers):
    parts = [shard(f"{index}/2", *workers) for index in (1, 2)]
    assert modules(parts[0]) == {"test_a.py", "test_d.py"}
    assert modules(parts[1]) == {"test_b.py", "test_c.py"}
    assert [part["shard"]["tests"] for part in parts] == [4, 3]
    assert {part["shard"]["suite_tests"] for part in parts} == {7}
    assert len({part["shard"]["digest"] for part in parts}) == 1


def test_durations_decide_who_gets_what(shard, pytester):
    durations = {f"test_{name}.py::test_1": 1 for name in "abc"} | {"test_d.py::test_1": 60}
    durations |= {"test_a.py::test_2": 1, "test_a.py::test_3": 1, "test_b.py::test_2": 1}
    (pytester.path / ".test_durations").write_text(json.dumps(durations))
    assert modules(shard("1/2")) == {"test_d.py"}
    assert modules(shard("2/2")) == {"test_a.py", "test_b.py", "test_c.py"}


def test_the_order_in_which_a_plugin_puts_tests_changes_nothing(shard, pytester):
    first = shard("1/2")
    pytester.makeconftest("def pytest_collection_modifyitems(items): items.reverse()")
    second = shard("1/2")
    assert modules(first) == modules(second)
    assert first["shard"] == second["shard"]


def test_the_parts_are_of_what_was_selected(shard):
    parts = [shard(f"{index}/2", "-k", "test_1") for index in (1, 2)]
    assert {part["shard"]["suite_tests"] for part in parts} == {4}
    assert sorted(len(part["tests"]) for part in parts) == [2, 2]


@WORKERS
def test_a_shard_too_many_has_nothing_to_do_and_says_so(shard, workers, pytester):
    run = shard("5/5", *workers)
    assert run["tests"] == []
    assert (run["shard"]["tests"], run["shard"]["suite_tests"]) == (0, 7)
    assert "Nothing to run in this shard" in (pytester.path / "report" / "index.html").read_text()


@pytest.mark.parametrize("asked", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", ""])
def test_what_is_no_shard_is_refused(suite, asked):
    result = suite(f"--harness-shard={asked}", test_a="def test_it(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f'*"{asked}" is no shard. Say which one of how many*'])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "no attribute 'items'"),
        ("{", "Expecting property name"),
        ('{"test_a.py::test_1": "long"}', "could not convert string to float"),
        ('{"test_a.py::test_1": -1}', "test_a.py::test_1 took -1.0 seconds"),
        ('{"test_a.py::test_1": NaN}', "test_a.py::test_1 took nan seconds"),
    ],
    ids=["a list", "cut off", "a text", "negative", "not a number"],
)
def test_broken_durations_are_refused(suite, pytester, content, said):
    (pytester.path / ".test_durations").write_text(content)
    result = suite("--harness-shard=1/2", test_a="def test_it(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*.test_durations doesn't hold seconds by test: *{said}*"])


def test_without_the_option_a_run_is_whole(suite, pytester):
    suite("--harness-report", "report", **SUITE)
    assert json.loads((pytester.path / "report" / "run.json").read_text())["shard"] is None
