"""Three ways to name the tenant of an invocation, and both invocation types.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

pytestmark = pytest.mark.claim("tenant-isolation.invoke-parameter")


def test_boto3_takes_a_tenant_id(isolated, client, new_tenant):
    tenant = new_tenant()

    response = client("lambda").invoke(FunctionName=isolated.name, TenantId=tenant)

    report = json.loads(response["Payload"].read())
    assert (report["tenant_id"], report["visits"]) == (tenant, 1)
    assert isolated.invoke(tenant=tenant)["environment"] == report["environment"]


def test_the_command_line_takes_a_tenant_id(isolated, new_tenant, aws_command, tmp_path):
    tenant, output = new_tenant(), tmp_path / "report.json"

    aws_command(
        *("lambda", "invoke", "--function-name", isolated.name),
        *("--tenant-id", tenant, "--payload", "{}", str(output)),
    )

    report = json.loads(output.read_text())
    assert (report["tenant_id"], report["visits"]) == (tenant, 1)
    assert isolated.invoke(tenant=tenant)["environment"] == report["environment"]


def test_a_signed_request_takes_a_header(
    isolated, client, http, target, account, region, new_tenant
):
    tenant = new_tenant()
    endpoint = client("lambda").meta.endpoint_url
    request = AWSRequest(
        method="POST",
        url=f"{endpoint}/2015-03-31/functions/{isolated.name}/invocations",
        headers={"X-Amz-Tenant-Id": tenant},
        data=b"{}",
    )
    session = target.session(account=account, region=region)
    SigV4Auth(session.get_credentials(), "lambda", region).add_auth(request)

    answer = http.post(request.url, headers=dict(request.headers), content=request.data)

    assert answer.status_code == 200, answer.text
    assert "x-amz-function-error" not in answer.headers
    assert (answer.json()["tenant_id"], answer.json()["visits"]) == (tenant, 1)
    assert isolated.invoke(tenant=tenant)["environment"] == answer.json()["environment"]


def test_an_asynchronous_invocation_takes_a_tenant_id(isolated, client, new_tenant, eventually):
    tenant, other = new_tenant(), new_tenant()
    event = json.dumps({"note": "left while nobody waited"})

    response = client("lambda").invoke(
        FunctionName=isolated.name, InvocationType="Event", TenantId=tenant, Payload=event
    )
    assert response["StatusCode"] == 202

    def ran():
        # Nobody gets its answer; the handler's report is in the log.
        assert f'"tenant_id": "{tenant}"' in log_of(isolated, client)

    eventually(
        ran,
        within=timedelta(minutes=2),
        retry_on=client("logs").exceptions.ResourceNotFoundException,
    )
    assert isolated.invoke(tenant=tenant)["note"] == "left while nobody waited"
    assert isolated.invoke(tenant=other)["note"] is None


def log_of(function, client):
    """Return all that a function has logged; it has no log group before it first ran."""
    group = f"/aws/lambda/{function.name}"
    pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    return "".join(line["message"] for page in pages for line in page["events"])
