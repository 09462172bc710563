"""Invoke with Event: retries, destinations, dead letters.

Retries come a minute or two later, so that these tests ask for none; which come when is tested in
test_retry_rules.
Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

from __future__ import annotations

import json

import pytest

FAIL = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {"request": context.aws_request_id}
"""


@pytest.fixture(scope="module")
def once(create, lambda_client):
    """Creates a function that gets each event once: `once(OnFailure=arn)`."""

    def function(**destinations):
        name = create(FAIL)
        configure(lambda_client, name, **destinations)
        return name

    return function


def configure(client, function, qualifier="$LATEST", **destinations):
    client.put_function_event_invoke_config(
        FunctionName=function,
        Qualifier=qualifier,
        MaximumRetryAttempts=0,
        DestinationConfig={name: {"Destination": arn} for name, arn in destinations.items()},
    )


def send(client, function, event, **members):
    """Invoke asynchronously and return the request id."""
    response = client.invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(event), **members
    )
    assert response["StatusCode"] == 202
    assert response["Payload"].read() == b""
    return response["ResponseMetadata"]["RequestId"]


def test_the_record_of_a_success_goes_to_its_destination(
    lambda_client, once, make_queue, receive, aws_account
):
    url, arn = make_queue()
    function = once(OnSuccess=arn)
    request = send(lambda_client, function, {"n": 1})
    record = json.loads(receive(url)["Body"])
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request,
            "functionArn": (f"arn:aws:lambda:us-east-1:{aws_account}:function:{function}:$LATEST"),
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"n": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"request": request},
    }


def test_the_record_of_a_failure_goes_to_its_destination(lambda_client, once, make_queue, receive):
    url, arn = make_queue()
    request = send(lambda_client, once(OnFailure=arn), {"fail": True})
    record = json.loads(receive(url)["Body"])
    assert record["requestContext"]["requestId"] == request
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "asked to fail"
    assert record["responsePayload"]["requestId"] == request


def test_the_older_operation_is_an_asynchronous_invocation(
    lambda_client, once, make_queue, receive
):
    url, arn = make_queue()
    response = lambda_client.invoke_async(FunctionName=once(OnSuccess=arn), InvokeArgs='{"n": 6}')
    assert response["Status"] == 202
    assert json.loads(receive(url)["Body"])["requestPayload"] == {"n": 6}


def test_a_topic_is_a_destination(lambda_client, once, make_queue, receive, aws):
    url, arn = make_queue()
    topic = aws("sns").create_topic(Name="destination")["TopicArn"]
    aws("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    send(lambda_client, once(OnSuccess=topic), {"n": 2})
    assert json.loads(receive(url)["Body"])["requestPayload"] == {"n": 2}


def test_a_bus_is_a_destination(lambda_client, once, make_queue, receive, aws):
    url, arn = make_queue()
    events = aws("events")
    bus = events.create_event_bus(Name="destination")["EventBusArn"]
    events.put_rule(Name="all", EventBusName="destination", EventPattern='{"source": ["lambda"]}')
    events.put_targets(
        Rule="all", EventBusName="destination", Targets=[{"Id": "queue", "Arn": arn}]
    )
    function = once(OnFailure=bus)
    send(lambda_client, function, {"fail": True})
    event = json.loads(receive(url)["Body"])
    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["detail"]["requestPayload"] == {"fail": True}
    assert event["resources"] == [bus, event["detail"]["requestContext"]["functionArn"]]


def test_another_function_is_a_destination(lambda_client, create, once, make_queue, receive):
    url, arn = make_queue()
    second = create(FAIL)
    configure(lambda_client, second, OnSuccess=arn)
    second_arn = lambda_client.get_function(FunctionName=second)["Configuration"]["FunctionArn"]
    send(lambda_client, once(OnSuccess=second_arn), {"n": 3})
    handed_on = json.loads(receive(url)["Body"])["requestPayload"]
    assert handed_on["requestPayload"] == {"n": 3}


def test_a_bucket_keeps_the_records_of_failures(lambda_client, once, aws, eventually_listed):
    aws("s3").create_bucket(Bucket="records-of-failures")
    function = once(OnFailure="arn:aws:s3:::records-of-failures")
    send(lambda_client, function, {"fail": True})
    (key,) = eventually_listed("records-of-failures")
    assert key.startswith(f"aws/lambda/async/{function}/")
    record = json.load(aws("s3").get_object(Bucket="records-of-failures", Key=key)["Body"])
    assert record["requestPayload"] == {"fail": True}


def test_an_alias_has_settings_of_its_own(lambda_client, once, make_queue, receive, aws_account):
    (_, others_arn), (url, arn) = make_queue(), make_queue()
    function = once(OnSuccess=others_arn)
    version = lambda_client.publish_version(FunctionName=function)["Version"]
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    configure(lambda_client, function, "live", OnSuccess=arn)
    send(lambda_client, function, {"n": 4}, Qualifier="live")
    record = json.loads(receive(url)["Body"])
    assert record["requestContext"]["functionArn"].endswith(f":function:{function}:live")
    assert record["responseContext"]["executedVersion"] == version


def test_a_dead_letter_queue_gets_the_event_as_it_was(lambda_client, create, make_queue, receive):
    url, arn = make_queue()
    function = create(FAIL, DeadLetterConfig={"TargetArn": arn})
    configure(lambda_client, function)
    event = {"fail": True, "text": "ä"}
    request = send(lambda_client, function, event)
    message = receive(url)
    assert message["Body"] == json.dumps(event)
    attributes = message["MessageAttributes"]
    assert attributes["RequestID"] == {"DataType": "String", "StringValue": request}
    assert attributes["ErrorCode"] == {"DataType": "Number", "StringValue": "200"}
    assert attributes["ErrorMessage"] == {"DataType": "String", "StringValue": "asked to fail"}


def test_a_dead_letter_topic_gets_it_too(lambda_client, create, make_queue, receive, aws):
    url, arn = make_queue()
    topic = aws("sns").create_topic(Name="dead-letters")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    function = create(FAIL, DeadLetterConfig={"TargetArn": topic})
    configure(lambda_client, function)
    request = send(lambda_client, function, {"fail": True})
    notification = json.loads(receive(url)["Body"])
    assert json.loads(notification["Message"]) == {"fail": True}
    assert notification["MessageAttributes"]["RequestID"]["Value"] == request


def test_a_blocked_function_passes_its_events_on_at_once(
    lambda_client, create, make_queue, receive
):
    (dead, dead_arn), (url, arn) = make_queue(), make_queue()
    function = create(FAIL, DeadLetterConfig={"TargetArn": dead_arn})
    configure(lambda_client, function, OnFailure=arn)
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    request = send(lambda_client, function, {"n": 5})
    record = json.loads(receive(url)["Body"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    attributes = receive(dead)["MessageAttributes"]
    assert attributes["RequestID"]["StringValue"] == request
    assert attributes["ErrorCode"]["StringValue"] == "429"
    assert attributes["ErrorMessage"]["StringValue"] == "Rate Exceeded."


def test_events_accepted_while_a_function_is_updated_are_all_handled(
    lambda_client, once, make_queue, drained
):
    url, arn = make_queue()
    function = once(OnSuccess=arn)
    for number in range(10):
        send(lambda_client, function, {"n": number})
    lambda_client.update_function_configuration(FunctionName=function, Timeout=7)
    for number in range(10, 20):
        send(lambda_client, function, {"n": number})
    records = drained(url, 20)
    assert sorted(record["requestPayload"]["n"] for record in records) == list(range(20))
