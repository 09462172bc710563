"""The control API: what only an emulator can do, on the emulator's own port.

It refuses requests that come under a foreign host name or from another site's page: a browser
of the developer's would otherwise let any web page drive it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from localstack.http import Request, Response, Router
from localstack.services.edge import ROUTER

from harness import wire

Endpoint = Callable[[Request], Any]

facts: dict[str, Callable[[], Any]] = {}
"""What the other overlays add to the information about the emulator, once they are installed."""


class ConflictError(RuntimeError):
    """What is asked for can't be done at the same time as something that is under way."""


def serve(path: str, endpoint: Endpoint, *, methods: tuple[str, ...] = ("GET",)) -> None:
    """Serve a function of the control API.

    Args:
        path: Full path, one of `harness.wire`'s.
        endpoint: Gets the request, returns something that JSON can carry. Its ValueErrors and
            KeyErrors are answered as a bad request, a ConflictError as a conflict.
        methods: HTTP methods it answers.
    """

    def answer(request: Request, **_: Any) -> Response:
        if reason := refusal(request):
            return _json({"message": reason}, status=403)
        try:
            return _json(endpoint(request))
        except ConflictError as problem:
            return _json({"message": str(problem)}, status=409)
        except (KeyError, ValueError) as problem:
            return _json({"message": str(problem)}, status=400)

    router: Router = ROUTER
    router.add(path, answer, methods=list(methods))


def refusal(request: Request) -> str | None:
    """Say why a request may not use the control API; None when it may."""
    allowed = wire.LOOPBACK_NAMES | set(os.environ.get(wire.ALLOWED_HOSTS, "").split(","))
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    if host not in allowed:
        return f"The control API doesn't answer under the host name {host!r}."
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).hostname not in allowed:
        return "The control API doesn't answer pages of other sites."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return "The control API doesn't answer pages of other sites."
    return None


def _json(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, mimetype="application/json")
