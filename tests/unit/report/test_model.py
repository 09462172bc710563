"""The data of a run."""

from __future__ import annotations

import json

import pytest

from harness.report.model import Section, pattern_of, sentence_of
from harness.report.run_document import as_json, from_json


def test_a_run_survives_its_document(run_of, passed, failed, skipped):
    run = run_of(passed, failed, skipped, problems=(Section("collecting x", "why"),))
    assert from_json(json.loads(json.dumps(as_json(run)))) == run


def test_a_run_held_when_tests_ran_and_none_failed(run_of, passed, failed, skipped):
    assert run_of(passed, skipped).has_held
    assert not run_of(passed, failed).has_held
    assert not run_of().has_held
    assert not run_of(passed, problems=(Section("collecting x", "why"),)).has_held


def test_a_test_belongs_to_the_pattern_whose_folder_holds_it():
    assert pattern_of("scenarios/catch-all/test_rules.py::TestA::test_b[1/2]") == "catch-all"


@pytest.mark.parametrize(
    ("test_id", "sentence"),
    [
        ("a/test_b.py::test_a_rule_matches", "a rule matches"),
        ("a/test_b.py::TestC::test_ids_differ[case-A::b]", "b]"),
        ("a/test_b.py::test_an_id_is_refused[a space]", "an id is refused [a space]"),
    ],
)
def test_a_tests_name_is_read_as_a_sentence(test_id, sentence):
    assert sentence_of(test_id) == sentence
