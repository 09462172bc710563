"""A REST API that takes the tenant from the request and hands it to Lambda, whatever carries it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

SIGNING_KEY = secrets.token_hex(16)
TENANT_MISSING = (
    "The invoked function is enabled with tenancy configuration. "
    "Add a valid tenant ID in your request and try again."
)


@dataclass(frozen=True)
class Api:
    """The deployed API, and the function behind it for comparison."""

    url: str
    http: Any
    isolated: Any

    def get(self, path: str, **request: Any) -> Any:
        return self.http.get(self.url + path, **request)

    def post(self, path: str, **request: Any) -> Any:
        return self.http.post(self.url + path, **request)

    def assert_ran_for(self, tenant: str, response: Any) -> None:
        """Assert that a response comes from the environment that serves this tenant's own calls."""
        assert response.status_code == 200, response.text
        report = response.json()
        assert report["tenant_id"] == tenant
        direct = self.isolated.invoke(tenant=tenant)
        assert direct["environment"] == report["environment"]
        assert direct["visits"] == report["visits"] + 1


@pytest.fixture(scope="module")
def api(deploy, function, http, target, eventually):
    """The API, once it answers: a new stage takes a moment to be served."""
    # Without a second account all but one test make sense.
    partner = target.accounts[1] if len(target.accounts) > 1 else ""
    parameters = {"SigningKey": SIGNING_KEY, "Partner": partner}
    outputs = deploy("rest-api.yaml", parameters=parameters).outputs
    api = Api(outputs["Url"], http, function(outputs["Isolated"]))

    def served():
        assert api.get("/by-query?tenant_id=first").status_code == 200

    # Its name may be unknown at first.
    eventually(served, within=timedelta(minutes=1), retry_on=httpx.TransportError)
    return api


@pytest.mark.claim("tenant-isolation.rest-api-query")
def test_the_query_string_names_the_tenant(api, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    api.assert_ran_for(ana, api.get("/by-query", params={"tenant_id": ana}))
    api.assert_ran_for(ben, api.get("/by-query", params={"tenant_id": ben}))
    assert api.get("/by-query", params={"tenant_id": ana}).json()["visits"] == 3


@pytest.mark.claim("tenant-isolation.rest-api-query")
def test_without_the_parameter_the_request_is_refused(api):
    response = api.get("/by-query")

    assert response.status_code == 400
    assert response.json() == {"message": TENANT_MISSING}


@pytest.mark.claim("tenant-isolation.rest-api-query")
def test_a_client_cant_choose_a_tenant_past_the_mapping(api, new_tenant):
    mapped, forged = new_tenant(), new_tenant()
    header = {"X-Amz-Tenant-Id": forged}

    api.assert_ran_for(mapped, api.get("/by-query", params={"tenant_id": mapped}, headers=header))
    assert api.isolated.invoke(tenant=forged)["visits"] == 1, "somebody came as the forged tenant"

    unmapped = api.get("/unmapped", headers=header)
    assert unmapped.status_code == 400
    assert unmapped.json() == {"message": TENANT_MISSING}


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
def test_a_header_names_the_tenant(api, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    api.assert_ran_for(ana, api.get("/by-header", headers={"x-customer": ana}))
    api.assert_ran_for(ben, api.get("/by-header", headers={"x-customer": ben}))


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
def test_a_field_of_the_body_names_the_tenant(api, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    for tenant in (ana, ben):
        body = {"order": {"tenant": tenant, "items": [1, 2]}, "tenant": "not this one"}
        api.assert_ran_for(tenant, api.post("/by-body", json=body))


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
def test_a_claim_that_an_authorizer_verified_names_the_tenant(api, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    for tenant in (ana, ben):
        token = signed_token({"sub": "somebody", "tenant": tenant}, SIGNING_KEY)
        response = api.get("/by-claim", headers={"Authorization": f"Bearer {token}"})
        api.assert_ran_for(tenant, response)


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
@pytest.mark.parametrize("headers", ["forged", "none"])
def test_a_claim_that_nobody_verified_names_none(api, new_tenant, headers):
    tenant = new_tenant()
    forged = signed_token({"sub": "somebody", "tenant": tenant}, "another key")
    given = {"Authorization": f"Bearer {forged}"} if headers == "forged" else {}

    response = api.get("/by-claim", headers=given)

    assert response.status_code == 401
    assert response.json() == {"message": "Unauthorized"}
    assert api.isolated.invoke(tenant=tenant)["visits"] == 1, "somebody came as that tenant"


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
@pytest.mark.parametrize("whose", ["own account", "partner's account"])
def test_the_callers_account_is_the_tenant(api, target, account, region, whose):
    caller = account if whose == "own account" else target.accounts[1]
    credentials = target.session(account=caller, region=region).get_credentials()
    request = AWSRequest(method="GET", url=f"{api.url}/by-account")
    SigV4Auth(credentials, "execute-api", region).add_auth(request)

    api.assert_ran_for(caller, api.get("/by-account", headers=dict(request.headers)))


@pytest.mark.claim("tenant-isolation.rest-api-other-sources")
def test_a_caller_who_doesnt_sign_has_no_account(api):
    response = api.get("/by-account")

    assert response.status_code == 403
    assert response.json() == {"message": "Missing Authentication Token"}


def signed_token(claims: dict[str, str], key: str) -> str:
    """Make a JWT with HS256."""
    header = encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = f"{header}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
