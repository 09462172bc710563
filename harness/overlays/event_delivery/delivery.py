"""Delivers an event to a target: attempts, retries on the clock, and the dead-letter queue at last.

LocalStack tries once and logs what fails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnectionError

from harness.overlays.core import clock

from . import bus_encryption, dead_letter_queue, permissions, records, senders
from .clients import SESSION_NAME
from .failures import (
    CONNECTION_FAILURE,
    INTERNAL_ERROR,
    SDK_CLIENT_ERROR,
    TIMEOUT,
    DeliveryError,
    from_answer,
)
from .lanes import Lanes
from .received import Invocation
from .retry_policy import GiveUp, Retry

LOG = logging.getLogger(__name__)

LANES: Final = Lanes()


def begin(invocation: Invocation, unsendable: DeliveryError | None = None) -> None:
    """Begin to deliver; returns at once.

    Args:
        invocation: What to deliver.
        unsendable: Why there is nothing to send, if so.
    """
    what = f"{invocation.rule_name} → {invocation.arn.text}"

    def first() -> None:
        records.of_start("INVOCATION_START", invocation)
        attempt(invocation, unsendable)

    if invocation.arn.is_api_destination or invocation.arn.service == "execute-api":
        # An API may take seconds, and gets several requests at once.
        LANES.put_beside(what, first)
    else:
        LANES.put(invocation.lane, what, first)


def attempt(invocation: Invocation, unsendable: DeliveryError | None = None) -> None:
    """Try once, and see to what follows."""
    received, rule = invocation.received, invocation.rule_name
    invocation.attempts += 1
    started = clock.now()
    records.of_start("INVOCATION_ATTEMPT_START", invocation)
    records.count("InvocationAttempts", received, rule=rule)
    if invocation.attempts == 1:
        invocation.started_at = started
        latency = (started - received.at) * 1000
        records.count("IngestionToInvocationStartLatency", received, rule=rule, value=latency)
    else:
        records.count("RetryInvocationAttempts", received, rule=rule)
    try:
        if unsendable is not None:
            raise unsendable
        body = _deliver(invocation)
    except DeliveryError as failure:
        _failed(invocation, failure, clock.now() - started)
    else:
        _succeeded(invocation, body, clock.now() - started)


def _deliver(invocation: Invocation) -> str:
    try:
        if invocation.attempts > 1:
            bus_encryption.decrypt(invocation.received, invocation.data_key)
        permissions.check_target(
            invocation.arn,
            rule_arn=invocation.rule_arn,
            role=invocation.role,
            session=SESSION_NAME,
            sent=invocation.input if isinstance(invocation.input, dict) else None,
        )
        return senders.send(invocation)
    except DeliveryError:
        raise
    except ClientError as refused:
        raise from_answer(refused.response) from refused
    except ReadTimeoutError as problem:
        raise DeliveryError(TIMEOUT, str(problem)) from problem
    except NoConnectionError as problem:
        raise DeliveryError(CONNECTION_FAILURE, str(problem)) from problem
    except BotoCoreError as problem:
        raise DeliveryError(SDK_CLIENT_ERROR, str(problem)) from problem
    except Exception as problem:
        LOG.exception("Delivery to %s", invocation.arn.text)
        raise DeliveryError(INTERNAL_ERROR, str(problem), is_retried=False) from problem


def _succeeded(invocation: Invocation, body: str, seconds: float) -> None:
    received, rule = invocation.received, invocation.rule_name
    latency = (clock.now() - received.at) * 1000
    if invocation.attempts == 1:
        records.count("IngestionToInvocationCompleteLatency", received, rule=rule, value=latency)
    records.count("IngestionToInvocationSuccessLatency", received, rule=rule, value=latency)
    records.count("SuccessfulInvocationAttempts", received, rule=rule)
    records.count("Invocations", received, rule=rule)
    records.of_attempt("INVOCATION_ATTEMPT_SUCCESS", invocation, seconds=seconds, body=body)
    records.of_end(
        "INVOCATION_SUCCESS", invocation, status=records.SUCCESS, seconds=seconds, body=body
    )


def _failed(invocation: Invocation, failure: DeliveryError, seconds: float) -> None:
    received = invocation.received
    if invocation.attempts == 1:
        latency = (clock.now() - received.at) * 1000
        records.count(
            "IngestionToInvocationCompleteLatency",
            received,
            rule=invocation.rule_name,
            value=latency,
        )
    step = records.attempt_failed(failure)
    records.of_attempt(step, invocation, seconds=seconds, body=failure.body, failure=failure)
    invocation.was_throttled = step == "INVOCATION_ATTEMPT_THROTTLE"
    if not failure.is_retried:
        _end(invocation, failure, seconds, condition="")
        return
    now = clock.now()
    # Chance of its own for each attempt: what else happens in between doesn't change it.
    chance = clock.seeded(f"events/{invocation.lane}/{invocation.attempts}")
    match invocation.policy.after_failure(
        invocation.attempts - 1,
        ingested_at=received.at,
        now=now,
        chance=chance,
        not_before=failure.not_before,
    ):
        case Retry(at):
            _later(
                at,
                f"retry {invocation.attempts} of {invocation.rule_name} → {invocation.arn.text}",
                invocation,
                lambda: attempt(invocation),
            )
        case GiveUp(at, condition) if at > now:
            _later(
                at,
                f"end of {invocation.rule_name} → {invocation.arn.text}",
                invocation,
                lambda: _end(invocation, failure, seconds, condition=condition),
            )
        case GiveUp(_, condition):
            _end(invocation, failure, seconds, condition=condition)


def _later(at: float, what: str, invocation: Invocation, job: Callable[[], None]) -> None:
    clock.schedule(at, job, what=what, account=invocation.received.account)


def _end(invocation: Invocation, failure: DeliveryError, seconds: float, *, condition: str) -> None:
    received, rule = invocation.received, invocation.rule_name
    records.count("Invocations", received, rule=rule)
    records.count("FailedInvocations", received, rule=rule)
    told: dict[str, Any] = {"status": failure.code, "seconds": seconds, "body": failure.body}
    records.of_end("INVOCATION_FAILURE", invocation, failure=failure, **told)
    if not invocation.dead_letter_queue:
        return
    try:
        dead_letter_queue.send_for_target(invocation, failure, condition)
    except DeliveryError as lost:
        records.count("InvocationsFailedToBeSentToDlq", received, rule=rule)
        records.of_end("INVOCATION_DLQ", invocation, failure=lost, **told)
        LOG.warning(
            "The dead-letter queue %s doesn't take an event: %s",
            invocation.dead_letter_queue,
            lost.message,
        )
    else:
        records.count("InvocationsSentToDlq", received, rule=rule)
        records.of_end("INVOCATION_DLQ", invocation, **told)
