"""How each service refuses a policy for one of its resources.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
and the others' API references; which texts are AWS's, the overlay's README says.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from localstack.aws.api import CommonServiceException

from harness.overlays.access.evaluation.documents import MalformedPolicy, NotJson, Policy

from . import forms


@dataclass(frozen=True)
class Refusals:
    """A service's words.

    Attributes:
        code: Of its error.
        malformed: For what is no policy.
        nobody: For a principal that doesn't exist.
        foreign: For an action of another service; empty where any is taken.
        prefix: Of its own actions.
    """

    code: str
    malformed: str
    nobody: str
    foreign: str = ""
    prefix: str = ""

    def error(self, text: str) -> CommonServiceException:
        return CommonServiceException(self.code, text, 400, True)


_MALFORMED: Final = "The policy is malformed."
_SYNTAX: Final = "This resource policy contains a syntax error."
_PARAMETER: Final = "Invalid value for the parameter Policy."
SQS: Final = Refusals("InvalidAttributeValue", _PARAMETER, _PARAMETER, _PARAMETER, "sqs")
SNS: Final = Refusals(
    "InvalidParameter",
    "Invalid parameter: Policy Error: null",
    "Invalid parameter: Policy Error: PrincipalNotFound",
    "Invalid parameter: Policy statement action out of service scope!",
    "sns",
)
KMS: Final = Refusals(
    "MalformedPolicyDocumentException",
    _MALFORMED,
    "Policy contains a statement with one or more invalid principals.",
)
S3: Final = Refusals(
    "MalformedPolicy",
    "Policies must be valid JSON and the first byte must be '{'",
    "Invalid principal in policy",
    "Policy has invalid action",
    "s3",
)
SECRETS: Final = Refusals("MalformedPolicyDocumentException", _SYNTAX, _SYNTAX)
EVENTS: Final = Refusals("ValidationException", _MALFORMED, _MALFORMED)
LOGS: Final = Refusals("InvalidParameterException", _MALFORMED, _MALFORMED)
_API: Final = (
    "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
)
API: Final = Refusals("BadRequestException", _API, _API)


def judged(document: str, refusals: Refusals, exists: forms.Exists | None) -> Policy:
    """Return a policy that a service takes.

    Args:
        document: As it came.
        refusals: The service's words.
        exists: Says which principals there are; None to take any.

    Raises:
        CommonServiceException: The service doesn't take it.
    """
    try:
        policy = forms.resource_policy(document)
    except MalformedPolicy as problem:
        raise refusals.error(_told(refusals, problem)) from None
    if refusals.foreign and any(
        forms.is_foreign(action, refusals.prefix) for action in forms.actions(policy)
    ):
        raise refusals.error(refusals.foreign)
    if exists is not None and forms.unknown_principal(policy, exists):
        raise refusals.error(refusals.nobody)
    return policy


def _told(refusals: Refusals, problem: MalformedPolicy) -> str:
    if refusals is not S3 or isinstance(problem, NotJson):
        return refusals.malformed
    if isinstance(problem, forms.NobodyNamed):
        return "Missing required field Principal"
    return "Invalid policy syntax."


def of_bucket(policy: Policy, bucket: str) -> None:
    """Refuse a bucket's policy that is about another bucket.

    Raises:
        CommonServiceException: A resource is neither the bucket nor in it.
    """
    for statement in policy.statements:
        resources = (*statement.resources, *statement.not_resources)
        if not resources or not all(_is_of(resource, bucket) for resource in resources):
            raise S3.error("Policy has invalid resource")


def _is_of(resource: str, bucket: str) -> bool:
    name = resource.split(":", 5)[-1]
    return fnmatchcase(bucket, name.partition("/")[0])
