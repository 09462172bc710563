"""Clients of a target speak to it, whatever the user's AWS settings are."""

from __future__ import annotations

import pytest
from botocore.config import Config

from harness.errors import UsageProblem
from harness.targets import Target, target_named
from harness.targets.embedded import Embedded
from harness.targets.sessions import EmulatorSession


@pytest.fixture
def users_settings(tmp_path, monkeypatch):
    """Settings of a user that would all lead elsewhere."""
    config = tmp_path / "config"
    config.write_text(
        "[default]\nregion = eu-north-1\nendpoint_url = http://203.0.113.1\n"
        "[profile mine]\nregion = eu-north-1\ncredential_process = /bin/false\n"
    )
    for name, value in {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "absent"),
        "AWS_PROFILE": "nobody-has-this-one",
        "AWS_ACCESS_KEY_ID": "AKIAUSERSOWN",
        "AWS_SECRET_ACCESS_KEY": "users-own",
        "AWS_SESSION_TOKEN": "users-own",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": "http://203.0.113.1",
        "AWS_ENDPOINT_URL_SQS": "http://203.0.113.1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": str(tmp_path / "absent"),
        "HTTP_PROXY": "http://203.0.113.1:3128",
        "http_proxy": "http://203.0.113.1:3128",
    }.items():
        monkeypatch.setenv(name, value)


def test_the_users_settings_and_credentials_do_not_come_through(users_settings, emulator):
    account = emulator.new_account()

    identity = emulator.client("sts", account=account).get_caller_identity()

    assert identity["Account"] == account
    client = emulator.client("sqs", account=account)
    assert client.meta.region_name == "us-east-1"
    assert client._request_signer._credentials.access_key == account
    assert client._request_signer._credentials.token is None


def test_an_account_and_a_region_can_be_named(emulator):
    client = emulator.client("sqs", account="222222222222", region="eu-west-1")

    assert client.meta.region_name == "eu-west-1"
    assert client.meta.endpoint_url == emulator.secure_url


def test_clients_call_over_https_unless_told_otherwise(emulator, aws_account):
    secure = emulator.client("sqs", account=aws_account)
    plain = emulator.client("sqs", account=aws_account, use_ssl=False)

    assert secure.meta.endpoint_url == f"https://127.0.0.1:{emulator.port}"
    assert plain.meta.endpoint_url == f"http://127.0.0.1:{emulator.port}"
    secure.create_queue(QueueName="reached-both-ways")
    assert plain.get_queue_url(QueueName="reached-both-ways")["QueueUrl"]


def test_a_config_of_the_caller_holds(emulator):
    client = emulator.client("lambda", config=Config(read_timeout=900))

    assert client.meta.config.read_timeout == 900
    assert client.meta.config.proxies == {}


def test_resources_speak_to_the_emulator_as_well(emulator, aws_account):
    bucket = emulator.session(account=aws_account).resource("s3").create_bucket(Bucket="made-by-it")

    assert bucket.name == "made-by-it"


def test_an_endpoint_that_is_named_wins():
    session = EmulatorSession(account="1" * 12, region="us-east-1", endpoint_url="http://127.0.0.1")

    named = session.client("sqs", endpoint_url="http://127.0.0.2:1")

    assert named.meta.endpoint_url == "http://127.0.0.2:1"


def test_new_accounts_are_account_ids_and_differ():
    accounts = {Embedded().new_account() for _ in range(100)}

    assert len(accounts) == 100
    assert all(account.isdecimal() and len(account) == 12 for account in accounts)


@pytest.mark.parametrize("name", ["embedded", "container"])
def test_the_emulators_targets_are_targets(name):
    assert isinstance(target_named(name), Target)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("contaner", 'Unknown target "contaner". Did you mean "container"?'),
        ("moon", 'Unknown target "moon". (embedded, container, aws)'),
    ],
    ids=["misspelt", "unknown"],
)
def test_a_target_that_does_not_exist_is_named(name, sentence):
    with pytest.raises(UsageProblem) as problem:
        target_named(name)

    assert sentence in str(problem.value)
