"""What `harness doctor` found in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["works", "weaker", "broken"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        state: `works`; `weaker`, when runs go on with less; `broken`, when they can't.
        finding: What was found and what it means.
        remedy: What would help; empty when nothing is needed.
    """

    name: str
    state: State
    finding: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object's members."""
        return asdict(self)
