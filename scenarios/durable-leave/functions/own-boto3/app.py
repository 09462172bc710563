"""Approves a request with a boto3 that is packaged here, and tells which one it was."""

import os

import boto3


def handler(event, context):
    boto3.client("lambda").send_durable_execution_callback_success(
        CallbackId=event["callback_id"], Result="approved"
    )
    root = os.environ["LAMBDA_TASK_ROOT"].rstrip("/") + "/"
    return {"boto3": boto3.__version__, "is_own": boto3.__file__.startswith(root)}
