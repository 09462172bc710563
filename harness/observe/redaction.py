"""Takes secrets out of text that leaves the run: reports, log tails, events."""

from __future__ import annotations

import re
from typing import Any

MASK = "[redacted]"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        # Access key ids. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        (r"\b(?:AKIA|ASIA|LKIA|LSIA)[A-Z0-9]{16}\b", 0, MASK),
        # Authorization: Bearer …, AWS4-HMAC-SHA256 Credential=…, Signature=…
        (
            r"(?i)(\bauthorization['\"]?\s*[:=]\s*)(?:b?'[^']*'|b?\"[^\"]*\"|[^\r\n]*)",
            0,
            rf"\g<1>{MASK}",
        ),
        (r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}", 0, rf"\g<1>{MASK}"),
        (r"(?i)\b(Signature=)[0-9a-f]{64}\b", 0, rf"\g<1>{MASK}"),
        # A presigned URL's parameters.
        (
            r"(?i)\b(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s'\"<>]+",
            0,
            rf"\g<1>{MASK}",
        ),
        # name: value, name=value, "name": "value", for names that hold secrets.
        (
            r"(?i)(['\"]?\b(?:[a-z0-9]+[_-])*"
            r"(?:secret[_-]?access[_-]?key|session[_-]?token|security[_-]?token|access[_-]?token"
            r"|refresh[_-]?token|id[_-]?token|client[_-]?secret|secret[_-]?string|api[_-]?key"
            r"|password|passwd)"
            r"['\"]?\s*[:=]\s*)(['\"]?)[^\s'\",;&}<>]{4,}(\2)",
            0,
            rf"\g<1>\g<2>{MASK}\g<3>",
        ),
        # JSON web tokens.
        (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0, MASK),
        (
            r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----.*?-----END (?P=kind)-----",
            re.DOTALL,
            MASK,
        ),
    )
)


def redacted(text: str) -> str:
    """Return a text without what looks like a credential.

    It errs on the side of hiding: a report is passed on, a secret can't be taken back.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def redacted_document(document: Any) -> Any:
    """Return a JSON document whose texts are redacted, keys apart."""
    if isinstance(document, str):
        return redacted(document)
    if isinstance(document, dict):
        return {key: redacted_document(value) for key, value in document.items()}
    if isinstance(document, (list, tuple)):
        return [redacted_document(value) for value in document]
    return document
