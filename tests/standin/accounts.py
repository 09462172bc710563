"""Accounts of the stand-in: an IAM user in each, and the profiles that a developer would have."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

from .faults import Caller

USER: Final = "developer"
REGION: Final = "us-east-1"
EVERYTHING: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class Profile:
    """A named profile: a user's keys in one account."""

    name: str
    account: str
    arn: str
    access_key: str
    secret_key: str

    @property
    def caller(self) -> Caller:
        return Caller(self.account, self.arn)


def new_account_id() -> str:
    return f"{secrets.choice('123456789')}{secrets.randbelow(10**11):011}"


def make_profile(name: str, emulator: str, policies: Mapping[str, Any]) -> Profile:
    """Make a user in an account of its own, behind the front door.

    Args:
        name: The profile's name.
        emulator: The emulator's own endpoint, where an account's id is its key.
        policies: Documents of managed policies that the user gets, by name; without any the user
            may do everything.
    """
    account = new_account_id()
    iam: Any = boto3.client(
        "iam",
        endpoint_url=emulator,
        region_name=REGION,
        aws_access_key_id=account,
        aws_secret_access_key="-",
    )
    user = iam.create_user(UserName=USER)["User"]
    for policy, document in (policies or {"everything": EVERYTHING}).items():
        made = iam.create_policy(PolicyName=policy, PolicyDocument=json.dumps(document))
        iam.attach_user_policy(UserName=USER, PolicyArn=made["Policy"]["Arn"])
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    return Profile(name, account, user["Arn"], key["AccessKeyId"], key["SecretAccessKey"])


def write_profiles(folder: Path, profiles: Sequence[Profile]) -> dict[str, str]:
    """Write AWS's two files.

    Returns:
        The environment variables that name them.
    """
    config, credentials = folder / "config", folder / "credentials"
    config.write_text("".join(f"[profile {one.name}]\nregion = {REGION}\n\n" for one in profiles))
    credentials.write_text(
        "".join(
            f"[{one.name}]\naws_access_key_id = {one.access_key}\n"
            f"aws_secret_access_key = {one.secret_key}\n\n"
            for one in profiles
        )
    )
    credentials.chmod(0o600)
    return {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
