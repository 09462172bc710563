"""The `tools` fixture: other programs than this one, in a test module's own account."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.targets.base import Target

_OF_AWS = "AWS"


class Tools:
    """What the AWS command line, Terraform or a script needs to work where a test module does.

    Args:
        target: Where they call.
        account: Account of the module.
        region: Region of the module.
    """

    def __init__(self, target: Target, account: str, region: str) -> None:
        self._target, self._account, self._region = target, account, region

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment variables of a program, with nothing of the user's AWS settings.

        Args:
            service: boto3's name of the service that it calls.
        """
        session = self._target.session(account=self._account, region=self._region)
        provided = session.get_credentials()
        if provided is None:
            raise RuntimeError(f"the target has no credentials for {self._account}")
        credentials = provided.get_frozen_credentials()
        endpoint = session.client(service).meta.endpoint_url
        variables = {
            **{name: value for name, value in os.environ.items() if _OF_AWS not in name},
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": credentials.token,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_REGION": self._region,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_CA_BUNDLE": getattr(self._target, "certificate_authority", None),
        }
        return {name: value for name, value in variables.items() if value}

    def foresee(self, service: str, operation: str, **parameters: Any) -> None:
        """Say what a program is about to make, by the operation that it will call.

        On an account of one's own what clients make is found and deleted afterwards, whatever
        happens. What other programs make is found too if it was foreseen.

        Args:
            service: boto3's name of the service, such as `lambda`.
            operation: The operation, such as `CreateFunction`.
            **parameters: Those that name the thing, such as `FunctionName`.
        """
        foresee = getattr(self._target, "foresee", None)
        if foresee is not None:
            foresee(service, operation, parameters, account=self._account, region=self._region)
