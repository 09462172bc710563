"""Remembers its visitors in each place that outlives an invocation, and tells the next one."""

import json
import os
import uuid
from pathlib import Path

RELEASE = (Path(__file__).parent / "release.txt").read_text().strip()
NOTE = Path("/tmp/note.txt")


class FetchedSecret:
    """A visitor's secret, fetched once and kept: the habit that saves a call, and leaks.

    It is built outside the handler, so it lives as long as its execution environment does.
    """

    def __init__(self):
        self.id = uuid.uuid4().hex
        self._value = None

    def value_for(self, visitor):
        if self._value is None:
            import boto3

            secrets = boto3.client("secretsmanager")
            secret_id = f"{os.environ['SECRETS']}/{visitor}"
            self._value = secrets.get_secret_value(SecretId=secret_id)["SecretString"]
        return self._value


ENVIRONMENT = uuid.uuid4().hex
SECRET = FetchedSecret()
visits = 0


def handler(event, context):
    """Count the visit, and report what this environment knows.

    A direct event may carry `note`, to be left in /tmp, and `secret_of`, the visitor whose secret
    is asked for. A REST API gets the same report as its response's body, and so does the log.
    """
    global visits
    visits += 1
    report = {
        "tenant_id": context.tenant_id,
        "environment": ENVIRONMENT,
        "log_stream": context.log_stream_name,
        "release": RELEASE,
        "visits": visits,
        "files": sorted(file.name for file in NOTE.parent.iterdir()),
        "note": NOTE.read_text() if NOTE.exists() else None,
        "object_id": SECRET.id,
    }
    print(json.dumps(report))
    if "requestContext" in event:
        return {"statusCode": 200, "body": json.dumps(report)}
    if "note" in event:
        NOTE.write_text(event["note"])
    if "secret_of" in event:
        report["secret"] = SECRET.value_for(event["secret_of"])
    return report
