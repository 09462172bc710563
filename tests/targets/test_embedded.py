"""The embedded target: an emulator that is there when asked for and gone afterwards."""

from __future__ import annotations


def test_an_account_sees_its_own_resources_alone(emulator, aws):
    other = emulator.new_account()
    aws("sqs").create_queue(QueueName="mine")

    assert "QueueUrls" not in emulator.client("sqs", account=other).list_queues()


def test_localstack_runs_beside_the_overlays_of_this_version(in_emulator_python):
    import harness

    assert in_emulator_python("import harness; print(harness.__version__)").strip() == (
        harness.__version__
    )
