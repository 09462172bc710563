"""boto3 sessions that speak to an emulator and know nothing of the user's AWS settings."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

SECRET_KEY: Final = "emulator"  # nobody checks it; signatures need one

# Without names of environment variables: no AWS_PROFILE, AWS_REGION or AWS_CA_BUNDLE of the
# user's comes through, nor any of their files.
_VARIABLES: Final = {
    name: (in_file, None, default, conversion)
    for name, (in_file, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
} | {
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}

# A proxy of the machine's has no business between a process and its loopback interface.
_DEFAULTS: Final = Config(
    proxies={},
    use_fips_endpoint=False,
    use_dualstack_endpoint=False,
)


@cache
def _models() -> Any:
    """The loader of service models; shared, because each model is slow to read."""
    return botocore.session.Session(session_vars=_VARIABLES).get_component("data_loader")


class EmulatorSession(boto3.Session):
    """A boto3 session whose clients and resources go to one endpoint.

    Args:
        account: Account id; on an emulator the access key says who calls.
        region: Default region.
        endpoint_url: Where all services answer, over http.
        secure_url: Where they answer over https; without it clients call over http.
        authority: File with the certificates that https goes by.
    """

    def __init__(
        self,
        *,
        account: str,
        region: str,
        endpoint_url: str,
        secure_url: str = "",
        authority: str | None = None,
    ) -> None:
        core = botocore.session.Session(session_vars=_VARIABLES)
        core.register_component("data_loader", _models())
        super().__init__(
            aws_access_key_id=account,
            aws_secret_access_key=SECRET_KEY,
            region_name=region,
            botocore_session=core,
        )
        self._endpoint_url = endpoint_url
        self._secure_url, self._authority = secure_url, authority

    def client(self, *args: Any, **kwargs: Any) -> Any:
        """Create a client, as boto3 does, for the emulator unless an endpoint is named."""
        return super().client(*args, **self._with_defaults(kwargs))

    def resource(self, *args: Any, **kwargs: Any) -> Any:
        """Create a resource, as boto3 does, for the emulator unless an endpoint is named."""
        return super().resource(*args, **self._with_defaults(kwargs))

    def _with_defaults(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        config = kwargs.get("config")
        kwargs["config"] = _DEFAULTS.merge(config) if config else _DEFAULTS
        if kwargs.get("endpoint_url"):
            return kwargs
        if self._secure_url and kwargs.get("use_ssl", True):
            kwargs["endpoint_url"] = self._secure_url
            kwargs.setdefault("verify", self._authority)
        else:
            kwargs["endpoint_url"] = self._endpoint_url
        return kwargs
