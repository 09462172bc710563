"""The clock fixture in runs of pytest, on a target whose time can't be moved."""

from __future__ import annotations

from datetime import UTC, datetime

pytest_plugins = ["pytester"]

A_YEAR = """
    def test_a_year(clock):
        clock.advance(days=365)
        raise AssertionError("a year can't have passed")
"""


def test_a_year_is_skipped_with_its_reason(suite, noting_target):
    result = suite("-rs", test_a=A_YEAR)

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED*365 days would have to pass, which only a target that can move time shows"
            " (time-travel); a run waits 15 min at most (--longest-wait)"
        ]
    )


def test_the_option_says_how_long_a_wait_may_be(suite, noting_target):
    waits = "def test_it(clock): clock.advance(seconds=2)"

    suite("--longest-wait=1s", test_a=waits).assert_outcomes(skipped=1)


def test_pytests_settings_say_it_too(suite, noting_target, pytester):
    pytester.makeini("[pytest]\nlongest_wait = 1s")

    result = suite(test_a="def test_it(clock): clock.advance(seconds=2)")

    result.assert_outcomes(skipped=1)


def test_a_wait_takes_its_time_and_says_so(suite, noting_target):
    result = suite("-v", test_a="def test_it(clock): clock.advance(milliseconds=20)")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*clock: waiting 20 ms, for this target's time can't be moved"])


def test_no_duration_is_an_error_of_usage(suite, noting_target):
    result = suite("--longest-wait=soon", test_a=A_YEAR)

    assert result.ret == 4
    result.stderr.fnmatch_lines(['*"soon" is no duration. Write it as 90s, 15m*'])


def test_a_module_shortens_what_its_template_waits(suite, noting_target, pytester):
    result = suite(
        f"--junit-xml={pytester.path / 'junit.xml'}",
        test_a="""
            from datetime import timedelta
            import pytest

            @pytest.fixture(scope="module")
            def leave(clock):
                return clock.shortened(timedelta(days=7), to=timedelta(minutes=1))

            def test_it(leave):
                assert leave == timedelta(minutes=1)
        """,
    )

    result.assert_outcomes(passed=1)
    assert 'name="shortened" value="7 days to 1 min"' in (pytester.path / "junit.xml").read_text()


def test_a_target_that_can_move_time_is_asked_to(suite, noting_target):
    class Time:
        def now(self):
            return datetime(2026, 1, 1, tzinfo=UTC)

        def advance(self, duration):
            noting_target.notes.append(f"advance {duration.days} days")

    noting_target.capabilities = frozenset({"time-travel"})
    noting_target.time = Time()

    result = suite(
        test_a="""
            def test_it(clock):
                clock.advance(days=365)
                assert clock.now().year == 2026
        """
    )

    result.assert_outcomes(passed=1)
    assert "advance 365 days" in noting_target.notes
