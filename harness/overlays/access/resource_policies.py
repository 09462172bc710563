"""The policies that resources have of their own, read where their services keep them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from localstack.services.s3.models import s3_stores

from . import grants
from .documents import attached
from .evaluation.decision import ResourceRule
from .evaluation.statements import AttachedPolicy
from .stores import iam_store, moto_backend, shared_store, store_of


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN."""

    text: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def of(cls, text: str) -> Arn | None:
        """Split an ARN; None for what is none."""
        parts = text.split(":", 5)
        if len(parts) < 6:
            return None
        return cls(text, parts[2], parts[3], parts[4], parts[5])


@dataclass(frozen=True)
class OfResource:
    """What a resource says about who may use it.

    Attributes:
        policies: Its policies; none if it has none.
        rule: What they mean for principals of its account.
        is_trust: Whether it is a role's trust policy.
        account: Who owns it; empty when the ARN doesn't tell.
    """

    policies: tuple[AttachedPolicy, ...] = ()
    rule: ResourceRule = ResourceRule.MAY_ALLOW
    is_trust: bool = False
    account: str = ""


def of_resource(resource: str, action: str) -> OfResource:
    """Return what a resource's own policies say, for an action on it."""
    arn = Arn.of(resource)
    if arn is None:
        return OfResource()
    if action == "sts:AssumeRole" or action.startswith(("sts:TagSession", "sts:SetSourceIdentity")):
        return OfResource(tuple(_trust(arn)), ResourceRule.MUST_ALLOW, True, arn.account)
    if arn.service == "kms" and arn.resource.startswith("key/"):
        policies = tuple(_key(arn))
        # Of a key that isn't there only who may use any learns that.
        rule = ResourceRule.MUST_ALLOW if policies else ResourceRule.MAY_ALLOW
        return OfResource(policies, rule, False, arn.account)
    account = arn.account
    if arn.service == "s3":
        account = _bucket_owner(arn)
    if account in ("aws", ""):
        account = ""
    read = _READERS.get(arn.service)
    return OfResource(tuple(read(arn)) if read else (), account=account)


def _queue(arn: Arn) -> Iterator[AttachedPolicy]:
    store = store_of("localstack.services.sqs.models", "sqs_stores", arn.account, arn.region)
    queue = store.queues.get(arn.resource) if store else None
    if queue is not None and (document := queue.attributes.get("Policy")):
        yield attached(f"the policy of {arn.text}", document)


def _topic(arn: Arn) -> Iterator[AttachedPolicy]:
    store = store_of("localstack.services.sns.models", "sns_stores", arn.account, arn.region)
    topic = store.topics.get(arn.text) if store else None
    if topic is not None and (document := topic["attributes"].get("Policy")):
        yield attached(f"the policy of {arn.text}", document)


def _function(arn: Arn) -> Iterator[AttachedPolicy]:
    kind, _, rest = arn.resource.partition(":")
    name, _, qualifier = rest.partition(":")
    store = store_of(
        "localstack.services.lambda_.invocation.models", "lambda_stores", arn.account, arn.region
    )
    function = store.functions.get(name) if store and kind == "function" else None
    held = function.permissions.get(qualifier or "$LATEST") if function else None
    if held is not None:
        policy = {"Version": held.policy.Version, "Statement": held.policy.Statement}
        yield attached(f"the policy of {arn.text}", policy)


def _bus(arn: Arn) -> Iterator[AttachedPolicy]:
    kind, _, rest = arn.resource.partition("/")
    name = rest if kind == "event-bus" else rest.rpartition("/")[0] or "default"
    store = store_of("localstack.services.events.models", "events_stores", arn.account, arn.region)
    bus = store.event_buses.get(name) if store else None
    if bus is not None and bus.policy:
        yield attached(f"the policy of event bus {name}", dict(bus.policy))


def _log_group(arn: Arn) -> Iterator[AttachedPolicy]:
    backend = moto_backend("logs", arn.account, arn.region)
    if backend is None:
        return
    for policy in list(backend.resource_policies.values()):
        name = f"resource policy {policy.policy_name} of CloudWatch Logs"
        yield attached(name, policy.policy_document)
    if arn.resource.startswith("destination:"):
        held = backend.destinations.get(arn.resource.partition(":")[2])
        if held is not None and held.access_policy:
            yield attached(f"the policy of {arn.text}", held.access_policy)


