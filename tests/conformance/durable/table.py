"""The table of what holds, for the overlay's README."""

from __future__ import annotations

from pathlib import Path

from .catalogue import EXCEPTIONS, SUITES
from .requirements import PACKAGE, VERSION
from .runner import Result

README = Path(__file__).parents[3] / "harness" / "overlays" / "durable" / "README.md"
BEGIN, END = "<!-- conformance -->", "<!-- /conformance -->"


def table(results: list[Result]) -> str:
    """Return the results as Markdown."""
    held = sum(result.passed for result in results)
    lines = [
        f"{held} of {len(results)} requirements of `{PACKAGE}` {VERSION} hold "
        f"(suites {', '.join(f'`{suite}`' for suite in SUITES)}).",
        "",
        "| | Requirement | |",
        "|---|---|---|",
    ]
    for result in results:
        number = result.requirement.id
        said = "holds" if result.passed else EXCEPTIONS.get(number, "doesn't hold")
        lines.append(f"| {number} | {result.requirement.title} | {said} |")
    return "\n".join(lines)


def write(results: list[Result]) -> None:
    """Put the table into the README."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}")
