"""LocalStack's hook that installs the overlays before its runtime exists."""

from __future__ import annotations

from localstack.runtime import hooks


@hooks.on_runtime_create(priority=100)  # type: ignore[untyped-decorator]
def install_overlays() -> None:
    """Install the overlays, or end the process with the reason."""
    from .lifeline import watch_parent
    from .network import stay_on_loopback
    from .registry import install_first

    watch_parent()
    stay_on_loopback()
    install_first()
