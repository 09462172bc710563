"""Who may do what: each request at the gateway is decided by the policies that speak about it."""

from __future__ import annotations

from typing import Any

from localstack.aws import handlers
from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, access, control

from . import findings, handler
from .evaluator import Evaluator
from .modes import checked, modes
from .written.handler import judge_or_refuse


class Access(Overlay):
    name = "access"
    fills = "IAM: identity, resource and session policies decide about every call, as on AWS"

    def install(self) -> None:
        super().install()
        access.evaluate_with(Evaluator())
        # Before all others of LocalStack's custom handlers: what isn't allowed isn't seen.
        steps = handlers.serve_custom_service_request_handlers.handlers
        steps[:0] = [handler.decide_or_refuse, judge_or_refuse]
        control.serve(wire.IAM_PATH, iam, methods=("GET", "POST"))

    def reset(self, account: str, region: str | None = None) -> None:
        if region is None:
            findings.forget(account)
            modes.forget(account)


def iam(request: Request) -> dict[str, Any]:
    """Tell an account's mode and what was denied; or set the mode: `{"account": …, "mode": …}`.

    Without an account it is the mode of all that weren't given one.
    """
    if request.method == "POST":
        wanted = request.get_json(force=True)
        mode = checked(wanted["mode"])
        if account := wanted.get("account"):
            modes.set(account, mode)
        else:
            modes.default = mode
        return {"account": account, "mode": mode}
    account = request.args["account"]
    return {"account": account, "mode": modes.of(account), "denials": findings.of(account)}


overlay = Access()
