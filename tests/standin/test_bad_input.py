"""What goes wrong before and during a run: a sentence, a remedy, an exit code, nothing left."""

from __future__ import annotations

import threading

import pytest

from .faults import DENIED, EXPIRED, LOST, THROTTLED, Fault
from .inventory import inventory
from .runs import ended, interrupt

# https://docs.pytest.org/en/stable/reference/exit-codes.html, and harness.commands.exit_codes.
FAILED, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130


@pytest.fixture
def nothing_new(stand_in):
    """Asserts that the account holds what it held before."""
    before = inventory(stand_in.client)

    def assert_nothing_new(said=""):
        assert inventory(stand_in.client) - before == set(), said

    return assert_nothing_new


def at_call(stand_in, operation, do):
    """Do something, once, in a thread of its own, when AWS has done an operation."""
    happened = threading.Event()

    def witness(seen, *, is_done):
        if is_done and str(seen) == operation and not happened.is_set():
            happened.set()
            threading.Thread(target=do).start()

    stand_in.door.witness = witness
    return happened


def test_a_profile_that_isnt_there(project, nothing_new):
    project.profile = "developr"

    run = ended(project.run())

    assert 'There is no AWS profile "developr". Did you mean "developer"?' in run.text
    assert run.code == USAGE
    nothing_new()


def test_credentials_for_another_account(stand_in, project, nothing_new):
    project.profile = "partner"

    run = ended(project.run())

    other = stand_in.profiles["partner"].account
    assert f"The credentials are for the account {other}" in run.text
    assert f"--aws-account names {stand_in.account}." in run.text
    assert run.code == USAGE
    nothing_new()


