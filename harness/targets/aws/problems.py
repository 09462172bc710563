"""What stands between a run and its account, in one sentence each: credentials, rights, network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError, MissingRequirement

EXPIRED: Final = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
UNKNOWN_KEYS: Final = frozenset(
    {
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "AuthFailure",
    }
)
DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "Forbidden",
        "NotAuthorized",
        "AuthorizationError",
        "AuthorizationErrorException",
        "403",
    }
)
THROTTLED: Final = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "503",
    }
)
"""botocore's own list, as its retries use it.

Source: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""

NOT_OF_THE_CALL: Final = DENIED | EXPIRED | THROTTLED | UNKNOWN_KEYS
"""Codes that say nothing against what was asked for."""

SWEEP: Final = '"harness aws sweep" lists what is left.'

_NO_CREDENTIALS: Final = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.MetadataRetrievalError,
)
_SSO: Final = (
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)
_NETWORK: Final = (
    exceptions.HTTPClientError,
    exceptions.ConnectionError,
    exceptions.IncompleteReadError,
)


class CredentialsProblem(MissingRequirement):
    """The credentials are missing, expired, or not what AWS knows."""


class NetworkProblem(MissingRequirement):
    """AWS could not be reached."""


class Denied(HarnessError):
    """AWS refused an action to the caller."""


class Throttled(HarnessError):
    """AWS refused too many requests, again and again."""


def code_of(problem: BaseException) -> str:
    """Return AWS's code of an error, empty when the error isn't AWS's."""
    if not isinstance(problem, ClientError):
        return ""
    return str(problem.response.get("Error", {}).get("Code", ""))


def message_of(problem: BaseException) -> str:
    """Return what AWS says about an error, without a full stop."""
    said = str(problem)
    if isinstance(problem, ClientError):
        said = str(problem.response.get("Error", {}).get("Message") or problem)
    return " ".join(said.split()).rstrip(".")


def of_access(problem: BaseException, profile: str = "") -> HarnessError | None:
    """Word a problem that no test is about: credentials or network. None for any other.

    Args:
        problem: What boto3 raised.
        profile: Whose credentials they are, as people call them.
    """
    whose = profile or "the credentials"
    code = code_of(problem)
    if isinstance(problem, _SSO):
        return CredentialsProblem(
            f"The sign-in of {whose} is missing or over: {message_of(problem)}.",
            f'Run "aws sso login" for it and start again; {SWEEP}',
        )
    if code in EXPIRED:
        return CredentialsProblem(
            f"AWS says that the credentials have expired ({whose}).",
            f"Renew them and start again; {SWEEP}",
        )
    if code in UNKNOWN_KEYS:
        return CredentialsProblem(
            f"AWS doesn't know the credentials ({whose}): {message_of(problem)}.",
            f"Check the access key, and the clock of this machine; {SWEEP}",
        )
    if isinstance(problem, _NO_CREDENTIALS):
        return CredentialsProblem(
            f"There are no AWS credentials ({whose}): {message_of(problem)}.",
            'Name a profile that has some; "aws configure list" shows what is found.',
        )
    if isinstance(problem, _NETWORK):
        return NetworkProblem(
            f"AWS can't be reached: {message_of(problem)}.",
            f"Check the network and start again; {SWEEP}",
        )
    return None


def worded(problem: BaseException, doing: str, profile: str = "") -> HarnessError | None:
    """Word what AWS or the way to it refused while the harness itself did something.

    Args:
        problem: What boto3 raised.
        doing: What was being done, as in "deleting the bucket b".
        profile: Whose credentials they are.
    """
    if said := of_access(problem, profile):
        return said
    code = code_of(problem)
    if code in DENIED:
        return Denied(
            f"AWS denied {doing}: {message_of(problem)}.",
            f"Allow the caller that action (docs/real-aws.md has the policy); {SWEEP}",
        )
    if code in THROTTLED:
        return Throttled(
            f"AWS throttled {doing}, and went on after all retries: {message_of(problem)}.",
            f"Run fewer workers (-n 1), or wait for others to finish; {SWEEP}",
        )
    if isinstance(problem, ClientError | BotoCoreError):
        return HarnessError(
            f"AWS refused {doing}: {message_of(problem)}.", f"Correct that; {SWEEP}"
        )
    return None


@contextmanager
def explained(doing: str, profile: str = "") -> Iterator[None]:
    """Turn what boto3 raises while the harness works into a sentence with a remedy."""
    try:
        yield
    except (ClientError, BotoCoreError) as problem:
        if said := worded(problem, doing, profile):
            raise said from problem
        raise
