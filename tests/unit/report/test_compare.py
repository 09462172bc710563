"""Two reports beside each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.claims import Outcome
from harness.errors import UsageProblem
from harness.report.compare import Kind, Side, compare


@pytest.fixture
def held(passed, skipped):
    """The test of `mail.sent`, where its target has all it needs."""
    return replace(skipped, outcome=Outcome.PASSED, reason="", lacks=())


def named(comparison):
    return [(each.kind, each.name) for each in comparison.differences]


def test_reports_that_say_the_same_agree(report_of, passed, failed):
    comparison = compare(
        report_of("a", passed, failed), report_of("b", failed, passed, target="container")
    )
    assert comparison.is_equal
    assert comparison.differences == []
    assert comparison.names == ("embedded", "container")
    assert (comparison.claims, comparison.tests) == (4, 2)


def test_a_claim_and_its_test_that_fail_in_one_differ_with_the_reason(report_of, passed):
    broken = replace(passed, outcome=Outcome.FAILED, reason="assert 1 == 2")
    comparison = compare(report_of("a", passed), report_of("b", broken))
    assert not comparison.is_equal
    assert named(comparison) == [(Kind.CLAIM, "bus.prefix"), (Kind.TEST, passed.id)]
    difference = comparison.differences[0]
    assert difference.first == Side(Outcome.PASSED)
    assert difference.second == Side(Outcome.FAILED, ("assert 1 == 2",))


def test_what_one_report_lacks_altogether_is_untested_there(report_of, passed, held):
    comparison = compare(report_of("a", passed, held), report_of("b", passed))
    assert named(comparison) == [(Kind.CLAIM, "mail.sent"), (Kind.TEST, held.id)]
    assert {each.second.outcome for each in comparison.differences} == {Outcome.UNTESTED}
    assert not comparison.is_equal


def test_a_skip_for_a_capability_differs_unless_it_is_allowed(report_of, held, skipped):
    first, second = report_of("a", held), report_of("b", skipped)
    assert not compare(first, second).is_equal
    comparison = compare(first, second, allow_skipped=True)
    assert comparison.is_equal
    assert [each.is_allowed for each in comparison.differences] == [True, True]


@pytest.mark.parametrize(
    ("outcome", "lacks"),
    [(Outcome.SKIPPED, ()), (Outcome.FAILED, ())],
    ids=["skipped for another reason", "failed"],
)
def test_nothing_else_is_allowed(report_of, held, outcome, lacks):
    other = replace(held, outcome=outcome, lacks=lacks, reason="the AWS CLI isn't installed")
    comparison = compare(report_of("a", held), report_of("b", other), allow_skipped=True)
    assert not comparison.is_equal


def test_a_failure_beside_a_lacking_capability_is_not_excused(report_of, held, skipped):
    broken = replace(held, outcome=Outcome.FAILED, reason="assert 1 == 2")
    comparison = compare(report_of("a", broken), report_of("b", skipped), allow_skipped=True)
    assert not comparison.is_equal


def test_a_claim_with_a_skip_for_another_reason_among_its_tests_is_not_excused(
    report_of, held, skipped
):
    other = replace(skipped, id=f"{skipped.id}_again")
    comparison = compare(
        report_of("a", held, replace(held, id=other.id)),
        report_of("b", skipped, replace(other, lacks=(), reason="no network")),
        allow_skipped=True,
    )
    unexpected = [each.name for each in comparison.differences if not each.is_allowed]
    assert unexpected == ["mail.sent", other.id]


def test_reports_of_one_target_are_called_by_their_folders(report_of, tmp_path, passed):
    comparison = compare(report_of("a", passed), report_of("b", passed))
    assert comparison.names == (str(tmp_path / "a"), str(tmp_path / "b"))


def test_a_report_without_tests_compares_to_nothing(report_of, passed):
    with pytest.raises(UsageProblem, match="No test ran for the report in"):
        compare(report_of("a", passed), report_of("b"))
