"""Takes leave requests: says what is wrong with one, or starts its execution and answers."""

import json
import os
import uuid

import boto3
from validation import problem_of

lambda_client = boto3.client("lambda")


def handler(event, context):
    if event["requestContext"]["http"]["method"] == "GET":
        return answer(200, runs_with())
    body, problem = problem_of(event)
    if problem:
        return answer(400, {"message": problem})
    # Whoever sends a name of their own may send the request again, and starts it once.
    name = body.pop("name", None) or f"leave-{uuid.uuid4().hex}"
    seconds = int(os.environ["DECIDE_WITHIN_SECONDS"])
    request = {"id": name, **body, "decide_within_seconds": seconds}
    try:
        started = lambda_client.invoke(
            FunctionName=os.environ["PROCESS"],
            InvocationType="Event",
            DurableExecutionName=name,
            Payload=json.dumps(request, sort_keys=True),
        )
    except lambda_client.exceptions.DurableExecutionAlreadyStartedException as conflict:
        return answer(409, {"message": str(conflict)})
    return answer(202, {"id": name, "execution": started["DurableExecutionArn"]})


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }


def runs_with():
    """Tell which boto3 this function uses, and whether it is its own."""
    root = os.environ["LAMBDA_TASK_ROOT"].rstrip("/") + "/"
    return {"boto3": boto3.__version__, "is_own": boto3.__file__.startswith(root)}
