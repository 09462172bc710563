"""Which host names are AWS's, in the regions that a run names.

Made from what botocore knows of AWS's partitions, so that no list of services has to be kept:
an endpoint ends in its region and the partition's domain (`sqs.us-east-1.amazonaws.com`,
`bucket.s3.us-east-1.amazonaws.com`, `abc.execute-api.us-east-1.amazonaws.com`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from .request import endpoint_data

FUNCTION_URLS: Final = "lambda-url.{region}.on.aws"
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"""
DISTRIBUTIONS: Final = "cloudfront.net"
"""CloudFront's distributions are in no region."""
METADATA: Final = frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "fd00:ec2::23"})
"""Where AWS gives its own machines and containers their credentials.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""


class AwsHosts:
    """The hosts of AWS in some regions.

    Args:
        regions: The regions.
        sign_in: The hosts and addresses that the profile's credentials come from.
    """

    def __init__(self, regions: Iterable[str], sign_in: Iterable[str] = ()) -> None:
        self._ends = tuple(sorted({end for region in regions for end in _ends_of(region)}))
        self._global = {host for region in regions for host in _global_hosts(region)}
        self._sign_in = frozenset(sign_in)

    def __contains__(self, host: object) -> bool:
        """Say whether a host name is one of them; addresses are only where credentials are."""
        if not isinstance(host, str):
            return False
        name = host.lower().rstrip(".")
        return (
            name in self._sign_in
            or name in self._global
            or any(name.endswith(f".{end}") for end in self._ends)
        )


def sign_in_hosts(
    region: str | None, settings: Mapping[str, Any], everything: Mapping[str, Any]
) -> set[str]:
    """Return where a profile's credentials come from, beside the regions of a run.

    That is IAM Identity Center's portal, the STS of the profile's own region, and the address at
    which AWS gives a machine its role.

    Args:
        region: The profile's own region.
        settings: What AWS's configuration files say of the profile.
        everything: All that they say: a profile may name another as its source.
    """
    hosts: set[str] = set()
    for chained in _chain(settings, everything):
        own = chained.get("region") or region
        if chained.get("role_arn") and own and (suffix := _suffix(own)):
            hosts.add(f"sts.{own}.{suffix}")
        session = everything.get("sso_sessions", {}).get(chained.get("sso_session"), {})
        sso = chained.get("sso_region") or session.get("sso_region")
        if sso and (suffix := _suffix(sso)):
            hosts |= {f"{name}.{sso}.{suffix}" for name in ("portal.sso", "oidc")}
        # Without keys, roles or sign-in of its own the machine's role is what is left.
        if chained.get("credential_source") or not _has_source(chained):
            hosts |= METADATA
    return hosts


def _chain(
    settings: Mapping[str, Any], everything: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    current: Mapping[str, Any] = settings
    while True:
        yield current
        source = str(current.get("source_profile") or "")
        if not source or source in seen:
            return
        seen.add(source)
        current = everything.get("profiles", {}).get(source, {})


def _has_source(settings: Mapping[str, Any]) -> bool:
    return any(
        settings.get(name)
        for name in (
            "aws_access_key_id",
            "role_arn",
            "sso_session",
            "sso_start_url",
            "credential_process",
            "login_session",
        )
    )


def _ends_of(region: str) -> Iterator[str]:
    partition = _partition(region)
    if partition is None:
        return
    suffixes = {partition["dnsSuffix"]}
    suffixes |= {
        one["dnsSuffix"] for one in partition["defaults"].get("variants", ()) if "dnsSuffix" in one
    }
    for suffix in suffixes:
        yield f"{region}.{suffix}"
    if partition["partition"] == "aws":
        yield FUNCTION_URLS.format(region=region)
        yield DISTRIBUTIONS


def _global_hosts(region: str) -> Iterator[str]:
    """Return the hosts of services that have one endpoint for all of a partition, such as IAM."""
    partition = _partition(region)
    if partition is None:
        return
    for service in partition["services"].values():
        name = service.get("partitionEndpoint")
        endpoint = service["endpoints"].get(name, {}) if name else {}
        if service.get("isRegionalized") is False and "hostname" in endpoint:
            yield endpoint["hostname"]


@cache
def _partition(region: str) -> dict[str, Any] | None:
    for partition in endpoint_data():
        if region in partition["regions"]:
            return partition
    return None


def _suffix(region: str) -> str | None:
    partition = _partition(region)
    return str(partition["dnsSuffix"]) if partition else None
