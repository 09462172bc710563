"""What --harness-report and `harness run`'s events hold."""

from __future__ import annotations

import json

import pytest

import harness

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("target_without_inbox")

SUITE = """
    import pytest

    @pytest.mark.claim("bus.prefix")
    def test_a_prefix_matches(): pass

    @pytest.mark.claim("bus.prefix", "bus.version")
    def test_both_match(): assert 1 == 2

    @pytest.mark.claim("bus.version")
    @pytest.mark.requires("inbox")
    def test_a_mail_comes(): pass

    @pytest.mark.xfail(reason="not yet")
    def test_later(): assert False
"""


@pytest.fixture
def report(pytester):
    def read(name: str):
        return json.loads((pytester.path / "report" / name).read_text())

    return read


WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])


@WORKERS
def test_every_claim_has_its_outcome_and_tests(suite, claims_yaml, report, workers):
    suite("--harness-report", "report", *workers, test_a=SUITE)
    names = {test["worker"] for test in report("run.json")["tests"]}
    assert all(name.startswith("gw") == bool(workers) for name in names)
    document = report("claims.json")
    assert document["target"] == "embedded"
    assert document["claims"]["bus.prefix"]["outcome"] == "failed"
    tests = document["claims"]["bus.version"]["tests"]
    assert sorted((test["test"], test["outcome"], test["reason"]) for test in tests) == [
        ("test_a.py::test_a_mail_comes", "skipped", 'the target "embedded" lacks inbox'),
        ("test_a.py::test_both_match", "failed", "assert 1 == 2"),
    ]


@pytest.mark.parametrize("phase", ["place", "test_it"], ids=["setup", "call"])
def test_a_test_whose_process_dies_has_failed(suite, claims_yaml, report, phase):
    module = """
        import os
        import pytest

        @pytest.fixture
        def place(): DIE("place")

        @pytest.mark.claim("bus.prefix")
        def test_it(place): DIE("test_it")
    """
    died = module.replace(f'DIE("{phase}")', "os._exit(7)").replace("DIE", "print")
    suite("--harness-report", "report", "-n", "1", "--max-worker-restart=0", test_a=died)
    [test] = report("run.json")["tests"]
    assert test["outcome"] == "failed"
    assert "crashed" in test["reason"]


def test_the_run_is_recorded_test_by_test(suite, claims_yaml, report):
    suite("--harness-report", "report", test_a=SUITE)
    tests = {test["id"].partition("::")[2]: test for test in report("run.json")["tests"]}
    assert {name: test["outcome"] for name, test in tests.items()} == {
        "test_a_prefix_matches": "passed",
        "test_both_match": "failed",
        "test_a_mail_comes": "skipped",
        "test_later": "skipped",
    }
    assert "assert 1 == 2" in tests["test_both_match"]["failure"]
    assert tests["test_later"]["reason"] == "expected to fail: not yet"
    assert {name: test["lacks"] for name, test in tests.items() if test["lacks"]} == {
        "test_a_mail_comes": ["inbox"]
    }


def test_the_page_is_written_and_named(suite, claims_yaml, pytester):
    result = suite("--harness-report", "report", test_a=SUITE)
    result.stdout.fnmatch_lines(["report: *index.html"])
    assert "1 test failed" in (pytester.path / "report" / "index.html").read_text()


def test_a_module_that_cannot_be_collected_is_a_problem(suite, report):
    suite("--harness-report", "report", test_a="import nothing_like_it")
    (problem,) = report("run.json")["problems"]
    assert problem["title"] == "collecting test_a.py"
    assert "nothing_like_it" in problem["text"]


def test_the_target_is_described(suite, report, noting_target):
    suite("--harness-report", "report", test_a="def test_it(target): pass")
    run = report("run.json")
    assert run["description"] == {"target": "noting", "localstack": "1.2.3"}
    assert run["harness"] == harness.__version__


def test_a_stand_in_is_never_reported_as_what_it_stands_in_for(
    suite, claims_yaml, report, noting_target
):
    noting_target.name = "aws-stand-in"
    module = """
        import pytest

        @pytest.mark.claim("bus.prefix")
        @pytest.mark.requires("inbox")
        def test_a_mail_comes(target): pass
    """
    suite("--harness-report", "report", test_a=module)
    assert report("run.json")["target"] == "aws-stand-in"
    document = report("claims.json")
    assert document["target"] == "aws-stand-in"
    (test,) = document["claims"]["bus.prefix"]["tests"]
    assert test["reason"] == 'the target "aws-stand-in" lacks inbox'


def test_a_failing_set_up_fails_the_claim(suite, claims_yaml, report):
    module = """
        import pytest

        @pytest.fixture
        def broken(): raise RuntimeError("no")

        @pytest.mark.claim("bus.prefix")
        def test_it(broken): pass
    """
    suite("--harness-report", "report", test_a=module)
    assert report("claims.json")["claims"]["bus.prefix"]["outcome"] == "failed"


def test_a_failing_teardown_fails_the_claim(suite, claims_yaml, report):
    module = """
        import pytest

        @pytest.fixture
        def broken():
            yield
            raise RuntimeError("no")

        @pytest.mark.claim("bus.prefix")
        def test_it(broken): pass
    """
    suite("--harness-report", "report", test_a=module)
    assert report("claims.json")["claims"]["bus.prefix"]["outcome"] == "failed"


def test_claims_reach_junit(suite, claims_yaml, pytester):
    suite("--junit-xml", "junit.xml", test_a=SUITE)
    assert '<property name="claim" value="bus.prefix"' in (pytester.path / "junit.xml").read_text()


@WORKERS
def test_events_tell_a_run_as_it_goes(suite, claims_yaml, pytester, workers):
    suite("--harness-events", "events", *workers, test_a=SUITE)
    events = [json.loads(line) for line in (pytester.path / "events").read_text().splitlines()]
    collected = [event for event in events if event["event"] == "collected"]
    ended = [event for event in events if event["event"] == "ended"]
    assert [sum(event["tests"].values()) for event in collected] == [4]
    assert sorted(event["outcome"] for event in ended) == ["failed", "passed", "skipped", "skipped"]


def test_events_tell_what_the_machine_lacks(suite, pytester, noting_target):
    from harness.errors import MissingRequirement

    noting_target.failure = MissingRequirement("No space.", "Make some.")
    suite("--harness-events", "events", test_a="def test_it(target): pass")
    events = [json.loads(line) for line in (pytester.path / "events").read_text().splitlines()]
    problems = [event for event in events if event["event"] == "problem"]
    assert problems == [{"event": "problem", "exit_code": 3, "message": "No space. Make some."}]