def _secret(arn: Arn) -> Iterator[AttachedPolicy]:
    backend = moto_backend("secretsmanager", arn.account, arn.region)
    for secret in list(backend.secrets.values()) if backend else ():
        if secret.arn == arn.text and secret.policy:
            yield attached(f"the policy of {arn.text}", secret.policy)


def _bucket(arn: Arn) -> Iterator[AttachedPolicy]:
    bucket = bucket_of(arn)
    if bucket is None:
        return
    if bucket.policy:
        yield attached(f"the policy of bucket {bucket.name}", bucket.policy)
    name, _, key = arn.resource.partition("/")
    if statements := list(_public(bucket.acl, arn.text, is_object=False)):
        yield attached(f"the ACL of bucket {name}", _document(statements))
    held = bucket.objects.get(key) if key else None
    if held is not None and (statements := list(_public(held.acl, arn.text, is_object=True))):
        yield attached(f"the ACL of {arn.text}", _document(statements))


def bucket_of(arn: Arn) -> Any | None:
    """Return the bucket of an S3 ARN, if it is there."""
    name, owner = arn.resource.partition("/")[0], _bucket_owner(arn)
    stores = s3_stores[owner].values() if owner in s3_stores else ()
    return next((store.buckets[name] for store in list(stores) if name in store.buckets), None)


def _bucket_owner(arn: Arn) -> str:
    store = shared_store("localstack.services.s3.models", "s3_stores")
    name = arn.resource.partition("/")[0]
    return str(store.global_bucket_map.get(name) or "") if store else ""


_EVERYBODY: Final = "http://acs.amazonaws.com/groups/global/AllUsers"
_ACL_ACTIONS: Final = {
    (False, "READ"): ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
    (False, "WRITE"): ["s3:PutObject"],
    (False, "READ_ACP"): ["s3:GetBucketAcl"],
    (False, "WRITE_ACP"): ["s3:PutBucketAcl"],
    (True, "READ"): ["s3:GetObject", "s3:GetObjectVersion"],
    (True, "READ_ACP"): ["s3:GetObjectAcl"],
    (True, "WRITE_ACP"): ["s3:PutObjectAcl"],
}


def _public(acl: Any, resource: str, *, is_object: bool) -> Iterator[dict[str, Any]]:
    """Yield what an access control list lets everybody do, as statements.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
    """
    for grant in (acl or {}).get("Grants") or ():
        if (grant.get("Grantee") or {}).get("URI") != _EVERYBODY:
            continue
        wanted = grant.get("Permission")
        for (of_object, permission), actions in _ACL_ACTIONS.items():
            if of_object is is_object and wanted in (permission, "FULL_CONTROL"):
                yield {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": actions,
                    "Resource": resource,
                }


def _rest_api(arn: Arn) -> Iterator[AttachedPolicy]:
    backend = moto_backend("apigateway", arn.account, arn.region)
    api = backend.apis.get(arn.resource.partition("/")[0]) if backend else None
    if api is not None and api.policy:
        document = api.policy
        if isinstance(document, str) and not document.lstrip().startswith("{"):
            document = unquote(document)
        # A resource may be written as a path of this API alone.
        text = document if isinstance(document, str) else json.dumps(document)
        home = f"arn:aws:execute-api:{arn.region}:{arn.account}:{api.id}/"
        yield attached(f"the policy of {arn.text}", text.replace('"execute-api:/', f'"{home}'))


def _key(arn: Arn) -> Iterator[AttachedPolicy]:
    store = store_of("localstack.services.kms.models", "kms_stores", arn.account, arn.region)
    key = store.keys.get(arn.resource.partition("/")[2]) if store else None
    if store is None or key is None:
        return
    yield attached(f"the policy of {arn.text}", key.policy)
    for grant in list(store.grants.values()):
        if arn.text in (grant.metadata.get("KeyArn"), grant.metadata.get("KeyId")):
            yield attached(f"grant {grant.metadata['GrantId']}", grants.document(grant.metadata))


def _trust(arn: Arn) -> Iterator[AttachedPolicy]:
    store = iam_store(arn.account)
    entity = store.ROLES.get(arn.resource.rpartition("/")[2]) if store else None
    if entity is not None and entity.role["Arn"] == arn.text:
        document = unquote(entity.role["AssumeRolePolicyDocument"])
        yield attached(f"the trust policy of {arn.text}", document)


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


_READERS: Final[dict[str, Callable[[Arn], Iterator[AttachedPolicy]]]] = {
    "events": _bus,
    "execute-api": _rest_api,
    "lambda": _function,
    "logs": _log_group,
    "s3": _bucket,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
}
