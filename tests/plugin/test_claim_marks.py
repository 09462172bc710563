"""The claim marker."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

ONE = """
    import pytest

    @pytest.mark.claim("{}")
    def test_it(): pass
"""


def test_a_known_claim_passes(suite, claims_yaml):
    suite(test_a=ONE.format("bus.prefix")).assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "a worker"])
def test_an_unknown_claim_is_an_error_that_names_the_test_and_near_claims(
    suite, claims_yaml, workers
):
    result = suite(*workers, test_a=ONE.format("bus.prefx"))
    assert result.ret != pytest.ExitCode.OK
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ['*test_a.py::test_it names the unknown claim "bus.prefx". Did you mean "bus.prefix"?']
    )


def test_an_unknown_claim_on_a_class_is_found(suite, claims_yaml):
    module = """
        import pytest

        @pytest.mark.claim("nothing.like-it")
        class TestIt:
            def test_it(self): pass
    """
    result = suite(test_a=module)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*names the unknown claim "nothing.like-it". *claims.yaml lists*'])


def test_the_other_modules_are_still_named(suite, claims_yaml):
    result = suite(test_a=ONE.format("bus.x"), test_b=ONE.format("bus.y"))
    result.assert_outcomes(errors=2)


@pytest.mark.parametrize("arguments", ["", "1", "name='bus.prefix'"])
def test_a_marker_without_text_is_an_error(suite, claims_yaml, arguments):
    module = f"""
        import pytest

        @pytest.mark.claim({arguments})
        def test_it(): pass
    """
    result = suite(test_a=module)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the claim marker takes claims' ids.*"])


def test_a_claim_without_a_registry_is_an_error(suite):
    result = suite(test_a=ONE.format("bus.prefix"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*No claims.yaml was found, and a test names a claim.*--claims*"])


def test_the_registry_can_be_named(suite, pytester):
    (pytester.path / "other.yaml").write_text("mail:\n  sent: 'a mail is sent'\n")
    suite("--claims", "other.yaml", test_a=ONE.format("mail.sent")).assert_outcomes(passed=1)


def test_the_registry_is_found_beside_the_scenarios(suite, pytester):
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "claims.yaml").write_text("mail:\n  sent: 'a mail is sent'\n")
    suite(test_a=ONE.format("mail.sent")).assert_outcomes(passed=1)


def test_a_broken_registry_is_an_error_with_its_line(suite, claims_yaml):
    claims_yaml.write_text("bus:\n  prefix: 'one'\n  prefix: 'two'\n")
    result = suite(test_a=ONE.format("bus.prefix"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*claims.yaml:3: "prefix" is there already, in line 2.*'])
