"""A leave request, from its record to the employee's last e-mail.

Whatever touches the world is a step: after a wait or a crash the function runs from its beginning,
and what a finished step returned is taken from its checkpoint.
"""

import os

import drills
import mail
import records
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import (
    Duration,
    JitterStrategy,
    StepConfig,
    WaitForCallbackConfig,
)
from aws_durable_execution_sdk_python.exceptions import CallableRuntimeError
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy

TRIES = create_retry_strategy(
    RetryStrategyConfig(
        max_attempts=3,
        initial_delay=Duration.from_seconds(int(os.environ["RETRY_AFTER_SECONDS"])),
        backoff_rate=1,
        jitter_strategy=JitterStrategy.NONE,
    )
)


@durable_execution
def handler(leave, context):
    def step(name, work):
        def tried(_):
            drills.fail(leave, name)
            return work()

        result = context.step(tried, name=name, config=StepConfig(retry_strategy=TRIES))
        drills.crash(leave, name)
        return result

    step("record", lambda: records.pending(leave))
    step("receipt", lambda: mail.receipt(leave))
    status, cause = decided(leave, context)
    step("status", lambda: records.decided(leave, status))
    step("notice", lambda: mail.notice(leave, status))
    return {"id": leave["id"], "status": status, "cause": cause}


def decided(leave, context):
    """Wait for the manager, and return the request's new status and what told it."""
    config = WaitForCallbackConfig(
        timeout=Duration.from_seconds(leave["decide_within_seconds"]),
        heartbeat_timeout=Duration.from_seconds(leave.get("heartbeat_seconds", 0)),
        retry_strategy=TRIES,
    )
    try:
        context.wait_for_callback(
            lambda callback, _: mail.to_decide(leave, callback), name="decision", config=config
        )
    except CallableRuntimeError as error:
        # A rejection's words are the decision function's, so that none can pass for a timeout.
        status = "expired" if error.message.startswith("Callback timed out") else "rejected"
        return status, f"{type(error).__name__}: {error.message}"
    return "approved", None
