"""What another program makes is found and deleted if the run has said so before."""

from __future__ import annotations

import pytest

from harness.targets.aws import Aws
from harness.targets.aws.tracking import NotTracked


@pytest.fixture
def target(stand_in, monkeypatch, tmp_path):
    """The AWS target in this process, on the stand-in, with a cache of its own."""
    for name, value in stand_in.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(tmp_path))
    target = Aws(account=stand_in.account, profile="developer")
    target.start()
    target.new_account()
    yield target
    target.remove_everything()
    target.stop()


def test_what_was_foreseen_and_made_is_deleted(target, outside):
    target.foresee("logs", "CreateLogGroup", {"logGroupName": "/by-another-program"})
    outside("logs").create_log_group(logGroupName="/by-another-program")

    target.release_account(target.accounts[0])

    assert outside("logs").describe_log_groups()["logGroups"] == []


def test_what_was_foreseen_and_never_made_is_no_trouble(target):
    target.foresee("lambda", "CreateFunction", {"FunctionName": "never-made"})

    target.release_account(target.accounts[0])

    assert target.left() == []


def test_what_is_there_already_is_not_foreseen(target, outside):
    outside("logs").create_log_group(logGroupName="/somebody-elses")

    with pytest.raises(NotTracked, match="would find /somebody-elses there already"):
        target.foresee("logs", "CreateLogGroup", {"logGroupName": "/somebody-elses"})

    target.release_account(target.accounts[0])
    [kept] = outside("logs").describe_log_groups()["logGroups"]
    assert kept["logGroupName"] == "/somebody-elses"
    outside("logs").delete_log_group(logGroupName="/somebody-elses")


def test_what_has_no_name_before_it_is_made_is_not_foreseen(target):
    with pytest.raises(NotTracked, match="can't be foreseen by a name"):
        target.foresee("apigateway", "CreateRestApi", {"name": "not an id"})
