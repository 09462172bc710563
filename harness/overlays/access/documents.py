"""Documents as services keep them, attached and parsed; what can't be parsed allows nothing."""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from typing import Any, Final

from .evaluation.documents import MalformedPolicy, Policy, parse
from .evaluation.statements import AttachedPolicy

LOG = logging.getLogger(__name__)
NOTHING: Final = Policy(())


def attached(name: str, document: str | dict[str, Any], arn: str = "") -> AttachedPolicy:
    """Return a document with its name.

    Args:
        name: For people, as in `statement 1 of NAME`.
        document: JSON, or what JSON would be read to.
        arn: Of a managed policy.
    """
    text = document if isinstance(document, str) else json.dumps(document)
    return AttachedPolicy(name, _parsed(name, text), arn)


@lru_cache(maxsize=4096)
def _parsed(name: str, text: str) -> Policy:
    if not text:
        return NOTHING
    try:
        return parse(text)
    except MalformedPolicy as problem:
        LOG.warning("%s can't be evaluated and allows nothing: %s", name, problem)
        return NOTHING
