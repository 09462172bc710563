"""Shards joined into the report of their suite."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from harness.claims import Claim, Claims, Outcome
from harness.errors import UsageProblem
from harness.report.merge import merge
from harness.report.model import Section, Shard, counts_by_shard, digest_of


@pytest.fixture
def shards(report_of, passed, failed, skipped):
    """Reports of two shards: one test passed and one failed, one was skipped."""
    suite = [passed, failed, skipped]

    def make(index: int, count: int = 2, **changes):
        tests = {1: [passed, failed], 2: [skipped]}.get(index, [])
        shard = Shard(index, count, len(tests), len(suite), digest_of(test.id for test in suite))
        return report_of(f"shard-{index}", *tests, **({"shard": shard} | changes))

    return make


def refusal(*reports, **options) -> str:
    with pytest.raises(UsageProblem) as refused:
        merge(reports, **options)
    return str(refused.value)


def titles(*reports) -> list[str]:
    run, _ = merge(reports)
    assert not run.has_held
    return [problem.title for problem in run.problems]


def test_the_tests_of_all_shards_are_there_with_the_shard_that_ran_them(shards, passed, failed):
    run, claims = merge([shards(2), shards(1)], expected=2)
    assert [(test.shard, test.outcome) for test in run.tests] == [
        ("2/2", Outcome.SKIPPED),
        ("1/2", Outcome.PASSED),
        ("1/2", Outcome.FAILED),
    ]
    assert run.problems == ()
    assert [shard.name for shard in run.shards] == ["1/2", "2/2"]
    assert counts_by_shard(run)["1/2"] == Counter(passed=1, failed=1)
    assert len(claims) == 4
    assert (run.target, run.harness) == ("embedded", "0.1.0")


def test_it_lasts_from_the_first_start_to_the_last_end(shards):
    first = shards(1)
    later = first.run.started + timedelta(seconds=60)
    run, _ = merge([first, shards(2, started=later)])
    assert run.started == first.run.started
    assert run.duration == timedelta(seconds=66)


def test_what_the_targets_say_alike_of_themselves_is_kept(shards):
    run, _ = merge(
        [
            shards(1, description={"localstack": "2026.3.0", "endpoint": "http://127.0.0.1:1"}),
            shards(2, description={"localstack": "2026.3.0", "endpoint": "http://127.0.0.1:2"}),
        ]
    )
    assert run.description == {"localstack": "2026.3.0"}


def test_a_shard_that_needed_no_target_says_nothing_of_it(shards):
    run, _ = merge([shards(1), shards(2, description={})])
    assert run.description == {"localstack": "2026.3.0"}


def test_a_lost_shard_is_refused_by_name(shards):
    assert "The report of shard 2/2 is missing." in refusal(shards(1))
    assert "The report of shards 1/4, 3/4 is missing." in refusal(shards(2, 4), shards(4, 4))


def test_another_number_of_shards_than_expected_is_refused(shards, report_of, passed):
    assert "Shards of 2 and of 3 don't make one suite." in refusal(shards(1), shards(2), expected=3)
    assert "There are 1 reports, and 2 are expected." in refusal(report_of("a", passed), expected=2)


def test_shards_of_different_divisions_are_refused(shards):
    assert "Shards of 2 and of 3 don't make one suite." in refusal(shards(1, 2), shards(2, 3))


def test_the_same_shard_twice_is_refused(shards, report_of):
    first = shards(1)
    copy = report_of("copy", *first.run.tests, shard=first.run.shard)
    assert "are both shard 1/2." in refusal(first, copy)
    assert "is named twice." in refusal(first, first)
    aside = replace(first, folder=first.folder / ".." / first.folder.name)
    assert "is named twice." in refusal(first, aside)


def test_a_whole_run_among_shards_is_refused(shards, report_of, passed):
    assert "holds the report of no shard" in refusal(shards(1), report_of("whole", passed))


def test_a_joined_report_is_not_joined_again(shards, report_of):
    run, _ = merge([shards(1), shards(2)])
    joined = report_of("joined", *run.tests, shards=run.shards)
    assert "is joined from shards already" in refusal(joined)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"harness": "9.9.9"}, "is of version 0.1.0, "),
        ({"target": "container"}, "is about embedded, "),
        ({"registry": Claims(None, {"mail.sent": Claim("mail", "sent", "x")})}, "different claims"),
    ],
    ids=["version", "target", "claims"],
)
def test_shards_that_are_not_of_one_suite_are_refused(shards, changes, said):
    assert said in refusal(shards(1), shards(2, **changes))


def test_reports_without_numbers_are_joined_by_their_folders_names(report_of, passed, skipped):
    run, _ = merge([report_of("bus", passed), report_of("mail", skipped)], expected=2)
    assert [test.shard for test in run.tests] == ["mail", "bus"]
    assert run.has_held


def test_a_test_that_two_shards_ran_is_refused(report_of, passed, failed):
    said = refusal(report_of("a", passed, failed), report_of("b", passed))
    assert f"both ran {passed.id}." in said


def test_a_shard_without_tests_joins_the_others(report_of, passed):
    digest = digest_of([passed.id])
    first = report_of("a", passed, shard=Shard(1, 2, 1, 1, digest))
    spare = report_of("b", shard=Shard(2, 2, 0, 1, digest))
    assert spare.run.has_held
    run, _ = merge([first, spare])
    assert run.has_held
    assert counts_by_shard(run)["2/2"] == Counter()


def test_the_problems_of_a_shard_are_the_suites(shards):
    broken = shards(2, problems=(Section("collecting scenarios/bus", "SyntaxError"),))
    assert titles(shards(1), broken) == ["2/2: collecting scenarios/bus"]


def test_tests_that_never_ended_break_the_joined_report(report_of, passed, skipped):
    digest = digest_of([passed.id, skipped.id, "gone"])
    first = report_of("a", passed, shard=Shard(1, 2, 2, 3, digest))
    second = report_of("b", skipped, shard=Shard(2, 2, 1, 3, digest))
    assert titles(first, second) == [
        "1/2: 1 test never came to an end",
        "the shards together are not the suite",
    ]


def test_shards_that_divided_the_suite_differently_break_the_joined_report(
    report_of, passed, skipped
):
    digest = digest_of([passed.id, skipped.id, "in neither"])
    first = report_of("a", passed, shard=Shard(1, 2, 1, 3, digest))
    second = report_of("b", skipped, shard=Shard(2, 2, 1, 3, digest))
    assert titles(first, second) == ["the shards together are not the suite"]


def test_shards_of_different_selections_break_the_joined_report(report_of, passed, skipped):
    first = report_of("a", passed, shard=Shard(1, 2, 1, 2, digest_of([passed.id, "b"])))
    second = report_of("b", skipped, shard=Shard(2, 2, 1, 1, digest_of([skipped.id])))
    assert titles(first, second) == ["the shards are parts of different suites"]


@pytest.mark.parametrize(
    ("outcomes", "joined"),
    [
        (("passed", "passed"), "passed"),
        (("passed", "failed"), "failed"),
        (("skipped", "failed"), "failed"),
        (("passed", "skipped"), "skipped"),
    ],
)
def test_a_claim_comes_out_as_in_one_run_of_its_tests(report_of, passed, outcomes, joined):
    first, second = (
        replace(passed, id=f"{passed.id}_{index}", outcome=Outcome(outcome))
        for index, outcome in enumerate(outcomes)
    )
    run, claims = merge([report_of("a", first), report_of("b", second)])
    whole = report_of("whole", first, second)
    result = {result.claim.id: result for result in whole.results}["bus.prefix"]
    assert result.outcome == joined
    again = report_of("joined", *run.tests, registry=claims)
    assert {result.claim.id: result.outcome for result in again.results} == {
        result.claim.id: result.outcome for result in whole.results
    }
