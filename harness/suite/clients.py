"""The `client` fixture: boto3 clients in a test module's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.targets.base import Target


class Clients:
    """Makes boto3 clients, and keeps them: making one costs more than most calls.

    Args:
        target: Where they call.
        account: Account of the module.
        region: Region of the module.
    """

    def __init__(self, target: Target, account: str, region: str) -> None:
        self._target, self._account, self._region = target, account, region
        self._kept: dict[tuple[str, str, str], Any] = {}

    def __call__(
        self,
        service: str,
        *,
        account: str | None = None,
        region: str | None = None,
        config: Any = None,
    ) -> Any:
        """Return a client.

        Args:
            service: boto3's name of the service.
            account: Another account than the module's.
            region: Another region than the module's.
            config: A botocore Config; a client with one is made anew each time.
        """
        where = (service, account or self._account, region or self._region)
        if config is not None:
            return self._make(where, config)
        if where not in self._kept:
            self._kept[where] = self._make(where, None)
        return self._kept[where]

    def _make(self, where: tuple[str, str, str], config: Any) -> Any:
        service, account, region = where
        return self._target.client(service, account=account, region=region, config=config)
