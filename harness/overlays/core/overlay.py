"""The ground that the other overlays stand on."""

from __future__ import annotations

import os
from typing import Any

from localstack.http import Request

from harness import wire

from . import background, control, forgetting, model_patches, patching, registry, tls
from .base import Overlay


class Core(Overlay):
    name = "core"
    fills = "LocalStack on loopback alone, with a control API and overlays that are guarded"

    def install(self) -> None:
        super().install()
        patching.apply(model_patches.__name__)
        forgetting.find_bundles()
        control.serve(wire.INFO_PATH, info)
        control.serve(wire.OVERLAYS_PATH, overlays)
        control.serve(wire.AUTHORITY_PATH, certificate_authority)
        control.serve(wire.RESET_PATH, reset, methods=("POST",))

    def install_late(self) -> None:
        from . import queue_url_patches, storage_patches

        for module in (queue_url_patches, storage_patches):
            patching.apply(module.__name__)

    def reset(self, account: str, region: str | None = None) -> None:
        background.end(account, region)
        forgetting.forget(account, region)


def info(request: Request) -> dict[str, Any]:
    """Who answers: the harness's version, LocalStack's, and the process."""
    from localstack.constants import VERSION

    document = {"harness": wire.VERSION, "localstack": VERSION, "pid": os.getpid()}
    if digest := os.environ.get(wire.IMAGE_DIGEST):
        document["digest"] = digest
    return document | {name: fact() for name, fact in control.facts.items()}


def overlays(request: Request) -> list[dict[str, str]]:
    return [{"name": overlay.name, "fills": overlay.fills} for overlay in registry.installed()]


def certificate_authority(request: Request) -> dict[str, str]:
    """Whose certificates the gateway shows, for clients to trust."""
    return {"certificate": tls.authority().pem}


def reset(request: Request) -> dict[str, str]:
    """Forget an account (`{"account": …, "region": …}`); all regions when none is given."""
    wanted = request.get_json(force=True)
    account, region = wanted["account"], wanted.get("region")
    # This overlay last: the others end what they have going on while the state is still there.
    for overlay in reversed(registry.installed()):
        overlay.reset(account, region)
    return {"account": account}


overlay = Core()
