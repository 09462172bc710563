"""Where a stack is deployed, and how."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from harness.observe import machine_time

from .asset_bucket import AssetBucket
from .build import Platform, as_declared
from .functions import Function
from .stack_events import Progress, StackEvent

if TYPE_CHECKING:
    from harness.targets.base import Target

CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
DEFAULT_POLL: Final = timedelta(seconds=0.1)


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a stack is deployed, and how.

    Attributes:
        target: The target.
        account: The account's id.
        region: The region's name.
        name: The stack's name.
        capabilities: What templates may do; all by default.
        progress: Told each event.
        no_build: Package functions as they lie there, without installing what they require.
    """

    target: Target
    account: str
    region: str
    name: str
    capabilities: Sequence[str] = CAPABILITIES
    progress: Progress | None = None
    no_build: bool = False
    _clients: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """Return a client of the account and region, the same one each time."""
        if service not in self._clients:
            self._clients[service] = self.target.client(
                service, account=self.account, region=self.region
            )
        return self._clients[service]

    @property
    def bucket(self) -> AssetBucket:
        """Where code and large templates are uploaded to."""
        # A run that cleans up after itself has one of its own: another's must not go with it.
        run = getattr(self.target, "run_id", "")
        return AssetBucket(self.client, self.account, self.region, run)

    def explained(self, doing: str) -> AbstractContextManager[None]:
        """Have a target that can word what stands in the way, such as rights, do so."""
        explained = getattr(self.target, "explained", None)
        return explained(doing, self.account) if explained else contextlib.nullcontext()

    @property
    def partition(self) -> str:
        """The part of AWS that the region belongs to, such as `aws` or `aws-cn`."""
        return str(self.client("sts").meta.partition)

    @property
    def poll(self) -> timedelta:
        """The first pause between two looks: short on emulators, where a call costs little."""
        seconds = getattr(self.target, "poll_seconds", None)
        return DEFAULT_POLL if seconds is None else timedelta(seconds=seconds)

    @property
    def platform(self) -> Platform:
        """Where functions really run, if the target says so."""
        said: Platform | None = getattr(self.target, "function_platform", None)
        return said or as_declared

    def tell(self, function: Function, words: str) -> None:
        """Pass on what happens to a function before CloudFormation knows of it."""
        if self.progress:
            self.progress(
                StackEvent(
                    time=machine_time.timestamp(),
                    stack=self.name,
                    logical_id=function.logical_id,
                    physical_id="",
                    type="build",
                    status="BUILD_IN_PROGRESS",
                    reason=words,
                    is_of_stack=False,
                )
            )
