"""Makes something of each kind, by a stack and by hand: a run to be broken off anywhere."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
MAY_LOG = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}],
}
CODE = "def handler(event, context):\n    print('by hand')\n"


def test_something_of_each_kind(stack, client):
    client("lambda").invoke(FunctionName=stack.outputs["Function"])
    client("s3").put_object(Bucket=stack.outputs["Uploads"], Key="a/b", Body=b"in the stack's")

    name = f"by-hand-{uuid.uuid4().hex[:8]}"
    client("s3").create_bucket(Bucket=name)
    client("s3").put_object(Bucket=name, Key="a/b", Body=b"in one of our own")
    client("sqs").create_queue(QueueName=name)
    client("sns").create_topic(Name=name)
    client("logs").create_log_group(logGroupName=f"/{name}")
    client("secretsmanager").create_secret(Name=name, SecretString="secret")
    client("events").create_event_bus(Name=name)
    client("events").put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["a"]}')
    client("apigateway").create_rest_api(name=name)
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    client("iam").put_role_policy(
        RoleName=name, PolicyName="may-log", PolicyDocument=json.dumps(MAY_LOG)
    )
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": package()},
    )
    client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
    client("lambda").invoke(FunctionName=name)


def package():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", CODE)
    return archive.getvalue()
