"""Requests to methods with a Lambda authorizer or IAM authorization, through a deployed API.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

AUTHORIZER = """
calls = 0


def handler(event, context):
    global calls
    calls += 1
    token = event.get("authorizationToken") or event["headers"].get("x-token", "nobody")
    if token == "unknown":
        raise Exception("Unauthorized")
    if token == "broken":
        return {"principalId": "somebody"}
    resource = "other" if token == "elsewhere" else event["methodArn"]
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if token == "denied" else "Allow",
        "Resource": resource,
    }
    return {
        "principalId": token,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"tenant": token.upper(), "calls": calls},
    }
"""
ECHO = {
    "principal": "$context.authorizer.principalId",
    "tenant": "$context.authorizer.tenant",
    "calls": "$context.authorizer.calls",
    "account": "$context.identity.accountId",
    "arn": "$context.identity.userArn",
}


@pytest.fixture(scope="module")
def gateway(aws):
    return aws("apigateway")


@pytest.fixture(scope="module")
def authorizer_uri(aws, aws_account):
    """Where API Gateway finds a function that judges tokens by their text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("app.py", AUTHORIZER)
    client = aws("lambda")
    created = client.create_function(
        FunctionName="authorizer",
        Runtime="python3.13",
        Handler="app.handler",
        Role=f"arn:aws:iam::{aws_account}:role/function",
        Code={"ZipFile": packed.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(
        FunctionName="authorizer", WaiterConfig={"Delay": 0.05, "MaxAttempts": 600}
    )
    region = client.meta.region_name
    path = f"2015-03-31/functions/{created['FunctionArn']}/invocations"
    return f"arn:aws:apigateway:{region}:lambda:path/{path}"


@pytest.fixture(scope="module")
def deploy_api(gateway, emulator):
    """Deploys an API whose GET / answers with what it knows of the caller; returns its URL."""
    numbers = itertools.count()

    def deploy(authorizer: dict[str, Any] | None = None, authorization: str = "CUSTOM") -> str:
        api = gateway.create_rest_api(name=f"api-{next(numbers)}")
        at = {
            "restApiId": api["id"],
            "resourceId": api["rootResourceId"],
            "httpMethod": "GET",
        }
        chosen = {}
        if authorizer:
            created = gateway.create_authorizer(restApiId=api["id"], name="judge", **authorizer)
            chosen = {"authorizerId": created["id"]}
        gateway.put_method(**at, authorizationType=authorization, **chosen)
        gateway.put_integration(
            **at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
        )
        gateway.put_method_response(**at, statusCode="200")
        gateway.put_integration_response(
            **at, statusCode="200", responseTemplates={"application/json": json.dumps(ECHO)}
        )
        gateway.create_deployment(restApiId=api["id"], stageName="live")
        return f"{emulator.endpoint_url}/_aws/execute-api/{api['id']}/live/"

    return deploy


@pytest.fixture(scope="module")
def token_api(deploy_api, authorizer_uri):
    return deploy_api(
        {
            "type": "TOKEN",
            "authorizerUri": authorizer_uri,
            "identitySource": "method.request.header.Authorization",
            "identityValidationExpression": "[a-z0-9]+",
            "authorizerResultTtlInSeconds": 0,
        }
    )


def get(url: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(url, headers=named, timeout=30)


def test_a_token_that_is_allowed_passes_with_the_authorizers_context(token_api):
    response = get(token_api, Authorization="ana")
    assert response.status_code == 200, response.text
    assert response.json()["principal"] == "ana"
    assert response.json()["tenant"] == "ANA"


@pytest.mark.parametrize(
    ("headers", "status", "kind", "body"),
    [
        ({}, 401, "UnauthorizedException", {"message": "Unauthorized"}),
        ({"Authorization": ""}, 401, "UnauthorizedException", {"message": "Unauthorized"}),
        ({"Authorization": "!!"}, 401, "UnauthorizedException", {"message": "Unauthorized"}),
        ({"Authorization": "unknown"}, 401, "UnauthorizedException", {"message": "Unauthorized"}),
        (
            {"Authorization": "denied"},
            403,
            "AccessDeniedException",
            {"Message": "User is not authorized to access this resource with an explicit deny"},
        ),
        (
            {"Authorization": "elsewhere"},
            403,
            "AccessDeniedException",
            {"Message": "User is not authorized to access this resource"},
        ),
        ({"Authorization": "broken"}, 500, "AuthorizerConfigurationException", {"message": None}),
    ],
    ids=[
        "no token",
        "empty token",
        "token of another form",
        "token that the function doesn't know",
        "denied",
        "allowed for another method",
        "function without a policy",
    ],
)
def test_a_request_that_may_not_pass_hears_why(token_api, headers, status, kind, body):
    response = get(token_api, **headers)
    assert response.status_code == status
    assert response.headers["x-amzn-errortype"] == kind
    assert response.json() == body


def test_an_answer_is_used_again_for_the_same_identity(deploy_api, authorizer_uri):
    url = deploy_api(
        {
            "type": "REQUEST",
            "authorizerUri": authorizer_uri,
            "identitySource": "method.request.header.x-token",
        }
    )
    first, again, other = (get(url, x_token=token).json() for token in ("ana", "ana", "ben"))
    assert again["calls"] == first["calls"]
    assert other["tenant"] == "BEN"
    assert other["calls"] != first["calls"]
    assert get(url).status_code == 401


def test_without_a_cache_the_function_decides_on_a_missing_identity(deploy_api, authorizer_uri):
    url = deploy_api(
        {
            "type": "REQUEST",
            "authorizerUri": authorizer_uri,
            "identitySource": "method.request.header.x-token",
            "authorizerResultTtlInSeconds": 0,
        }
    )
    assert get(url).json()["principal"] == "nobody"
    first, again = (get(url, x_token="ana").json() for _ in range(2))
    assert int(again["calls"]) > int(first["calls"])


@pytest.fixture(scope="module")
def signed_api(deploy_api):
    return deploy_api(authorization="AWS_IAM")


def test_a_signed_request_knows_its_account(signed_api, emulator, aws_account):
    session = emulator.session(account=aws_account)
    request = AWSRequest("GET", signed_api)
    SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(request)
    response = httpx.get(signed_api, headers=dict(request.headers.items()), timeout=30)
    assert response.json()["account"] == aws_account
    assert response.json()["arn"] == f"arn:aws:iam::{aws_account}:root"


def test_an_unsigned_request_is_refused(signed_api):
    response = get(signed_api)
    assert response.status_code == 403
    assert response.json() == {"message": "Missing Authentication Token"}


def test_a_document_makes_signed_methods(gateway, emulator):
    signed = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }
    mock = {
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": "200"}},
        },
        "responses": {"200": {"description": "well"}},
    }
    document = {
        "openapi": "3.0.1",
        "info": {"title": "signed", "version": "1"},
        "paths": {
            "/signed": {"get": mock | {"security": [{"Signature": []}]}},
            "/open": {"get": mock},
        },
        "components": {"securitySchemes": {"Signature": signed}},
    }
    api = gateway.import_rest_api(body=json.dumps(document))["id"]
    gateway.create_deployment(restApiId=api, stageName="live")
    url = f"{emulator.endpoint_url}/_aws/execute-api/{api}/live"
    assert get(f"{url}/open").status_code == 200
    assert get(f"{url}/signed").json() == {"message": "Missing Authentication Token"}


def test_an_authorizer_is_part_of_a_stack(aws, gateway, authorizer_uri):
    template = {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "stacked"}},
            "Judge": {
                "Type": "AWS::ApiGateway::Authorizer",
                "Properties": {
                    "RestApiId": {"Ref": "Api"},
                    "Name": "judge",
                    "Type": "TOKEN",
                    "AuthorizerUri": authorizer_uri,
                    "IdentitySource": "method.request.header.Authorization",
                    "AuthorizerResultTtlInSeconds": 60,
                },
            },
        },
        "Outputs": {"Api": {"Value": {"Ref": "Api"}}, "Judge": {"Value": {"Ref": "Judge"}}},
    }
    cloudformation = aws("cloudformation")
    outputs = applied(cloudformation, "create_stack", template)
    at = {"restApiId": outputs["Api"], "authorizerId": outputs["Judge"]}
    assert gateway.get_authorizer(**at)["authorizerResultTtlInSeconds"] == 60

    template["Resources"]["Judge"]["Properties"]["AuthorizerResultTtlInSeconds"] = 0
    assert applied(cloudformation, "update_stack", template) == outputs
    assert gateway.get_authorizer(**at)["authorizerResultTtlInSeconds"] == 0

    del template["Resources"]["Judge"], template["Outputs"]["Judge"]
    applied(cloudformation, "update_stack", template)
    assert gateway.get_authorizers(restApiId=outputs["Api"])["items"] == []


DONE = {"create_stack": "stack_create_complete", "update_stack": "stack_update_complete"}


def applied(client: Any, operation: str, template: dict[str, Any]) -> dict[str, str]:
    """Create or update the stack, and return its outputs."""
    getattr(client, operation)(StackName="authorizers", TemplateBody=json.dumps(template))
    waiter = client.get_waiter(DONE[operation])
    waiter.wait(StackName="authorizers", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
    [stack] = client.describe_stacks(StackName="authorizers")["Stacks"]
    return {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}
