"""The stand-in itself: as opaque as AWS, and as strict about who comes in."""

from __future__ import annotations

import http.client
import ssl

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from .faults import DENIED, EXPIRED, LOST, THROTTLED, UNSIGNED, Fault
from .operations import Request, operation_of, signature_of

HOW_SERVICES_SAY_IT = {
    "a form": ("sts", "get_caller_identity", "GetCallerIdentity"),
    "a header": ("logs", "describe_log_groups", "DescribeLogGroups"),
    "a path": ("lambda", "list_functions", "ListFunctions"),
    "a bucket's path": ("s3", "list_buckets", "ListBuckets"),
}


def trusting(stand_in):
    context = ssl.create_default_context(cafile=str(stand_in.authority))
    return http.client.HTTPSConnection("127.0.0.1", stand_in.door.port, context=context)


def test_a_user_of_an_account_comes_in(stand_in, outside):
    identity = outside("sts").get_caller_identity()

    assert identity["Account"] == stand_in.account
    assert identity["Arn"] == f"arn:aws:iam::{stand_in.account}:user/developer"


def test_an_account_id_is_no_key_here(stand_in, outside):
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        outside("sts", access_key=stand_in.account).get_caller_identity()


@pytest.mark.parametrize("path", ["/_harness/info", "/_localstack/health", "/_aws/sqs/messages"])
def test_an_emulators_own_addresses_are_not_there(stand_in, path):
    connection = trusting(stand_in)

    connection.request("GET", path)

    assert connection.getresponse().status == 404
    connection.close()


def test_an_unsigned_request_is_refused(stand_in):
    connection = trusting(stand_in)

    connection.request("GET", "/2015-03-31/functions")

    answer = connection.getresponse()
    assert answer.status == 403
    assert answer.read() == b'{"message":"Missing Authentication Token"}'
    connection.close()


def test_http_has_the_same_port_and_no_more_to_offer(stand_in):
    connection = http.client.HTTPConnection("127.0.0.1", stand_in.door.port, timeout=10)

    connection.request("GET", "/")
    unsigned = connection.getresponse()
    unsigned.read()
    connection.request("GET", "/_harness/info")

    assert unsigned.status == UNSIGNED.status
    assert connection.getresponse().status == 404


def test_its_certificate_is_trusted_by_nobody_else(stand_in):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", stand_in.door.port, context=ssl.create_default_context()
    )

    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()


@pytest.mark.parametrize(
    ("service", "method", "operation"), HOW_SERVICES_SAY_IT.values(), ids=HOW_SERVICES_SAY_IT.keys()
)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (THROTTLED, "Rate exceeded|reduce your request rate"),
        (DENIED, "is not authorized to perform"),
        (EXPIRED, "expired"),
    ],
    ids=["throttled", "denied", "expired"],
)
def test_a_fault_strikes_where_it_should(
    stand_in, outside, service, method, operation, fault, words
):
    stand_in.door.faults.append(Fault(fault, on=[f"{service}:{operation}"], after=1, times=1))
    call = getattr(outside(service), method)

    call()
    with pytest.raises(ClientError, match=words):
        call()
    call()
    # All three were seen for what they are.
    assert [str(call.operation) for call in stand_in.door.calls[-3:]] == [
        f"{service}:{operation}"
    ] * 3


def test_a_connection_may_end_without_an_answer(stand_in, outside):
    stand_in.door.faults.append(Fault(LOST, on=["sqs:*"], times=1))

    with pytest.raises(ConnectionClosedError):
        outside("sqs").list_queues()
    outside("sqs").list_queues()


def test_the_network_may_go_and_come_back(stand_in, outside):
    sqs = outside("sqs")
    sqs.list_queues()

    stand_in.door.lose_network()
    try:
        with pytest.raises((EndpointConnectionError, ConnectionClosedError)):
            sqs.list_queues()
    finally:
        stand_in.door.open()
    sqs.list_queues()


S3_REQUESTS = {
    "CreateBucket": ("PUT", "/bucket", {}),
    "DeleteBucket": ("DELETE", "/bucket", {}),
    "HeadBucket": ("HEAD", "/bucket", {}),
    "ListObjectsV2": ("GET", "/bucket?list-type=2&prefix=a", {}),
    "ListObjectVersions": ("GET", "/bucket?versions&max-keys=9", {}),
    "PutBucketTagging": ("PUT", "/bucket?tagging", {}),
    "DeleteObjects": ("POST", "/bucket?delete", {}),
    "PutObject": ("PUT", "/bucket/a/b", {}),
    "CopyObject": ("PUT", "/bucket/a/b", {"x-amz-copy-source": "other/a"}),
    "UploadPart": ("PUT", "/bucket/a/b?partNumber=1&uploadId=x", {}),
    "GetObject": ("GET", "/bucket/a%20b", {}),
}


@pytest.mark.parametrize("name", S3_REQUESTS)
def test_s3s_operations_are_told_apart(name):
    method, target, headers = S3_REQUESTS[name]
    signed = {
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/s3/aws4_request"
    }
    request = Request(method, target, signed | headers)
    signature = signature_of(request)

    assert signature is not None
    assert operation_of(request, signature).name == name


@pytest.mark.parametrize(
    ("scope", "method", "target", "operation"),
    [
        pytest.param(
            *("lambda", "GET"),
            "/2025-12-01/durable-executions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aleave"
            "%3A1%2Fdurable-execution%2Fname%2Fid/history?IncludeExecutionData=true",
            "lambda:GetDurableExecutionHistory",
            id="an ARN with slashes",
        ),
        pytest.param(
            *("ses", "GET", "/v2/email/identities/leave%40example.com"),
            "sesv2:GetEmailIdentity",
            id="SES's second API",
        ),
    ],
)
def test_what_a_path_names_is_told_from_the_path(scope, method, target, operation):
    signed = f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/{scope}/aws4_request"
    request = Request(method, target, {"authorization": signed})
    signature = signature_of(request)

    assert signature is not None
    assert str(operation_of(request, signature)) == operation
