"""InvokeWithResponseStream.

Source: https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
"""

from __future__ import annotations

import base64
import json

import pytest

ECHO = """
def handler(event, context):
    print("streamed")
    if event.get("fail"):
        raise ValueError("asked to fail")
    return "x" * event.get("size", 1)
"""


@pytest.fixture(scope="module")
def echo(create):
    return create(ECHO)


def stream_of(client, function, event, **members):
    response = client.invoke_with_response_stream(
        FunctionName=function, Payload=json.dumps(event), **members
    )
    assert response["StatusCode"] == 200
    assert response["ExecutedVersion"] == "$LATEST"
    chunks, complete = [], None
    for event in response["EventStream"]:
        assert complete is None, "nothing follows the end"
        if "PayloadChunk" in event:
            chunks.append(event["PayloadChunk"]["Payload"])
        else:
            complete = event["InvokeComplete"]
    return chunks, complete


def test_a_large_answer_comes_in_chunks(lambda_client, echo):
    chunks, complete = stream_of(lambda_client, echo, {"size": 200_000})
    assert len(chunks) > 1
    assert json.loads(b"".join(chunks)) == "x" * 200_000
    assert "ErrorCode" not in complete


def test_an_error_comes_with_the_end(lambda_client, echo):
    chunks, complete = stream_of(lambda_client, echo, {"fail": True})
    assert chunks == []
    assert complete["ErrorCode"] == "ValueError"
    assert json.loads(complete["ErrorDetails"])["errorMessage"] == "asked to fail"


def test_the_tail_of_the_log_comes_with_the_end(lambda_client, echo):
    _, complete = stream_of(lambda_client, echo, {}, LogType="Tail")
    assert "streamed" in base64.b64decode(complete["LogResult"]).decode()


STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  for (const part of event) stream.write(part);
  stream.end();
});
"""


def test_what_a_function_writes_is_what_arrives(lambda_client, create, node_archive):
    function = create("", Runtime="nodejs20.x", Code={"ZipFile": node_archive(STREAM)})
    chunks, complete = stream_of(lambda_client, function, ["Hello, ", "world!"])
    assert b"".join(chunks) == b"Hello, world!"
    assert "ErrorCode" not in complete
