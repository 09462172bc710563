"""The `client` fixture: boto3 clients in a test module's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from harness.targets.base import Target

Place = tuple[str, str, str]
"""Account, region, name."""
CREATED: Final = pytest.StashKey[set[Place]]()
"""On a test module: the durable functions that its clients have created."""


class Clients:
    """Makes boto3 clients, and keeps them: making one costs more than most calls.

    Args:
        target: Where they call.
        account: Account of the module.
        region: Region of the module.
        created: Gets the durable functions that the clients create.
    """

    def __init__(
        self, target: Target, account: str, region: str, created: set[Place] | None = None
    ) -> None:
        self._target, self._account, self._region = target, account, region
        self._created = set() if created is None else created
        self._kept: dict[tuple[str, str, str, bool], Any] = {}

    def __call__(
        self,
        service: str,
        *,
        account: str | None = None,
        region: str | None = None,
        config: Any = None,
        use_ssl: bool = True,
    ) -> Any:
        """Return a client.

        Args:
            service: boto3's name of the service.
            account: Another account than the module's.
            region: Another region than the module's.
            config: A botocore Config; a client with one is made anew each time.
            use_ssl: Whether it calls over https, as clients do; over http otherwise.
        """
        where = (service, account or self._account, region or self._region, use_ssl)
        if config is not None:
            return self._make(where, config)
        if where not in self._kept:
            self._kept[where] = self._make(where, None)
        return self._kept[where]

    def _make(self, where: tuple[str, str, str, bool], config: Any) -> Any:
        service, account, region, use_ssl = where
        client = self._target.client(
            service, account=account, region=region, config=config, use_ssl=use_ssl
        )
        if service == "lambda":
            self._watch(client, account, region)
        return client

    def _watch(self, client: Any, account: str, region: str) -> None:
        """Note durable functions as they are created: AWS isn't asked about any other ones."""

        def note(parsed: dict[str, Any], **_: Any) -> None:
            if parsed.get("DurableConfig"):
                self._created.add((account, region, parsed["FunctionName"]))

        client.meta.events.register("after-call.lambda.CreateFunction", note)
