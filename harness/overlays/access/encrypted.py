"""Requests about encrypted resources: which key they use, and the error if they can't.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from localstack.aws.api import CommonServiceException

from harness.overlays.core.access import KeyAnswer, KeyProblem, KeyRequest

from . import keys
from .callers import Caller
from .lookups import lookup_for
from .operations import names
from .operations.arns import Parameters, Place
from .stores import moto_backend, store_of

GENERATE, ENCRYPT, DECRYPT = "kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt"


@dataclass(frozen=True)
class Use:
    """A key that a request uses.

    Attributes:
        key: As the resource names it.
        actions: What is done with it.
        owner: ARN of the resource that names it.
        encryption_context: What the service says the data is.
    """

    key: str
    actions: tuple[str, ...]
    owner: str
    encryption_context: dict[str, str] = field(default_factory=dict)


def demand_keys(request_context: Any, caller: Caller) -> None:
    """Let a request pass whose keys can be used.

    Raises:
        CommonServiceException: The service's error for what is wrong with the key.
    """
    service, operation = request_context.service.service_name, request_context.operation.name
    place = Place(request_context.partition, request_context.region, request_context.account_id)
    for use in uses_of(service, operation, request_context.service_request or {}, place):
        _, _, _, region, account, _ = use.owner.split(":", 5)
        answer = keys.use(
            KeyRequest(
                caller.principal,
                use.actions,
                use.key,
                account,
                region,
                service,
                use.encryption_context,
                caller.context,
            )
        )
        if answer.problem:
            raise _error(service, use, answer)


def uses_of(service: str, operation: str, parameters: Parameters, place: Place) -> list[Use]:
    """Return the keys that a request uses; most use none."""
    find = _USES.get((service, operation))
    return list(find(parameters, place)) if find else []


def _sending(parameters: Parameters, place: Place) -> Iterator[Use]:
    yield from _of_queue(parameters, place, (GENERATE, DECRYPT))


def _receiving(parameters: Parameters, place: Place) -> Iterator[Use]:
    yield from _of_queue(parameters, place, (DECRYPT,))


def _of_queue(parameters: Parameters, place: Place, actions: tuple[str, ...]) -> Iterator[Use]:
    arn = names.queue("queue", parameters, place)
    if arn is None:
        return
    _, _, _, region, account, name = arn.split(":", 5)
    store = store_of("localstack.services.sqs.models", "sqs_stores", account, region)
    queue = store.queues.get(name) if store else None
    if queue is not None and (key := queue.attributes.get("KmsMasterKeyId")):
        yield Use(key, actions, arn, {"aws:sqs:arn": arn})


def _publishing(parameters: Parameters, place: Place) -> Iterator[Use]:
    arn = parameters.get("TopicArn") or parameters.get("TargetArn")
    if arn is None or arn.count(":") < 5:
        return
    store = store_of("localstack.services.sns.models", "sns_stores", *_home(arn))
    topic = store.topics.get(arn) if store else None
    if topic is not None and (key := topic["attributes"].get("KmsMasterKeyId")):
        yield Use(key, (GENERATE, DECRYPT), arn, {"aws:sns:topicArn": arn})


def _reading_secret(parameters: Parameters, place: Place) -> Iterator[Use]:
    yield from _of_secret(parameters, place, (DECRYPT,))


def _writing_secret(parameters: Parameters, place: Place) -> Iterator[Use]:
    if not any(name in parameters for name in ("SecretString", "SecretBinary", "KmsKeyId")):
        return
    yield from _of_secret(parameters, place, (GENERATE, DECRYPT))


def _of_secret(parameters: Parameters, place: Place, actions: tuple[str, ...]) -> Iterator[Use]:
    lookup = lookup_for("secretsmanager")
    arn = lookup("Secret", parameters, place) if lookup else None
    if not arn:
        return
    key = parameters.get("KmsKeyId")
    backend = moto_backend("secretsmanager", *_home(arn))
    for secret in list(backend.secrets.values()) if backend and not key else ():
        key = secret.kms_key_id if secret.arn == arn else key
    if key:
        yield Use(key, actions, arn, {"SecretARN": arn})


def _writing_parameter(parameters: Parameters, place: Place) -> Iterator[Use]:
    if parameters.get("Type") == "SecureString" and (name := parameters.get("Name")):
        arn = _parameter_arn(name, place)
        key = parameters.get("KeyId") or "alias/aws/ssm"
        yield Use(key, (ENCRYPT,), arn, {"PARAMETER_ARN": arn})


def _reading_parameters(parameters: Parameters, place: Place) -> Iterator[Use]:
    backend = moto_backend("ssm", place.account, place.region)
    if backend is None or not parameters.get("WithDecryption"):
        return
    path = parameters.get("Path")
    # moto keeps `/name` as `name`.
    wanted = {
        backend._parameters.normalize_name(name.rsplit(":", 1)[0])
        for name in parameters.get("Names") or [parameters.get("Name") or ""]
    }
    for name, versions in list(backend._parameters.items()):
        latest = versions[-1]
        is_meant = name.startswith(f"{path.rstrip('/')}/") if path else name in wanted
        if is_meant and latest.parameter_type == "SecureString":
            arn = _parameter_arn(name, place)
            key = latest.keyid or "alias/aws/ssm"
            yield Use(key, (DECRYPT,), arn, {"PARAMETER_ARN": arn})


def _parameter_arn(name: str, place: Place) -> str:
    home = f"arn:{place.partition}:ssm:{place.region}:{place.account}"
    return f"{home}:parameter/{name.removeprefix('/')}"


def _home(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    return parts[4], parts[3]


_USES: Final[dict[tuple[str, str], Callable[[Parameters, Place], Iterator[Use]]]] = {
    ("secretsmanager", "CreateSecret"): _writing_secret,
    ("secretsmanager", "GetSecretValue"): _reading_secret,
    ("secretsmanager", "PutSecretValue"): _writing_secret,
    ("secretsmanager", "UpdateSecret"): _writing_secret,
    ("sns", "Publish"): _publishing,
    ("sns", "PublishBatch"): _publishing,
    ("sqs", "ReceiveMessage"): _receiving,
    ("sqs", "SendMessage"): _sending,
    ("sqs", "SendMessageBatch"): _sending,
    ("ssm", "GetParameter"): _reading_parameters,
    ("ssm", "GetParameters"): _reading_parameters,
    ("ssm", "GetParametersByPath"): _reading_parameters,
    ("ssm", "PutParameter"): _writing_parameter,
}

KMS_ERRORS: Final[dict[KeyProblem, str]] = {
    "AccessDenied": "AccessDeniedException",
    "Disabled": "DisabledException",
    "InvalidState": "KMSInvalidStateException",
    "NotFound": "NotFoundException",
}
_QUEUE_ERRORS: Final = {**KMS_ERRORS, "InvalidState": "InvalidStateException"}


def _error(service: str, use: Use, answer: KeyAnswer) -> CommonServiceException:
    """Return a service's error for a key that can't be used."""
    problem = answer.problem
    told = (
        f"{answer.message} (Service: AWSKMS; Status Code: 400; Error Code: "
        f"{KMS_ERRORS[problem]}; Request ID: {uuid.uuid4()}; Proxy: null)"
    )
    if service == "sqs":
        return CommonServiceException(f"KMS.{_QUEUE_ERRORS[problem]}", told, 400, True)
    if service == "sns":
        return CommonServiceException(f"KMS{problem}", told, 400, True)
    if problem == "AccessDenied":
        text = "Access to KMS is not allowed" if service == "secretsmanager" else told
        return CommonServiceException("AccessDeniedException", text, 400, True)
    if service == "secretsmanager":
        is_reading = use.actions == (DECRYPT,)
        code = "DecryptionFailure" if is_reading else "EncryptionFailure"
        return CommonServiceException(code, answer.message, 400, True)
    return CommonServiceException("InvalidKeyId", told, 400, True)
