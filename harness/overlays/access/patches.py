"""Sessions of STS that keep what limits them, and requests to queues' own URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.aws.connect import InternalClientFactory
from localstack.services.sqs import query_api
from localstack.services.sqs.models import SqsQueue
from localstack.services.sqs.provider import SqsProvider
from localstack.services.sts.models import MultiValuedContextValue, SingleValuedContextValue
from localstack.services.sts.provider import StsProvider

from harness.overlays.core import extends

from . import callers, identities, queue_encryption, queue_urls, transport
from .evaluation.documents import MalformedPolicy, NotJson, parse
from .stores import iam_store


@extends(StsProvider.assume_role, written_for="0a90f7d4c522")
def assume_role(
    upstream: Callable[..., Any], self: StsProvider, context: Any, *args: Any, **kwargs: Any
) -> Any:
    # Upstream drops session policies.
    parts = str(kwargs.get("role_arn")).split(":")
    limits = list(_limits(kwargs, parts[4] if len(parts) > 4 else ""))
    answer = upstream(self, context, *args, **kwargs)
    held = _held(answer)
    if limits:
        held.iam_context[identities.SESSION_POLICIES] = MultiValuedContextValue(limits)
    internal = context.internal_request_params or {}
    if name := internal.get("service_principal"):
        held.iam_context[identities.ASSUMED_BY] = SingleValuedContextValue(str(name))
    return answer


@extends(StsProvider.get_session_token, written_for="e70f668bd653")
def get_session_token(
    upstream: Callable[..., Any], self: StsProvider, context: Any, *args: Any, **kwargs: Any
) -> Any:
    # Upstream gives everybody credentials of the account's root user.
    answer = upstream(self, context, *args, **kwargs)
    caller = callers.caller_of(context)
    if caller is not None and caller.principal.kind == "user":
        held = _held(answer)
        held.arn, held.user_id = caller.principal.arn, caller.principal.user_id
    return answer


@extends(StsProvider.get_federation_token, written_for="ae10939289f7")
def get_federation_token(
    upstream: Callable[..., Any], self: StsProvider, context: Any, *args: Any, **kwargs: Any
) -> Any:
    # Upstream drops the policies; without any a federated user may do nothing.
    limits = list(_limits(kwargs, context.account_id))
    answer = upstream(self, context, *args, **kwargs)
    held = _held(answer)
    held.iam_context[identities.SESSION_POLICIES] = MultiValuedContextValue(limits or [_NOTHING])
    caller = callers.caller_of(context)
    if caller is not None and caller.principal.arn:
        by = SingleValuedContextValue(caller.principal.arn)
        held.iam_context[identities.REQUESTED_BY] = by
    return answer


_NOTHING = '{"Version": "2012-10-17", "Statement": []}'


def _held(answer: Any) -> Any:
    return identities.credentials_of(answer["Credentials"]["AccessKeyId"])


def _limits(given: dict[str, Any], account: str) -> Iterator[str]:
    if document := given.get("policy"):
        try:
            parse(document)
        except MalformedPolicy as problem:
            is_json = not isinstance(problem, NotJson)
            text = "Syntax errors in policy." if is_json else "This policy contains invalid Json"
            raise CommonServiceException("MalformedPolicyDocument", text, 400, True) from None
        yield document
    for described in given.get("policy_arns") or ():
        yield identities.managed_document(iam_store(account), described["arn"])


@extends(query_api.try_call_sqs, written_for="a151780bb44b")
def try_call_sqs(upstream: Callable[..., Any], request: Any, region: str) -> Any:
    # Upstream calls SQS as itself from here on.
    queue_urls.demand(request, region)
    with transport.passing_on(request):
        return upstream(request, region)


@extends(InternalClientFactory._get_client_post_hook, written_for="e26c0e094be9")
def mark_requests(upstream: Callable[..., Any], self: InternalClientFactory, client: Any) -> Any:
    client.meta.events.register_first("before-send.*.*", transport.mark)
    return upstream(self, client)


@extends(SqsProvider.create_queue, written_for="1c4929a885c6")
def create_queue(
    upstream: Callable[..., Any], self: SqsProvider, context: Any, *args: Any, **kwargs: Any
) -> Any:
    with queue_encryption.of_request(context):
        return upstream(self, context, *args, **kwargs)


@extends(SqsQueue.__init__, written_for="ed5472b7230d")
def make_queue(
    upstream: Callable[..., None],
    self: SqsQueue,
    name: str,
    region: str,
    account_id: str,
    attributes: Any = None,
    tags: Any = None,
) -> None:
    # Upstream says of a queue with a KMS key that it has SQS's own encryption as well.
    upstream(self, name, region, account_id, attributes, tags)
    queue_encryption.complete(self.attributes, attributes)
