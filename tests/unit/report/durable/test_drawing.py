"""A timeline as SVG: whole, escaped, nothing cut off, and legible to those who don't see it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.observe.durable.model import Attempt, Invocation, Operation, Pause, State, Timeline
from harness.report.durable import as_file, draw
from harness.report.durable.drawing import LEFT, WIDTH
from harness.report.durable.labels import lines_of, width_of

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
MONTHS = timedelta(days=90)
NAME = '<script>alert("&")</script>'


def operation(name: str, start: datetime, end: datetime | None, **members) -> Operation:
    given = {
        "id": name,
        "parent": "",
        "depth": 0,
        "kind": "Step",
        "sub_type": "",
        "state": State.SUCCEEDED,
    }
    return Operation(name=name, start=start, end=end, **(given | members))


@pytest.fixture
def timeline():
    second = timedelta(seconds=1)
    attempts = (
        Attempt(1, START, START + second, State.FAILED, "Busy", delay=second),
        Attempt(2, START + 2 * second, START + 2 * second, State.SUCCEEDED),
    )
    resumed = START + 3 * second + MONTHS
    return Timeline(
        arn="arn",
        name="leave-42",
        function="process",
        version="$LATEST",
        status="RUNNING",
        start=START,
        end=None,
        until=resumed + second,
        operations=(
            operation("charge", START, START + 2 * second, attempts=attempts),
            operation(NAME, START + 3 * second, resumed, kind="Wait", depth=1),
            operation("approval", resumed, None, kind="Callback", state=State.WAITING),
        ),
        invocations=(Invocation(START, START + 3 * second), Invocation(resumed, resumed)),
        pauses=(
            Pause(START + 3 * second, resumed),
            Pause(resumed, resumed + second),
        ),
    )


def texts(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if one.tag.rpartition("}")[2] == "text"]


def test_it_is_an_image_with_title_and_description(timeline):
    svg = ElementTree.fromstring(draw(timeline, "e1"))
    assert svg.get("role") == "img"
    labelled = (svg.get("aria-labelledby") or "").split()
    by_id = {one.get("id"): one for one in svg.iter() if one.get("id")}
    title, description = (by_id[name] for name in labelled)
    assert title.text == "Timeline of leave-42 · process:$LATEST"
    assert "charge [step]: succeeded after 2 attempts (Busy)" in (description.text or "")
    assert "callback]: waiting" in (description.text or "")


def test_months_are_torn_out_and_labelled(timeline):
    svg = ElementTree.fromstring(draw(timeline, "e1"))
    elided = [one.text for one in svg.iter("text") if one.get("class") == "elided"]
    assert elided == ["90 days"]
    assert [one[0].text for one in svg.iter("rect") if one.get("class") == "cut"] == [
        "90 days, not drawn to scale"
    ]


def test_each_attempt_invocation_and_pause_is_drawn_and_told(timeline):
    svg = ElementTree.fromstring(draw(timeline, "e1"))
    drawn = [(one.get("class"), one[0].text) for one in svg.iter("rect")]
    classes = [name for name, _ in drawn]
    assert classes.count("pause") == 2
    assert classes.count("attempt succeeded") == 3  # two invocations, the second attempt
    told = dict(drawn)
    assert told["attempt failed"] == (
        "charge, attempt 1: failed (Busy), 2026-03-02 10:00:00.000 UTC, 1 s, again after 1 s"
    )
    assert told["wait waiting"] is not None


def test_outcomes_are_written_and_not_only_coloured(timeline):
    written = " ".join(one.text or "" for one in texts(ElementTree.fromstring(draw(timeline, "e"))))
    assert "step · succeeded after 2 attempts (Busy)" in written
    assert "callback · waiting" in written


def test_names_are_escaped(timeline):
    drawn = draw(replace(timeline, name=NAME), "e1")
    assert "<script" not in drawn
    assert NAME in "".join(one.text or "" for one in texts(ElementTree.fromstring(drawn)))


@given(name=st.text(min_size=1, max_size=256), depth=st.integers(0, 30))
def test_no_name_is_cut_off(name, depth):
    from harness.observe.durable.events import short

    name = short(name) or "x"
    timeline = Timeline(
        "arn",
        name,
        "f",
        "1",
        "SUCCEEDED",
        START,
        START,
        START,
        operations=(operation(name, START, START, depth=depth),),
    )
    svg = ElementTree.fromstring(draw(timeline, "e1"))
    lines = [one for one in texts(svg) if one.get("class") == "name"]
    assert all(float(one.get("x")) + width_of(one.text, is_bold=True) <= LEFT for one in lines)
    bare = re.sub(r"\s", "", "".join(one.text for one in lines[1:]))
    assert bare == re.sub(r"\s", "", name)


@given(st.lists(st.sampled_from(["notify", "-", "_", " ", "WWWW", "名前", "i"]), max_size=60))
def test_lines_hold_the_text_and_no_more_than_their_width(pieces):
    text = " ".join("".join(pieces).split())
    lines = lines_of(text, 120)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= 120 for line in lines)


def test_nothing_lies_outside_the_picture(timeline):
    svg = ElementTree.fromstring(draw(timeline, "e1"))
    height = float((svg.get("viewBox") or "").split()[3])
    for one in texts(svg):
        x, size = float(one.get("x") or 0), width_of(one.text or "")
        left = x - size / 2 if one.get("text-anchor") == "middle" else x
        assert left >= 0
        assert left + size <= WIDTH
    for one in svg.iter("rect"):
        assert float(one.get("x")) + float(one.get("width")) <= WIDTH
        assert float(one.get("height")) <= height


def test_more_operations_than_are_drawn_are_counted(timeline):
    svg = ElementTree.fromstring(draw(timeline, "e1", most=1))
    assert texts(svg)[-1].text == "… and 2 more operations"


def test_a_file_opens_by_itself_in_light_and_dark(timeline):
    text = as_file(timeline)
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"(href|src|@import|url\()", text)
    used = set(re.findall(r"var\((--[a-z-]+)\)", text))
    assert used <= set(re.findall(r"(--[a-z-]+):", text))


def test_the_page_has_the_colours_that_it_uses():
    from importlib.resources import files

    folder = files("harness.report") / "templates"
    used = set(re.findall(r"var\((--[a-z-]+)\)", (folder / "execution.css").read_text()))
    assert used <= set(re.findall(r"(--[a-z-]+):", (folder / "page.css").read_text()))
