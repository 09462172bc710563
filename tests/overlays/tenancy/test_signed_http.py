"""Tenants without an SDK: signed HTTP, and the AWS command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from .conftest import ISOLATED


@pytest.fixture(scope="module")
def send(lambda_client, emulator):
    """Signs and sends a request to Lambda, whatever its headers."""
    signer = lambda_client._request_signer
    endpoint = emulator.endpoint_url

    def request(method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        prepared = AWSRequest(method, endpoint + path, data=json.dumps(body or {}), headers=named)
        SigV4Auth(signer._credentials, "lambda", lambda_client.meta.region_name).add_auth(prepared)
        return httpx.request(
            method, prepared.url, content=prepared.body, headers=dict(prepared.headers.items())
        )

    return request


def test_a_dry_run_takes_the_tenant_from_the_header(send, ready):
    path = f"/2015-03-31/functions/{ready(TenancyConfig=ISOLATED)}/invocations"
    accepted = send("POST", path, X_Amz_Invocation_Type="DryRun", X_Amz_Tenant_Id="ana")
    assert accepted.status_code == 204


@pytest.mark.parametrize("name", ["X_Amzn_Tenant_Id", "X_Tenant_Id"])
def test_no_other_header_names_a_tenant(send, isolated, name):
    refused = send("POST", f"/2015-03-31/functions/{isolated}/invocations", **{name: "ana"})
    assert refused.status_code == 400
    assert refused.headers["x-amzn-errortype"] == "InvalidParameterValueException"
    assert refused.json()["Type"] == "User"
    assert refused.json()["message"] == (
        "The invoked function is enabled with tenancy configuration. "
        "Add a valid tenant ID in your request and try again."
    )


def test_an_empty_header_is_an_illegal_tenant(send, isolated):
    refused = send("POST", f"/2015-03-31/functions/{isolated}/invocations", X_Amz_Tenant_Id="")
    assert refused.status_code == 400
    assert refused.headers["x-amzn-errortype"] == "ValidationException"
    assert "Value '' at 'tenantId'" in refused.json()["message"]


def test_an_update_ignores_an_isolation_in_its_body(send, ready, lambda_client):
    name = ready()
    updated = send(
        "PUT", f"/2015-03-31/functions/{name}/configuration", {"TenancyConfig": ISOLATED}
    )
    assert updated.status_code == 200
    assert "TenancyConfig" not in lambda_client.get_function_configuration(FunctionName=name)


def test_the_command_line_names_the_tenant(lambda_client, emulator, aws_account, ready, tmp_path):
    aws = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [
            *(aws, "lambda", "invoke", "--function-name", ready(TenancyConfig=ISOLATED)),
            *("--tenant-id", "ana", "--endpoint-url", emulator.endpoint_url),
            str(tmp_path / "answer.json"),
        ],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": aws_account,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": lambda_client.meta.region_name,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "answer.json").read_text())["tenant"] == "ana"
