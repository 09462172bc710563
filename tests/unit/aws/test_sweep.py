"""harness aws sweep: by journal and by tag, never what goes on, and exit codes for scripts."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace

import psutil
import pytest

from harness.cli import main
from harness.targets.aws.arns import named_by
from harness.targets.aws.journal import RunHead, State, Thing, journal_of
from harness.targets.aws.runs import is_running

from .conftest import ACCOUNT, Answer, json_error, query_answer

NOTHING_TAGGED = Answer({"ResourceTagMappingList": []})


@pytest.fixture
def world(fake, monkeypatch, tmp_path):
    """An account with one table, and no stack."""
    monkeypatch.chdir(tmp_path)
    tables = {"orders"}

    def described(asked):
        if asked.parameters["TableName"] in tables:
            return Answer({"Table": {"TableArn": "arn"}})
        return json_error("ResourceNotFoundException", "none")

    def deleted(asked):
        tables.discard(asked.parameters["TableName"])
        return Answer({})

    fake.answers |= {
        "DescribeStacks": query_answer("DescribeStacks", "<Stacks></Stacks>"),
        "GetResources": NOTHING_TAGGED,
        "DescribeTable": described,
        "DeleteTable": deleted,
        "GET /2015-03-31/functions/": Answer({"Functions": []}),
        "GET /2015-03-31/functions": Answer({"Functions": []}),
        "DescribeLogGroups": Answer({"logGroups": []}),
        "GET /": Answer("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"),
        "GET /?x-id": Answer("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"),
    }
    return tables


@pytest.fixture
def killed_run(world):
    """The journal of a run that is over and has left a table."""
    journal = journal_of("ab12cd34")
    journal.begin(
        RunHead(
            run="ab12cd34",
            owner="me",
            account=ACCOUNT,
            profiles={ACCOUNT: "dev"},
            regions=("us-east-1",),
            started="2026-01-01T00:00:00+00:00",
            process=2**22 + 1,
            process_started=0.0,
            machine=socket.gethostname(),
            stand_in=os.environ["HARNESS_AWS_STAND_IN"],
        )
    )
    journal.note(Thing("AWS::DynamoDB::Table", ACCOUNT, "us-east-1", "orders", State.CREATED))
    return journal


def swept(capsys, *arguments):
    with pytest.raises(SystemExit) as ending:
        main(["aws", "sweep", *arguments])
    printed = capsys.readouterr()
    return ending.value.code, printed.out, printed.err


def test_what_a_killed_run_left_is_listed(killed_run, capsys):
    code, out, _ = swept(capsys, "--json")
    assert code == 1
    (found,) = json.loads(out)["leftovers"]
    assert (found["kind"], found["id"]) == ("AWS::DynamoDB::Table", "orders")
    assert (found["run"], found["whose"], found["found_by"]) == ("ab12cd34", "ours", "journal")


def test_and_deleted_when_asked(killed_run, world, capsys):
    code, out, _ = swept(capsys, "--delete", "--yes")
    assert (code, out.splitlines()[-1]) == (0, "Nothing is left.")
    assert world == set()
    assert killed_run.left() == []


def test_nobody_to_ask_means_nothing_is_deleted(killed_run, world, capsys):
    code, _, err = swept(capsys, "--delete")
    assert code == 2
    assert "Nobody can be asked whether 1 things may be deleted" in err
    assert world == {"orders"}


def test_what_is_gone_is_written_off(killed_run, world, capsys):
    world.clear()
    assert swept(capsys)[0] == 0
    assert killed_run.left() == []


def test_a_run_that_goes_on_is_left_alone(killed_run, world, capsys):
    head = killed_run.head()
    own = psutil.Process()
    killed_run.file.unlink()
    killed_run.begin(replace(head, process=own.pid, process_started=own.create_time()))
    killed_run.note(Thing("AWS::DynamoDB::Table", ACCOUNT, "us-east-1", "orders", State.CREATED))
    code, out, _ = swept(capsys, "--delete", "--yes", "--json")
    assert code == 0
    assert [one["whose"] for one in json.loads(out)["leftovers"]] == ["running"]
    assert world == {"orders"}


def _tagged(run):
    tags = [{"Key": "aws-pattern-harness:run", "Value": run}]
    arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"
    return Answer({"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": tags}]})


def test_another_machines_run_is_listed_by_tag_and_deleted_by_name_alone(world, fake, capsys):
    fake.answers["GetResources"] = _tagged("ffff0000")
    where = ("--aws-account", ACCOUNT, "--profile", "dev", "--region", "us-east-1", "--yes")
    code, out, _ = swept(capsys, *where, "--delete")
    assert code == 1
    assert 'deleted only with "--run ID --delete"' in out
    assert world == {"orders"}

    assert swept(capsys, *where, "--delete", "--run", "ffff0000")[0] == 0
    assert world == set()


def test_a_listing_by_tag_that_lags_behind_names_nothing(world, fake, capsys):
    fake.answers["GetResources"] = _tagged("ffff0000")
    world.clear()
    where = ("--aws-account", ACCOUNT, "--profile", "dev", "--region", "us-east-1")
    assert swept(capsys, *where)[0] == 0


def test_the_wrong_account_is_refused_before_anything_is_looked_at(world, fake, capsys):
    code, _, err = swept(capsys, "--aws-account", "999999999999", "--profile", "dev")
    assert code == 2
    assert f"The credentials are for the account {ACCOUNT}" in err
    assert fake.operations == ["GetCallerIdentity"]


def test_production_is_refused(world, fake, capsys):
    fake.aliases("shop-prod")
    code, _, err = swept(capsys, "--aws-account", ACCOUNT, "--profile", "dev")
    assert code == 2
    assert "marked as production" in err


def test_without_runs_it_says_where_it_did_not_look(world, capsys):
    code, out, _ = swept(capsys)
    assert code == 0
    assert out.startswith("No run on AWS is known on this machine")


def test_a_stand_ins_run_is_none_of_awss(killed_run, monkeypatch, capsys):
    monkeypatch.setenv("HARNESS_AWS_STAND_IN", "https://127.0.0.1:2")
    assert swept(capsys)[1].startswith("No run on AWS is known")


def test_runs_are_listed(killed_run, capsys):
    with pytest.raises(SystemExit):
        main(["aws", "runs", "--json"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["run"], run["left"], run["is_running"]) == ("ab12cd34", 1, False)


def test_a_process_id_that_is_used_again_is_another_process(killed_run):
    own = psutil.Process()
    head = replace(killed_run.head(), process=own.pid)
    assert not is_running(head)
    assert is_running(replace(head, process_started=own.create_time()))


@pytest.mark.parametrize(
    ("rest", "kind", "called"),
    [
        ("s3:::bucket", "AWS::S3::Bucket", "bucket"),
        ("sqs:us-east-1:1:q", "AWS::SQS::Queue", "q"),
        ("lambda:us-east-1:1:function:f", "AWS::Lambda::Function", "f"),
        ("logs:us-east-1:1:log-group:/aws/lambda/f", "AWS::Logs::LogGroup", "/aws/lambda/f"),
        ("events:us-east-1:1:rule/bus/r", "AWS::Events::Rule", "bus|r"),
        ("apigateway:us-east-1::/restapis/abc", "AWS::ApiGateway::RestApi", "abc"),
        ("ssm:us-east-1:1:parameter/a/b", "AWS::SSM::Parameter", "/a/b"),
        ("ssm:us-east-1:1:parameter/a", "AWS::SSM::Parameter", "a"),
        ("iam::1:role/path/r", "AWS::IAM::Role", "r"),
        ("ec2:us-east-1:1:vpc/v", "ec2:vpc", "arn:aws:ec2:us-east-1:1:vpc/v"),
    ],
)
def test_arns_name_kinds(rest, kind, called):
    assert named_by(f"arn:aws:{rest}") == (kind, called)
