"""JUnit's XML: what pytest wrote in several jobs, as one document."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from harness.errors import UsageProblem

_COUNTS: Final = ("tests", "failures", "errors", "skipped")
_DEPTH: Final = 50


class _Builder(ElementTree.TreeBuilder):
    """Builds elements, and refuses what could name entities or other files, or exhaust memory."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise ValueError("it has a document type, which no test report needs")

    def start(self, tag: str, attributes: dict[str, str]) -> ElementTree.Element:
        self._depth += 1
        if self._depth > _DEPTH:
            raise ValueError(f"its elements are nested more than {_DEPTH} deep")
        return super().start(tag, attributes)

    def end(self, tag: str) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)


def suites_in(text: str, file: Path) -> list[ElementTree.Element]:
    """Return the test suites of a document.

    Args:
        text: The document; it may come from anywhere.
        file: What to call it in a refusal.

    Raises:
        UsageProblem: It isn't XML, isn't JUnit's, or declares a document type.
    """
    try:
        parser = ElementTree.XMLParser(target=_Builder())
        # Fed in pieces: what follows a document type isn't even looked at.
        for start in range(0, len(text), 4096):
            parser.feed(text[start : start + 4096])
        root = parser.close()
        suites = [root] if root.tag == "testsuite" else list(root)
        if root.tag not in ("testsuite", "testsuites") or any(
            suite.tag != "testsuite" for suite in suites
        ):
            raise ValueError(f"its outermost element is <{root.tag}>")
        for suite in suites:
            _counts(suite)
            float(suite.get("time", 0))
    except (ElementTree.ParseError, ValueError) as problem:
        raise UsageProblem(
            f"{file} is not a JUnit report: {problem}.", "Write the report anew."
        ) from problem
    return suites


def joined(suites: Iterable[tuple[str, ElementTree.Element]]) -> str:
    """Return one document with all suites.

    Args:
        suites: Each with the name of the shard that ran it, which its own name then ends with.
    """
    root = ElementTree.Element("testsuites", name="pytest tests")
    totals = dict.fromkeys(_COUNTS, 0)
    seconds = 0.0
    for shard, suite in suites:
        suite.set("name", f"{suite.get('name', 'pytest')} {shard}")
        for name, count in _counts(suite).items():
            totals[name] += count
        seconds += float(suite.get("time", 0))
        root.append(suite)
    for name, count in totals.items():
        root.set(name, str(count))
    root.set("time", f"{seconds:.3f}")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(suite: ElementTree.Element) -> dict[str, int]:
    return {name: int(suite.get(name, 0)) for name in _COUNTS}