def test_no_credentials_at_all(project, nothing_new, tmp_path):
    file = tmp_path / "config"
    file.write_text("[profile developer]\nregion = us-east-1\n")
    project.variables = {
        "AWS_CONFIG_FILE": str(file),
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    run = ended(project.run())

    assert 'There are no AWS credentials (the profile "developer")' in run.text
    assert run.code == ENVIRONMENT
    nothing_new()


def test_credentials_that_nobody_knows(project, nothing_new, tmp_path):
    file = tmp_path / "credentials"
    file.write_text(
        "[developer]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wrong\n"
    )
    project.variables = {"AWS_SHARED_CREDENTIALS_FILE": str(file)}

    run = ended(project.run())

    assert 'AWS doesn\'t know the credentials (the profile "developer")' in run.text
    assert run.code == ENVIRONMENT
    assert "AKIAIOSFODNN7EXAMPLE" not in run.text
    nothing_new()


def test_credentials_that_have_expired(stand_in, project, nothing_new):
    stand_in.door.faults.append(Fault(EXPIRED))

    run = ended(project.run())

    assert 'AWS says that the credentials have expired (the profile "developer").' in run.text
    assert "Renew them and start again" in run.text
    assert run.code == ENVIRONMENT
    nothing_new()


@pytest.mark.parametrize(
    "operation",
    ["cloudformation:ExecuteChangeSet", "sqs:CreateQueue", "cloudformation:DeleteStack"],
    ids=["while a stack is made", "while the test runs", "while the stack goes"],
)
def test_credentials_that_expire_in_the_middle(stand_in, project, nothing_new, operation):
    at_call(stand_in, operation, lambda: stand_in.door.faults.append(Fault(EXPIRED)))

    run = ended(project.run())
    stand_in.door.faults.clear()
    swept = project.sweep()

    assert "Traceback" not in run.text
    assert "ExceptionGroup" not in run.text
    assert "AWS says that the credentials have expired" in run.text
    assert "harness aws sweep" in run.text
    assert run.code == ENVIRONMENT
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


@pytest.mark.parametrize(
    "operation",
    [
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:ListStackResources",
    ],
)
def test_an_action_that_is_denied_in_the_middle_of_a_deployment(
    stand_in, project, nothing_new, operation
):
    stand_in.door.faults.append(Fault(DENIED, on=[operation]))

    run = ended(project.run())
    stand_in.door.faults.clear()
    swept = project.sweep()

    assert f"is not authorized to perform: {operation}" in run.text
    assert run.code == FAILED
    assert "Traceback" not in run.text
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


def test_an_action_that_is_denied_to_the_cleaning_up(stand_in, project, nothing_new):
    stand_in.door.faults.append(Fault(DENIED, on=["sqs:DeleteQueue"]))

    run = ended(project.run())
    stand_in.door.faults.clear()
    swept = project.sweep()

    assert "AWS::SQS::Queue" in run.text
    assert "could not be deleted" in run.text
    assert 'then "harness aws sweep --run' in run.text
    assert run.code == FAILED
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


def test_throttling_that_passes_is_waited_out(stand_in, project, nothing_new):
    for service in ("cloudformation", "s3", "lambda", "sqs", "logs"):
        stand_in.door.faults.append(Fault(THROTTLED, on=[f"{service}:*"], after=1, times=3))

    run = ended(project.run())

    assert run.code == 0, run.text
    nothing_new(run.text)


def test_throttling_that_doesnt_pass(stand_in, project, nothing_new):
    stand_in.door.faults.append(Fault(THROTTLED, on=["cloudformation:ExecuteChangeSet"]))

    run = ended(project.run())
    stand_in.door.faults.clear()
    swept = project.sweep()

    assert "Rate exceeded" in run.text
    assert run.code == FAILED
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


def test_a_connection_that_breaks_now_and_then_is_made_anew(stand_in, project, nothing_new):
    for after in (5, 20, 40, 60):
        stand_in.door.faults.append(Fault(LOST, after=after, times=1))

    run = ended(project.run())

    assert run.code == 0, run.text
    nothing_new(run.text)


def test_a_network_that_is_lost_in_the_middle(stand_in, project, nothing_new):
    lost = at_call(stand_in, "sqs:CreateQueue", stand_in.door.lose_network)

    run = ended(project.run())
    assert lost.is_set()
    stand_in.door.open()
    swept = project.sweep()

    assert "AWS can't be reached" in run.text
    assert 'Check the network and start again; "harness aws sweep" lists what is left.' in run.text
    assert run.code == ENVIRONMENT
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


def test_ctrl_c_ends_a_run_and_it_cleans_up(stand_in, project, nothing_new):
    run = project.run()
    at_call(stand_in, "cloudformation:ExecuteChangeSet", lambda: interrupt(run))

    done = ended(run)

    assert done.code == INTERRUPTED, done.text
    assert "Traceback" not in done.text
    nothing_new(done.text)


def test_a_second_ctrl_c_ends_the_cleaning_up_and_the_sweep_does_the_rest(
    stand_in, project, nothing_new
):
    run = project.run()

    def once_and_again():
        interrupt(run)
        at_call(stand_in, "cloudformation:DeleteStack", lambda: interrupt(run))

    at_call(stand_in, "sqs:CreateQueue", once_and_again)

    done = ended(run)
    swept = project.sweep()

    assert done.code == FAILED, done.text
    assert "things that it made may still be there" in done.text
    assert '"harness aws sweep --run' in done.text
    assert "Traceback" not in done.text
    assert swept.code == 0, swept.text
    nothing_new(swept.text)


def test_a_sweep_that_is_broken_off_is_taken_up_by_the_next(stand_in, project, nothing_new):
    run = project.pytest()
    at_call(stand_in, "sqs:CreateQueue", run.kill)
    ended(run)
    stand_in.door.witness = None
    stand_in.door.faults.append(Fault(EXPIRED, on=["cloudformation:DeleteStack"]))

    broken_off = project.sweep()
    stand_in.door.faults.clear()
    swept = project.sweep()

    assert "AWS says that the credentials have expired" in broken_off.text
    assert broken_off.code == ENVIRONMENT
    assert swept.code == 0, swept.text
    nothing_new(swept.text)
