"""The bucket of an account and region that code and large templates are uploaded to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from harness.errors import DeploymentFailed
from harness.targets.aws.problems import EXPIRED, THROTTLED, UNKNOWN_KEYS

from .archive import digest


def bucket_name(account: str, region: str, run: str = "") -> str:
    """Return the name of the bucket of an account and region; the same for each deployment.

    Args:
        account: The account.
        region: The region.
        run: Id of the run that it is for; empty for one that all share.
    """
    return "-".join(filter(None, ("aws-pattern-harness", account, region, run)))


@dataclass(frozen=True)
class Uploaded:
    """An object that CloudFormation can read."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass
class AssetBucket:
    """Uploads by content: what is there already isn't sent again.

    Attributes:
        client: Returns a client of the target's, by the service's name.
        account: The account that owns the bucket.
        region: Where it is.
        run: Id of the run that it is for; empty for one that all share.
        name: Its name.
    """

    client: Callable[[str], Any]
    account: str
    region: str
    run: str = ""
    name: str = ""
    _known: set[tuple[str, str]] = field(default_factory=set, repr=False)
    _buckets: set[str] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self.name = self.name or bucket_name(self.account, self.region, self.run)

    def put(self, content: bytes, *, suffix: str = "", name: str = "asset") -> Uploaded:
        """Upload content under a key made from its digest.

        Args:
            content: What to upload.
            suffix: End of the key, such as `.zip`.
            name: What it is, for errors.
        """
        return self.put_at(f"{digest(content)}{suffix}", content, name=name)

    def put_at(
        self, key: str, content: bytes, *, bucket: str | None = None, name: str = "asset"
    ) -> Uploaded:
        """Upload content under a given key, which says all about the content.

        Raises:
            DeploymentFailed: The bucket can't be made, or belongs to somebody else.
        """
        bucket = bucket or self.name
        try:
            self._ensure(bucket)
            if (bucket, key) not in self._known and not self._is_there(bucket, key):
                self._s3.put_object(
                    Bucket=bucket, Key=key, Body=content, ExpectedBucketOwner=self.account
                )
        except ClientError as problem:
            if problem.response["Error"].get("Code") in EXPIRED | THROTTLED | UNKNOWN_KEYS:
                raise
            raise DeploymentFailed(
                f"Uploading {name} to the bucket {bucket} failed: "
                f"{problem.response['Error'].get('Message') or problem}",
                "Check that the account may create this bucket and write to it.",
            ) from problem
        self._known.add((bucket, key))
        return Uploaded(bucket, key)

    def url(self, uploaded: Uploaded) -> str:
        """Return the https address that `TemplateURL` wants."""
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"https://{uploaded.bucket}.s3.{self.region}.{domain}/{uploaded.key}"

    @property
    def _s3(self) -> Any:
        return self.client("s3")

    def _ensure(self, bucket: str) -> None:
        if bucket in self._buckets:
            return
        try:
            self._s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=self.account)
        except ClientError as problem:
            if problem.response["Error"].get("Code") not in ("404", "NoSuchBucket", "NotFound"):
                raise
            self._create(bucket)
        self._buckets.add(bucket)

    def _create(self, bucket: str) -> None:
        where: dict[str, Any] = {}
        if self.region != "us-east-1":
            where["CreateBucketConfiguration"] = {"LocationConstraint": self.region}
        try:
            self._s3.create_bucket(Bucket=bucket, **where)
        except ClientError as problem:
            # Two deployments of one account may start at once.
            if problem.response["Error"].get("Code") != "BucketAlreadyOwnedByYou":
                raise

    def _is_there(self, bucket: str, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=self.account)
        except ClientError as problem:
            if problem.response["Error"].get("Code") in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return True
