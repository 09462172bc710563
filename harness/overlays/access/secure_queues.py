"""Encrypted queues take requests over https, signed; others are refused where policies decide.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
and, for the words, https://github.com/alphagov/notifications-api/pull/3787
"""

from __future__ import annotations

from localstack.aws.api import CommonServiceException

from .modes import ENFORCE, modes
from .operations import names
from .operations.arns import Parameters, Place
from .stores import store_of


def demand(parameters: Parameters, place: Place, *, is_secure: bool, is_signed: bool) -> None:
    """Let a request to SQS pass that came over https and is signed, or whose queue is open.

    Args:
        parameters: The request's.
        place: Where it came in.
        is_secure: Whether it came over https.
        is_signed: Whether somebody signed it.

    Raises:
        CommonServiceException: The queue is encrypted.
    """
    if is_secure and is_signed:
        return
    arn = names.queue("queue", parameters, place)
    if arn is None:
        return
    _, _, _, region, account, name = arn.split(":", 5)
    if modes.of(account) != ENFORCE:
        return
    store = store_of("localstack.services.sqs.models", "sqs_stores", account, region)
    queue = store.queues.get(name) if store else None
    if queue is None:
        return
    told = queue.attributes
    if told.get("KmsMasterKeyId") or told.get("SqsManagedSseEnabled") == "true":
        text = "All requests to this queue must use HTTPS and SigV4."
        raise CommonServiceException("InvalidSecurity", text, 403, True)
