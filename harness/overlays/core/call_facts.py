"""What overlays know of a call under way, for whoever tells of it later.

Whoever finds something out about a request (who sent it, which policy decided) notes it here; the
flight recorder keeps it with the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_ATTRIBUTE: Final = "harness_facts"


def note(context: Any, **facts: str) -> None:
    """Note facts of a call: `principal`, `resource`, `decided_by`.

    Args:
        context: LocalStack's `RequestContext` of the request.
        **facts: By name; an empty text takes nothing away.
    """
    known = dict(of(context))
    known.update({name: value for name, value in facts.items() if value})
    setattr(context, _ATTRIBUTE, known)


def of(context: Any) -> Mapping[str, str]:
    """Return what has been noted of a call."""
    found: Mapping[str, str] = getattr(context, _ATTRIBUTE, {})
    return found
