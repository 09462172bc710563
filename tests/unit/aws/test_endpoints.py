"""Which hosts a run on AWS may reach: those of its regions, by name."""

from __future__ import annotations

import socket

import boto3
import pytest

from harness.targets import guard
from harness.targets.aws.endpoints import METADATA, AwsHosts, sign_in_hosts

AWS_ADDRESS, OTHER_ADDRESS = "203.0.113.10", "203.0.113.99"


@pytest.mark.parametrize(
    "host",
    [
        "sqs.us-east-1.amazonaws.com",
        "SQS.US-EAST-1.amazonaws.com.",
        "bucket.s3.us-east-1.amazonaws.com",
        "bucket.with.dots.s3.us-east-1.amazonaws.com",
        "s3.dualstack.us-east-1.amazonaws.com",
        "abc123.execute-api.us-east-1.amazonaws.com",
        "abc123.lambda-url.us-east-1.on.aws",
        "lambda.us-east-1.api.aws",
        "bedrock-runtime.us-east-1.amazonaws.com",
        "iam.amazonaws.com",
        "organizations.us-east-1.amazonaws.com",
        "d111111abcdef8.cloudfront.net",
    ],
)
def test_hosts_of_the_region_are_let_through(host):
    assert host in AwsHosts(["us-east-1"])


@pytest.mark.parametrize(
    "host",
    [
        "sqs.eu-west-1.amazonaws.com",
        "us-east-1.s3.eu-west-1.amazonaws.com",
        "us-east-1.amazonaws.com.example.com",
        "sqs-us-east-1.amazonaws.com",
        "sqs.us-east-1.amazonaws.com.cn",
        "us-east-1.amazonaws.com",
        "amazonaws.com",
        "s3.amazonaws.com",
        "bucket.s3.amazonaws.com",
        "sts.amazonaws.com",
        "aws.amazon.com",
        "pypi.org",
        "203.0.113.10",
        "169.254.169.254",
        "",
    ],
)
def test_every_other_host_is_not(host):
    assert host not in AwsHosts(["us-east-1"])


def test_a_partition_has_its_own_domain():
    hosts = AwsHosts(["cn-north-1"])
    assert "sqs.cn-north-1.amazonaws.com.cn" in hosts
    assert "sqs.cn-north-1.amazonaws.com" not in hosts


def test_every_regional_endpoint_that_botocore_makes_is_let_through():
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    hosts = AwsHosts(["eu-west-1"])
    ours = "apigateway cloudformation cloudwatch events iam kms lambda logs s3 scheduler sns sqs"
    ours += " secretsmanager ssm stepfunctions sts dynamodb firehose kinesis cognito-idp"
    ours += " resourcegroupstaggingapi bedrock-runtime polly ses sesv2 apigatewayv2"
    for service in ours.split():
        client = session.client(service, region_name="eu-west-1")
        host = client.meta.endpoint_url.removeprefix("https://")
        assert host in hosts, (service, host)


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [
        ({"aws_access_key_id": "a"}, set()),
        (
            {"sso_session": "corp"},
            {"portal.sso.eu-central-1.amazonaws.com", "oidc.eu-central-1.amazonaws.com"},
        ),
        (
            {"sso_start_url": "https://x", "sso_region": "us-west-2"},
            {"portal.sso.us-west-2.amazonaws.com", "oidc.us-west-2.amazonaws.com"},
        ),
        (
            {"role_arn": "arn", "source_profile": "base", "region": "eu-west-1"},
            {"sts.eu-west-1.amazonaws.com"},
        ),
        (
            {"role_arn": "arn", "credential_source": "Ec2InstanceMetadata", "region": "eu-west-1"},
            {"sts.eu-west-1.amazonaws.com", *METADATA},
        ),
        ({}, set(METADATA)),
    ],
    ids=["keys", "sign-in session", "old sign-in", "role", "role of a machine", "nothing"],
)
def test_where_credentials_come_from_is_let_through_as_well(settings, hosts):
    everything = {
        "sso_sessions": {"corp": {"sso_region": "eu-central-1"}},
        "profiles": {"base": {"aws_access_key_id": "a"}},
    }
    assert sign_in_hosts(None, settings, everything) == hosts


@pytest.fixture
def network(monkeypatch):
    """A network whose every name and address answers, and nothing leaves the machine."""
    reached = []

    def lookup(host, port, *args, **kwargs):
        address = AWS_ADDRESS if "amazonaws" in str(host) else OTHER_ADDRESS
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    guard.uninstall()
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(
        socket.socket, "connect", lambda connection, address: reached.append(address)
    )
    guard.install(allow=AwsHosts(["us-east-1"]).__contains__, remedy="us-east-1 alone.")
    yield reached
    guard.uninstall()


def test_the_socket_reaches_the_regions_endpoints(network):
    socket.create_connection(("sqs.us-east-1.amazonaws.com", 443)).close()
    assert network == [(AWS_ADDRESS, 443)]


@pytest.mark.parametrize("host", ["sqs.eu-west-1.amazonaws.com", "example.com"])
def test_the_socket_reaches_no_other_name(network, host):
    with pytest.raises(guard.OutboundRefused, match=rf"reach {host}.*us-east-1 alone\."):
        socket.create_connection((host, 443))
    assert network == []


def test_the_socket_reaches_no_address_that_no_endpoint_has(network):
    socket.create_connection(("sqs.us-east-1.amazonaws.com", 443)).close()
    with socket.socket() as connection, pytest.raises(guard.OutboundRefused, match=OTHER_ADDRESS):
        connection.connect((OTHER_ADDRESS, 443))
    assert network == [(AWS_ADDRESS, 443)]


def test_a_later_rule_forgets_what_was_resolved(network):
    socket.create_connection(("sqs.us-east-1.amazonaws.com", 443)).close()
    guard.install()
    with socket.socket() as connection, pytest.raises(guard.OutboundRefused):
        connection.connect((AWS_ADDRESS, 443))


def test_on_a_stand_in_nothing_of_aws_is_let_through(target):
    access = target()._access
    assert not access.allows("sqs.us-east-1.amazonaws.com")
    assert not access.allows("169.254.169.254")
