"""The clients that EventBridge delivers with: its own, or those of a target's role."""

from __future__ import annotations

import threading
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from harness.overlays.core import clock

from .failures import from_answer, of_assumed_role

PRINCIPAL: Final = "events"
SESSION_NAME: Final = "events"
SESSION_SECONDS: Final = 900.0
"""For how long a role's session is used, in the emulator's time; STS gives it for an hour."""

# The retry policy retries; botocore would wait in machine time between attempts of its own.
_ONE_ATTEMPT: Final = Config(retries={"max_attempts": 0})

Credentials = dict[str, str]


class Sessions:
    """Role sessions that are in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, str], tuple[float, Credentials]] = {}

    def of(self, role: str, *, account: str, region: str, rule_arn: str) -> Credentials:
        """Return credentials of a session of a role.

        Args:
            role: The role's ARN.
            account: The rule's account.
            region: The rule's region, whose STS is asked.
            rule_arn: The rule, which the role's trust policy may ask for.

        Raises:
            DeliveryError: The role can't be assumed.
        """
        with self._lock:
            until, credentials = self._sessions.get((role, region), (0.0, {}))
        if clock.now() < until:
            return credentials
        sts = connect_to(
            aws_access_key_id=account, region_name=region, config=_ONE_ATTEMPT
        ).sts.request_metadata(service_principal=PRINCIPAL, source_arn=rule_arn)
        try:
            answer = sts.assume_role(RoleArn=role, RoleSessionName=SESSION_NAME)
        except ClientError as refused:
            raise of_assumed_role(from_answer(refused.response), role) from refused
        given = answer["Credentials"]
        credentials = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        with self._lock:
            self._sessions[role, region] = (clock.now() + SESSION_SECONDS, credentials)
        return credentials

    def forget(self, account: str) -> None:
        """Drop the sessions of an account's roles."""
        with self._lock:
            for role, region in list(self._sessions):
                if role.split(":")[4:5] == [account]:
                    del self._sessions[role, region]


SESSIONS: Final = Sessions()


def of_role(
    service: str, role: str, *, account: str, region: str, target_region: str, rule_arn: str
) -> Any:
    """Return a client of a target's role.

    Args:
        service: boto3's name of the service.
        role: The role's ARN.
        account: The rule's account.
        region: The rule's region.
        target_region: Where the target is.
        rule_arn: The rule.

    Raises:
        DeliveryError: The role can't be assumed.
    """
    credentials = SESSIONS.of(role, account=account, region=region, rule_arn=rule_arn)
    clients = connect_to(region_name=target_region, config=_ONE_ATTEMPT, **credentials)
    return clients.get_client(service)


def of_service(service: str, *, account: str, region: str, source_arn: str) -> Any:
    """Return a client of `events.amazonaws.com`, acting for a rule or a bus.

    Args:
        service: boto3's name of the service.
        account: The account of the rule or bus.
        region: Where the target is.
        source_arn: The rule or bus.
    """
    client = of_account(service, account=account, region=region)
    return client.request_metadata(service_principal=PRINCIPAL, source_arn=source_arn)


def of_account(service: str, *, account: str, region: str) -> Any:
    """Return a client of the account itself, for what is open to it without a policy."""
    clients = connect_to(aws_access_key_id=account, region_name=region, config=_ONE_ATTEMPT)
    return clients.get_client(service)
