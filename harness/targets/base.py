"""What a target is: a place where scenarios run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config


@runtime_checkable
class Target(Protocol):
    """Where scenarios run. They ask for its capabilities, never for its name.

    Attributes:
        name: The word of `--target`.
        capabilities: What it can beyond AWS's own APIs, such as `reset` or `environments`.
        accounts: Two account ids, the second for cross-account scenarios.
        regions: Region names, the default first.
        endpoint_url: Where AWS's APIs answer.
    """

    name: str
    capabilities: frozenset[str]
    accounts: tuple[str, str]
    regions: tuple[str, ...]

    @property
    def endpoint_url(self) -> str: ...

    def start(self) -> None:
        """Make it ready; a target that is started already stays as it is."""

    def stop(self) -> None:
        """End what `start` began; quietly when there is nothing."""

    def client(
        self,
        service: str,
        *,
        account: str | None = None,
        region: str | None = None,
        config: Config | None = None,
        use_ssl: bool = True,
    ) -> Any:
        """Return a boto3 client; for the first account and region unless others are named.

        It calls over https, as boto3's clients do; over http with `use_ssl=False`.
        """

    def session(self, *, account: str | None = None, region: str | None = None) -> boto3.Session:
        """Return a boto3 session whose clients and resources speak to this target."""

    def new_account(self) -> str:
        """Return an account id that nothing else uses, for one test module."""

    def release_account(self, account: str) -> None:
        """Forget all that an account of `new_account` has."""

    def describe(self) -> dict[str, Any]:
        """Say what this is and which versions answer, for reports and `harness status`."""

    def evidence(self) -> str:
        """Return what helps to understand a failure, such as the last log lines."""
