"""Accidents on request, each once an execution: `{"drill": {"crash_after": "receipt"}}`.

Only where the stack's parameter Drills is on. That one has happened is noted in the table: memory
and /tmp may be gone with the environment.
"""

import os
import signal

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


class Unreachable(Exception):
    """What a step fails with in a drill."""


def crash(leave, step):
    """Kill this environment after a step, as an accident would."""
    if _is_asked(leave, "crash_after", step):
        os.kill(os.getpid(), signal.SIGKILL)


def fail(leave, step):
    """Fail a step's first attempt."""
    if _is_asked(leave, "fail_once", step):
        raise Unreachable(f"{step} can't be done now")


def _is_asked(leave, accident, step):
    if os.environ["DRILLS"] != "on" or (leave.get("drill") or {}).get(accident) != step:
        return False
    try:
        table.put_item(
            Item={"id": f"drill {leave['id']}"}, ConditionExpression="attribute_not_exists(id)"
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True
