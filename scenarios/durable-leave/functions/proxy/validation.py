"""What a leave request has to say. Pure."""

import base64
import json
import re
from datetime import date

FIELDS = ("employee", "start", "end")
OPTIONAL = ("reason", "name")
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
NAME = re.compile(r"[a-zA-Z0-9-_]{1,64}")


def problem_of(event):
    """Return the request in a function URL's event, and what is wrong with it in a sentence."""
    try:
        text = event.get("body") or ""
        if event.get("isBase64Encoded"):
            text = base64.b64decode(text).decode()
        body = json.loads(text)
    except ValueError:
        return None, "The body isn't JSON."
    if not isinstance(body, dict):
        return None, "The body isn't an object."
    return body, _missing(body) or _unfit(body)


def _missing(body):
    missing = [field for field in FIELDS if body.get(field) in (None, "")]
    if missing:
        return f"Missing: {', '.join(missing)}."
    unknown = sorted(body.keys() - {*FIELDS, *OPTIONAL})
    return f"Unknown: {', '.join(unknown)}." if unknown else None


def _unfit(body):
    for field, value in body.items():
        if not isinstance(value, str):
            return f"{field} isn't text."
    if not EMAIL.fullmatch(body["employee"]):
        return f"employee isn't an e-mail address: {body['employee']}"
    for field in ("start", "end"):
        if not _is_date(body[field]):
            return f"{field} isn't a date as in 2026-03-02: {body[field]}"
    if body["end"] < body["start"]:
        return f"end ({body['end']}) is before start ({body['start']})."
    if "name" in body and not NAME.fullmatch(body["name"]):
        return "name has 1 to 64 letters, digits, - and _."
    return None


def _is_date(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
