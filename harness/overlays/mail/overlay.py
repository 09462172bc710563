"""E-mail of SES and SNS, in one inbox that the control API shows.

Sources: https://docs.aws.amazon.com/ses/latest/dg/Welcome.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from __future__ import annotations

from typing import Any

from localstack.http import Request

from harness import wire
from harness.overlays.core import Overlay, control, patching

from . import stores


class Mail(Overlay):
    name = "mail"
    fills = "SES and SNS e-mail: one inbox, verified senders, confirmed subscriptions"

    def install(self) -> None:
        self.apply_patches()
        from . import identity_patches

        patching.apply(identity_patches.__name__)
        control.serve(wire.INBOX_PATH, inbox)


def inbox(request: Request) -> list[dict[str, Any]]:
    """List an account's e-mails, the oldest first."""
    return [
        {"region": region, **email.as_json()}
        for region, email in stores.delivered(request.args["account"])
    ]


overlay = Mail()
