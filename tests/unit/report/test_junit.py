"""JUnit's XML, from other machines."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.errors import UsageProblem
from harness.report.junit import joined, suites_in

FILE = Path("shard/junit.xml")
SUITE = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite
name="pytest" errors="1" failures="2" skipped="3" tests="{tests}" time="1.25" hostname="a"><testcase
classname="a.test_b" name="test_c" time="0.1"><properties><property name="claim" value="bus.prefix"
/></properties><failure message="assert 1 &lt; 0">why &amp; where</failure></testcase></testsuite>
</testsuites>"""
LAUGHS = (
    "<!DOCTYPE a [<!ENTITY l0 'ha'>"
    + "".join(f"<!ENTITY l{index} '{f'&l{index - 1};' * 10}'>" for index in range(1, 9))
    + "]><testsuites><testsuite name='&l8;'/></testsuites>"
)


def test_the_suites_of_all_shards_are_there_with_their_sums():
    document = joined(
        [
            ("1/2", *suites_in(SUITE.format(tests=7), FILE)),
            ("2/2", *suites_in(SUITE.format(tests=5), FILE)),
        ]
    )
    root = ElementTree.fromstring(document)
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "12",
        "failures": "4",
        "errors": "2",
        "skipped": "6",
    }
    assert float(root.get("time")) == 2.5
    assert [suite.get("name") for suite in root] == ["pytest 1/2", "pytest 2/2"]
    assert root.find(".//property").get("value") == "bus.prefix"
    assert root.find(".//failure").text == "why & where"
    assert document.startswith("<?xml")


def test_a_lone_suite_is_a_document_too():
    (suite,) = suites_in("<testsuite name='x' tests='1'/>", FILE)
    assert suite.get("name") == "x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no element found"),
        (SUITE[:200], "not well-formed|unclosed|no element"),
        ("<html/>", "its outermost element is <html>"),
        ("<testsuites><oops/></testsuites>", "its outermost element is <testsuites>"),
        ("<testsuite tests='many'/>", "invalid literal"),
        ("<testsuite time='long'/>", "could not convert"),
        ("<testsuite>" + "<a>" * 100 + "</a>" * 100 + "</testsuite>", "nested more than 50"),
        (LAUGHS, "it has a document type"),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><testsuite name='&x;'/>",
            "it has a document type",
        ),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><testsuite/>", "it has a document type"),
    ],
    ids=[
        "empty",
        "cut off",
        "no report",
        "no suite",
        "no count",
        "no time",
        "too deep",
        "a billion laughs",
        "a file's entity",
        "a document type elsewhere",
    ],
)
def test_anything_else_is_refused(text, said):
    with pytest.raises(UsageProblem, match=rf"shard/junit\.xml is not a JUnit report: .*({said})"):
        suites_in(text, FILE)
