"""Carries a manager's decision to the execution that waits: `{"callback_id": …, "decision": …}`."""

import base64
import json

import boto3
from botocore.exceptions import ClientError

lambda_client = boto3.client("lambda")


def approve(callback_id):
    lambda_client.send_durable_execution_callback_success(CallbackId=callback_id, Result="approved")


def reject(callback_id):
    lambda_client.send_durable_execution_callback_failure(
        CallbackId=callback_id,
        Error={"ErrorType": "Rejected", "ErrorMessage": "The manager rejected the request"},
    )


def think(callback_id):
    """Say that a decision is still to come."""
    lambda_client.send_durable_execution_callback_heartbeat(CallbackId=callback_id)


DECISIONS = {"approve": approve, "reject": reject, "think": think}


def handler(event, context):
    try:
        text = event.get("body") or ""
        if event.get("isBase64Encoded"):
            text = base64.b64decode(text).decode()
        body = json.loads(text)
        callback_id, decide = body["callback_id"], DECISIONS[body["decision"]]
    except (ValueError, KeyError, TypeError):
        wanted = "Send callback_id, and approve, reject or think as decision."
        return answer(400, {"message": wanted})
    try:
        decide(callback_id)
    except ClientError as refusal:
        error = refusal.response["Error"]
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
        return answer(status, {"error": error["Code"], "message": error["Message"]})
    return answer(200, {"decision": body["decision"]})


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
