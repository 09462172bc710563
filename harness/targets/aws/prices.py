"""What resources cost and how long they take, for the estimate before a run."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

FILE: Final = "prices.toml"


@dataclass(frozen=True)
class Price:
    """What a resource of a type costs in a run.

    Attributes:
        use: US dollars for what it is assumed to see.
        hour: US dollars for each hour that it is there.
        source: AWS's page about it.
    """

    use: float
    hour: float
    source: str

    def of(self, duration: timedelta) -> float:
        """Return what it costs in a run of some duration."""
        return self.use + self.hour * (duration / timedelta(hours=1))


@dataclass(frozen=True)
class PriceTable:
    """The prices that are known.

    Attributes:
        as_of: When they were looked up.
        region: The region that they are of.
        prices: Price by type of resource.
        stack: How long a stack takes to make and delete.
        longer: How much longer with a resource of a type.
    """

    as_of: date
    region: str
    prices: dict[str, Price]
    stack: timedelta
    longer: dict[str, timedelta]


@cache
def price_table() -> PriceTable:
    """Read the table."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    document: dict[str, Any] = tomllib.loads(text)
    services = document["services"]
    minutes = dict(document["minutes"])
    return PriceTable(
        as_of=document["date"],
        region=document["region"],
        prices={
            kind: Price(
                use=entry.get("use", 0.0),
                hour=entry.get("hour", 0.0),
                source=services[entry["service"]],
            )
            for kind, entry in document["resources"].items()
        },
        stack=timedelta(minutes=minutes.pop("stack")),
        longer={kind: timedelta(minutes=value) for kind, value in minutes.items()},
    )
