"""boto3 sessions of the user's own profiles, as this target hands them out."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ProfileNotFound

from harness.errors import UsageProblem

from .calls import OF_THIS_PROCESS
from .stand_in import StandIn

_CONNECT_SECONDS: Final = 10

SETTINGS: Final = Config(  # type: ignore[call-arg]  # the stubs lack the first one
    # An AWS_ENDPOINT_URL that points tools to an emulator would have it pass for AWS.
    ignore_configured_endpoint_urls=True,
    # Where a proxy leads to is out of the guard's sight.
    proxies={},
    retries={"mode": "adaptive", "total_max_attempts": 8},
    connect_timeout=_CONNECT_SECONDS,
    s3={"us_east_1_regional_endpoint": "regional"},
)
"""Every client's: regional endpoints alone, and retries that slow down when AWS throttles.

Source: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""


class Profile:
    """The credentials of a profile, and sessions that use them.

    Loaded once: what a profile asks for, such as a code for multi-factor authentication, is asked
    once.

    Args:
        name: The profile; None for what boto3 finds by itself.
        stand_in: Where clients call in place of AWS.
    """

    def __init__(self, name: str | None, stand_in: StandIn | None = None) -> None:
        self.name, self._stand_in = name, stand_in
        self._core = _core_session(name)
        try:
            self.settings: dict[str, Any] = self._core.get_scoped_config()
        except ProfileNotFound:
            raise _unknown(str(name), self._core.available_profiles) from None
        self._loaded = False
        self._credentials: Any = None

    def __str__(self) -> str:
        return f'the profile "{self.name}"' if self.name else "the default credentials"

    @property
    def region(self) -> str | None:
        """The region that the profile, or the environment, is set to."""
        region: str | None = self._core.get_config_variable("region")
        return region

    @property
    def all_settings(self) -> dict[str, Any]:
        """Everything that AWS's configuration files say."""
        settings: dict[str, Any] = self._core.full_config
        return settings

    def session(self, region: str, *, hooks: Callable[[Any], None] | None = None) -> AwsSession:
        """Return a session whose clients use these credentials.

        Args:
            region: Its region.
            hooks: Called with the emitter of events that all of its clients will have.
        """
        core = _core_session(self.name)
        core.register_component("credential_provider", self)
        core.set_config_variable("sts_regional_endpoints", "regional")
        events = core.get_component("event_emitter")
        OF_THIS_PROCESS.watch(events)
        if hooks is not None:
            hooks(events)
        return AwsSession(core, region, self._stand_in)

    def load_credentials(self) -> Any:
        """Return the credentials; botocore's name for what provides some."""
        if not self._loaded:
            self._credentials = self._core.get_credentials()
            self._loaded = True
        return self._credentials


class AwsSession(boto3.Session):
    """A boto3 session with this target's settings, on AWS or on a stand-in."""

    def __init__(self, core: Any, region: str, stand_in: StandIn | None) -> None:
        super().__init__(botocore_session=core, region_name=region)
        self._stand_in = stand_in

    def client(self, *args: Any, **kwargs: Any) -> Any:
        """Create a client, as boto3 does."""
        return super().client(*args, **self._with_settings(kwargs))

    def resource(self, *args: Any, **kwargs: Any) -> Any:
        """Create a resource, as boto3 does."""
        return super().resource(*args, **self._with_settings(kwargs))

    def _with_settings(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        config = kwargs.get("config")
        kwargs["config"] = SETTINGS.merge(config) if config else SETTINGS
        if self._stand_in and not kwargs.get("endpoint_url"):
            is_secure = kwargs.get("use_ssl", True)
            kwargs["endpoint_url"] = self._stand_in.url if is_secure else self._stand_in.plain_url
            kwargs["verify"] = self._stand_in.authority
        return kwargs


def _core_session(profile: str | None) -> Any:
    return botocore.session.Session(profile=profile)


def _unknown(name: str, known: list[str]) -> UsageProblem:
    close = difflib.get_close_matches(name, known, n=1)
    meant = f' Did you mean "{close[0]}"?' if close else ""
    there = f"({', '.join(known)})" if known else "AWS's configuration files hold no profile."
    return UsageProblem(f'There is no AWS profile "{name}".{meant}', there)
