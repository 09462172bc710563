"""REST APIs that hand Lambda a tenant by a parameter mapping.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
"""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest

from .conftest import ISOLATED
from .test_invocation import MISSING

HEADER = "integration.request.header.X-Amz-Tenant-Id"
PROXY, PLAIN = "AWS_PROXY", "AWS"


@pytest.fixture(scope="module")
def functions(ready):
    """Handlers by integration type, of isolated functions."""
    return {
        PROXY: ready(TenancyConfig=ISOLATED, Handler="app.proxy", Timeout=30),
        PLAIN: ready(TenancyConfig=ISOLATED, Timeout=30),
    }


@pytest.fixture(scope="module")
def deploy_api(aws, lambda_client, functions, emulator):
    """Deploys an API of one POST method at `/{tenant}`, and returns its URL."""
    client = aws("apigateway")
    numbers = itertools.count()

    def deploy(kind: str, source: str | None, **integration: Any) -> str:
        api = client.create_rest_api(name=f"api-{next(numbers)}")
        root = api["rootResourceId"]
        resource = client.create_resource(restApiId=api["id"], parentId=root, pathPart="{tenant}")[
            "id"
        ]
        at = {"restApiId": api["id"], "resourceId": resource, "httpMethod": "POST"}
        declared = source if source and source.startswith("method.request.") else None
        if declared and ".body" in declared:
            declared = None
        client.put_method(
            **at,
            authorizationType="NONE",
            requestParameters={declared: False} if declared else {},
        )
        name = integration.pop("function", functions[kind])
        function = lambda_client.get_function_configuration(FunctionName=name)["FunctionArn"]
        region = lambda_client.meta.region_name
        client.put_integration(
            **at,
            type=kind,
            integrationHttpMethod="POST",
            uri=(
                f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/"
                f"{function}/invocations"
            ),
            **{"requestParameters": {HEADER: source} if source else {}} | integration,
        )
        if kind == PLAIN:
            client.put_method_response(**at, statusCode="200")
            client.put_integration_response(**at, statusCode="200")
        client.create_deployment(restApiId=api["id"], stageName="live")
        return f"{emulator.endpoint_url}/_aws/execute-api/{api['id']}/live"

    return deploy


def post(url: str, path: str = "/any", **request: Any) -> httpx.Response:
    request.setdefault("json", {})
    return httpx.post(url + path, timeout=30, **request)


SOURCES = {
    "query string": (
        "method.request.querystring.tenant_id",
        {"params": {"tenant_id": "ana"}},
    ),
    "the last of a query string's values": (
        "method.request.querystring.tenant_id",
        {"params": {"tenant_id": ["ben", "ana"]}},
    ),
    "header": ("method.request.header.x-customer", {"headers": {"x-customer": "ana"}}),
    "path": ("method.request.path.tenant", {"path": "/ana"}),
    "body": ("method.request.body.tenant", {"json": {"tenant": "ana"}}),
    "field within the body": (
        "method.request.body.order.tenant",
        {"json": {"order": {"tenant": "ana"}, "tenant": "ben"}},
    ),
    "constant": ("'ana'", {}),
}


@pytest.mark.parametrize("kind", [PROXY, PLAIN])
@pytest.mark.parametrize("source", SOURCES)
def test_the_mapped_value_is_the_tenant(deploy_api, kind, source):
    mapping, request = SOURCES[source]
    response = post(deploy_api(kind, mapping), **request)
    assert response.status_code == 200, response.text
    assert response.json()["tenant"] == "ana"


@pytest.mark.parametrize("kind", [PROXY, PLAIN])
def test_a_number_in_the_body_names_a_tenant(deploy_api, kind):
    response = post(deploy_api(kind, "method.request.body.tenant"), json={"tenant": 42})
    assert response.json()["tenant"] == "42"


def test_the_header_of_the_mapping_is_written_in_any_case(deploy_api):
    url = deploy_api(
        PROXY, None, requestParameters={HEADER.lower(): "method.request.header.x-customer"}
    )
    assert post(url, headers={"x-customer": "ana"}).json()["tenant"] == "ana"


REFUSED = {
    "no mapping": (None, {}),
    "the client's own header": (None, {"headers": {"X-Amz-Tenant-Id": "ana"}}),
    "nothing where the mapping looks": ("method.request.querystring.tenant_id", {}),
    "no such field in the body": ("method.request.body.tenant", {"json": {"other": "ana"}}),
    "an authorizer's key without an authorizer": ("context.authorizer.tenant", {}),
}


@pytest.mark.parametrize("kind", [PROXY, PLAIN])
@pytest.mark.parametrize("case", REFUSED)
def test_without_a_tenant_the_client_hears_why(deploy_api, kind, case):
    mapping, request = REFUSED[case]
    response = post(deploy_api(kind, mapping), **request)
    assert response.status_code == 400
    assert response.json() == {"message": MISSING}


@pytest.mark.parametrize("kind", [PROXY, PLAIN])
@pytest.mark.parametrize(
    ("tenant", "constraint"),
    [
        ("a" * 257, "Member must have length less than or equal to 256"),
        ("a!", r"Member must satisfy regular expression pattern: [a-zA-Z0-9\._:\/=+\-@ ]+"),
    ],
    ids=["257 characters", "exclamation mark"],
)
def test_an_illegal_tenant_is_the_clients_mistake(deploy_api, kind, tenant, constraint):
    url = deploy_api(kind, "method.request.querystring.tenant_id")
    response = post(url, params={"tenant_id": tenant})
    assert response.status_code == 400
    assert response.json() == {
        "message": (
            f"1 validation error detected: Value '{tenant}' at 'tenantId' failed to satisfy "
            f"constraint: {constraint}"
        )
    }


@pytest.mark.parametrize("kind", [PROXY, PLAIN])
def test_a_mapping_to_an_ordinary_function_is_refused(deploy_api, ordinary, kind):
    response = post(deploy_api(kind, "'ana'", function=ordinary))
    assert response.status_code == 400
    assert response.json() == {
        "message": (
            "The invoked function is not enabled with tenancy configuration. "
            "Remove the tenant ID from your request and try again."
        )
    }
