"""How errors are told to people: a sentence, with the evidence beside it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from rich.text import Text

from harness.errors import HarnessError
from harness.observe.redaction import redacted

from .output import progress


def tell(error: HarnessError) -> None:
    """Print an error's sentence and its notes."""
    console = progress()
    console.print(Text("Error: ", "bold red") + Text(str(error)), soft_wrap=True)
    for note in getattr(error, "__notes__", ()):
        console.print(Text(f"\n{redacted(note)}", "dim"), soft_wrap=True)


def tell_unexpected(error: Exception) -> None:
    """Print what an error that nobody expected is, and where its details are kept."""
    details = redacted("".join(traceback.format_exception(error)))
    with tempfile.NamedTemporaryFile(
        "w", prefix="harness-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(details)
    console = progress()
    kind = type(error).__name__
    console.print(
        Text("Error: ", "bold red")
        + Text(f"the harness itself failed ({kind}: {redacted(str(error))[:300]}).")
        + Text(f" Details are in {Path(file.name)}; --debug shows them here."),
        soft_wrap=True,
    )
