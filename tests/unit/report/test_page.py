"""What the page says, and in which order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from harness.claims import Claims
from harness.report.model import Section
from harness.report.page import page_of
from harness.report.writing import tests_by_claim as claim_tests

README = """# Three ways

Every event ends up in [three](x) `groups`.

```mermaid
flowchart LR
  bus{{Event bus}} --> rule[Rule]
```

```mermaid
sequenceDiagram
  A->>B: hello
```
"""


@pytest.fixture
def page(tmp_path, claims):
    folder = tmp_path / "scenarios" / "bus"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(README)

    def make(run, registry: Claims = claims) -> str:
        return page_of(run, registry.results(claim_tests(run)), root=tmp_path)

    return make


class Reader(HTMLParser):
    """Checks that all elements are closed, and collects what the page would load."""

    VOID = ("meta", "link", "br", "img", "hr", "input", "rect", "path", "circle", "polygon")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.loads += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing(page, run_of, passed, failed, skipped):
    reader = Reader()
    html = page(run_of(passed, failed, skipped))
    reader.feed(html)
    assert reader.open == []
    assert [load for load in reader.loads if not load.startswith(("#", "data:"))] == []
    assert "@import" not in html
    assert not re.search(r"url\((?!data:)", html)


def test_it_answers_in_the_order_in_which_people_ask(page, run_of, passed, failed, skipped):
    html = page(run_of(passed, failed, skipped))
    headings = re.findall(r"<h[12]>([^<]+)", html)
    assert headings == [
        "1 test failed",
        "What didn’t hold, and why",
        "What was skipped, and why",
        "What no test of this run covers",
        "Claims",
        "Scenarios",
        "Timeline",
    ]


@pytest.mark.parametrize(
    ("tests", "verdict"),
    [
        (["passed"], "It held"),
        (["passed", "failed"], "1 test failed"),
        (["passed", "skipped"], "It held"),
        (["skipped"], "Everything was skipped"),
        ([], "No test ran"),
    ],
    ids=["all passed", "one failed", "one skipped", "only skips", "nothing"],
)
def test_the_verdict_is_a_sentence(page, run_of, request, tests, verdict):
    html = page(run_of(*map(request.getfixturevalue, tests)))
    assert f"<h1>{verdict}<" in html


def test_a_failure_has_its_assertion_claim_and_logs(page, run_of, failed):
    html = page(run_of(failed))
    assert "AssertionError: assert [] == [&#39;event&#39;]" in html
    assert "assert [] == [&#39;event&#39;] &lt;b&gt;" in html
    assert "zero matches" in html
    assert "a line of the log" in html


def test_a_skip_has_its_reason(page, run_of, skipped):
    assert "the target &#34;embedded&#34; lacks inbox" in page(run_of(skipped))


def test_what_no_test_covers_is_told_apart_from_patterns_that_did_not_run(page, run_of, passed):
    html = page(run_of(passed))
    uncovered = html[html.index('id="untested"') : html.index('id="matrix"')]
    assert "<code>later</code> nobody knows" in uncovered
    assert "No test ran for 1 pattern:" in uncovered
    assert 'href="#claims-mail"' in uncovered


def test_a_scenario_shows_its_readme_and_draws_its_flowcharts(page, run_of, passed):
    html = page(run_of(passed))
    assert "<h3>Three ways</h3>" in html
    assert "Every event ends up in three groups." in html
    assert html.count('<svg class="diagram"') == 1


def test_a_diagram_that_is_not_drawn_is_shown_as_source_with_the_reason(page, run_of, passed):
    html = page(run_of(passed))
    assert "A-&gt;&gt;B: hello" in html
    assert "not a flowchart: sequenceDiagram" in html


def test_problems_outside_of_tests_break_the_verdict(page, run_of, passed):
    html = page(run_of(passed, problems=(Section("collecting scenarios/bus", "SyntaxError"),)))
    assert "<h1>The run broke off<" in html
    assert "SyntaxError" in html


def test_a_project_without_claims_has_no_matrix(page, run_of, passed, tmp_path):
    html = page(run_of(passed), Claims(tmp_path))
    assert 'id="matrix"' not in html
    assert "claims" not in re.sub(r"<style>.*</style>", "", html, flags=re.DOTALL)


def test_the_timeline_has_a_bar_for_each_test(page, run_of, passed, failed, skipped):
    html = page(run_of(passed, failed, skipped))
    timeline = html[html.index('class="timeline"') :]
    assert timeline.count('class="bar"') == 3
    assert "a prefix matches: passed, 3.00 s" in timeline
