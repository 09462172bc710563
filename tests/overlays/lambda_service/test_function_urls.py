"""Function URLs over HTTP.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import json
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ANSWER = """
import json


def handler(event, context):
    match event["rawPath"]:
        case "/raise":
            raise ValueError("asked to fail")
        case "/return":
            return json.loads(event["body"])
        case _:
            return event
"""
JSON = {"content-type": "application/json"}
FORBIDDEN = {
    "Message": (
        "Forbidden. For troubleshooting Function URL authorization issues, see: "
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    )
}


@pytest.fixture(scope="module")
def url_of(create, lambda_client):
    """Creates a function with a URL, and returns the URL: `url_of(AuthType="NONE")`."""

    def url(source=ANSWER, *, is_public=True, members=None, **config):
        function = create(source, **(members or {}))
        made = lambda_client.create_function_url_config(FunctionName=function, **config)
        if is_public:
            lambda_client.add_permission(
                FunctionName=function,
                StatementId="everybody",
                Action="lambda:InvokeFunctionUrl",
                Principal="*",
                FunctionUrlAuthType="NONE",
            )
        return made["FunctionUrl"]

    return url


@pytest.fixture(scope="module")
def public(url_of):
    return url_of(AuthType="NONE")


@pytest.fixture(scope="module")
def http():
    """Sends requests to loopback, under the host name of the URL."""
    with httpx.Client(timeout=60) as client:

        def send(method, url, **request):
            parts = urlsplit(url)
            headers = httpx.Headers(request.pop("headers", {}))
            headers["host"] = parts.netloc
            return client.request(
                method,
                parts._replace(netloc=f"127.0.0.1:{parts.port}").geturl(),
                headers=headers,
                **request,
            )

        yield send


def test_a_request_becomes_an_event(public, http):
    event = http(
        "POST",
        f"{public}orders/1?size=1&colour=red&colour=blue",
        headers={"content-type": "text/plain", "X-Tag": "a", "cookie": "k=v; l=w"},
        content="hello",
    ).json()
    assert event["version"] == "2.0"
    assert event["routeKey"] == "$default"
    assert event["rawPath"] == "/orders/1"
    assert event["rawQueryString"] == "size=1&colour=red&colour=blue"
    assert event["queryStringParameters"] == {"size": "1", "colour": "red,blue"}
    assert event["cookies"] == ["k=v", "l=w"]
    assert event["headers"]["x-tag"] == "a"
    assert (event["body"], event["isBase64Encoded"]) == ("hello", False)
    context = event["requestContext"]
    assert context["accountId"] == "anonymous"
    assert context["domainPrefix"] == urlsplit(public).hostname.partition(".")[0]
    assert context["http"]["method"] == "POST"
    assert context["http"]["path"] == "/orders/1"
    assert context["http"]["sourceIp"]


def test_binary_bodies_come_in_base64(public, http):
    event = http("POST", public, headers={"content-type": "image/png"}, content=b"\x89PNG").json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x89PNG"


def test_an_answer_with_a_status_is_a_response(public, http):
    answer = {
        "statusCode": 201,
        "headers": {"content-type": "text/html", "x-made": "yes"},
        "cookies": ["a=b", "c=d"],
        "body": "<p>made</p>",
    }
    response = http(
        "POST",
        f"{public}return",
        headers={"content-type": "application/json"},
        content=json.dumps(answer),
    )
    assert response.status_code == 201
    assert response.text == "<p>made</p>"
    assert response.headers["content-type"] == "text/html"
    assert response.headers["x-made"] == "yes"
    assert response.headers.get_list("set-cookie") == ["a=b", "c=d"]


def test_any_other_answer_is_its_json(public, http):
    response = http("POST", f"{public}return", headers=JSON, content="[1, 2]")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == b"[1,2]"


@pytest.mark.parametrize(
    ("path", "answer"),
    [("raise", ""), ("return", '{"statusCode": 999}')],
    ids=["error", "bad status"],
)
def test_a_function_that_fails_is_a_bad_gateway(public, http, path, answer):
    response = http("POST", f"{public}{path}", headers=JSON, content=answer)
    assert response.status_code == 502
    assert response.text == "Internal Server Error"


def test_the_response_names_the_request_in_the_log(url_of, http):
    url = url_of(
        "def handler(event, context):\n    return context.aws_request_id\n", AuthType="NONE"
    )
    response = http("GET", url)
    assert response.text == response.headers["x-amzn-requestid"]


def test_a_url_without_permission_is_forbidden(url_of, http):
    response = http("GET", url_of(AuthType="NONE", is_public=False))
    assert response.status_code == 403
    assert response.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert response.json() == FORBIDDEN


def test_a_url_that_isnt_there_is_forbidden(public, http):
    parts = urlsplit(public)
    elsewhere = parts._replace(netloc=parts.netloc.replace(parts.netloc[:32], "0" * 32)).geturl()
    response = http("GET", elsewhere)
    assert response.status_code == 403
    assert response.json() == {"Message": None}


def test_a_url_with_iam_needs_a_signature(url_of, http, aws_account):
    url = url_of(AuthType="AWS_IAM", is_public=False)
    assert http("GET", url).status_code == 403
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(aws_account, "secret"), "lambda", "us-east-1").add_auth(request)
    response = http("GET", url, headers=dict(request.headers))
    assert response.status_code == 200
    context = response.json()["requestContext"]
    assert context["accountId"] == aws_account
    assert context["authorizer"]["iam"]["accountId"] == aws_account


def test_a_throttled_function_says_so(url_of, lambda_client, http):
    url = url_of(AuthType="NONE", members={"FunctionName": "throttled"})
    lambda_client.put_function_concurrency(FunctionName="throttled", ReservedConcurrentExecutions=0)
    response = http("GET", url)
    assert response.status_code == 429
    assert response.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert response.json() == {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "Type": "User",
        "message": "Rate Exceeded.",
    }


def test_an_alias_has_a_url_of_its_own(create, lambda_client, http):
    function = create("def handler(event, context):\n    return context.function_version\n")
    version = lambda_client.publish_version(FunctionName=function)["Version"]
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    made = lambda_client.create_function_url_config(
        FunctionName=function, Qualifier="live", AuthType="NONE"
    )
    lambda_client.add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId="everybody",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    assert http("GET", made["FunctionUrl"]).text == version


STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, {
    statusCode: 206,
    headers: {"content-type": "text/plain"},
    cookies: ["a=b"],
  });
  stream.write("Hello, ");
  stream.write("world!");
  stream.end();
});
"""


def test_a_streaming_url_sends_what_the_function_writes(url_of, http, node_archive):
    url = url_of(
        AuthType="NONE",
        InvokeMode="RESPONSE_STREAM",
        members={
            "Runtime": "nodejs20.x",
            "Handler": "app.handler",
            "Code": {"ZipFile": node_archive(STREAM)},
        },
    )
    response = http("GET", url)
    assert response.status_code == 206
    assert response.text == "Hello, world!"
    assert response.headers["content-type"] == "text/plain"
    assert response.headers["set-cookie"] == "a=b"
