"""The fixtures, on a target that takes notes."""

from __future__ import annotations

pytest_plugins = ["pytester"]

USES_STACK = """
    def test_one(stack): assert stack.outputs["Url"] == "https://example.com"
    def test_two(stack): assert stack.resources == {"Bus": "bus-1"}
"""


def test_the_target_is_started_once_and_stopped_at_the_end(suite, noting_target):
    module = "def test_one(target): pass\ndef test_two(target): pass"
    suite(test_a=module, test_b=module).assert_outcomes(passed=4)
    assert noting_target.notes == ["start", "stop"]


def test_each_module_has_an_account_of_its_own_that_is_forgotten(suite, noting_target):
    module = """
        seen = set()
        def test_one(account): seen.add(account)
        def test_two(account): assert account in seen
    """
    suite(test_a=module, test_b=module).assert_outcomes(passed=4)
    assert noting_target.notes == [
        "start",
        "account 0",
        "release 0",
        "account 1",
        "release 1",
        "stop",
    ]


def test_clients_are_of_the_modules_account_and_region_and_are_kept(suite, noting_target):
    module = """
        def test_it(client, target):
            assert client("sqs") is client("sqs")
            client("sqs", region=target.regions[1])
            client("sqs", account=target.accounts[1])
    """
    suite(test_a=module).assert_outcomes(passed=1)
    assert [note for note in noting_target.notes if note.startswith("client")] == [
        "client sqs 000000000000 us-east-1",
        "client sqs 000000000000 eu-west-1",
        "client sqs 222222222222 us-east-1",
    ]


def test_a_client_with_a_config_is_made_anew(suite, noting_target):
    module = """
        def test_it(client):
            assert client("sqs", config=1) is not client("sqs", config=1)
    """
    suite(test_a=module).assert_outcomes(passed=1)


def test_a_modules_template_is_deployed_once_and_deleted(suite, noting_target, pytester):
    (pytester.path / "template.yaml").touch()
    suite(test_a=USES_STACK).assert_outcomes(passed=2)
    assert noting_target.notes == [
        "start",
        "account 0",
        "deploy template.yaml in 000000000000",
        "delete template.yaml",
        "release 0",
        "stop",
    ]


def test_stacks_can_be_kept_with_their_account(suite, noting_target, pytester):
    (pytester.path / "template.yaml").touch()
    result = suite("--keep-stacks", "-v", test_a=USES_STACK)
    assert not [note for note in noting_target.notes if note.startswith(("delete", "release"))]
    result.stdout.fnmatch_lines(["*: kept, in account 000000000000"])


def test_further_stacks_take_parameters_and_go_in_reverse_order(suite, noting_target):
    module = """
        def test_it(deploy):
            first = deploy("first.yaml", parameters={"Stage": "beta"})
            assert first.outputs["Stage"] == "beta"
            assert first.name != deploy("second.yaml", account="333333333333").name
    """
    suite(test_a=module).assert_outcomes(passed=1)
    assert noting_target.notes[2:6] == [
        "deploy first.yaml in 000000000000",
        "deploy second.yaml in 333333333333",
        "delete second.yaml",
        "delete first.yaml",
    ]


def test_a_missing_template_is_a_sentence(suite, noting_target):
    result = suite(test_a=USES_STACK)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["The stack fixture found no template in *"])
    result.stdout.no_fnmatch_line("*deployments.py*")


def test_progress_is_told_on_demand(suite, noting_target, pytester):
    (pytester.path / "template.yaml").touch()
    quiet = suite(test_a=USES_STACK).stdout.str()
    loud = suite("-v", test_a=USES_STACK).stdout.str()
    assert "deploying template.yaml" not in quiet
    assert "deploying template.yaml" in loud
    assert "deployed, 1 resources" in loud


def test_eventually_waits(suite, noting_target):
    module = """
        from datetime import timedelta

        def test_it(eventually):
            looks = iter([1, 2, 3])
            def three():
                assert next(looks) == 3
            eventually(three, within=timedelta(seconds=5))
    """
    suite(test_a=module).assert_outcomes(passed=1)
    assert noting_target.notes == []


def test_once_a_target_runs_nothing_beyond_the_machine_is_reached(suite, noting_target):
    module = """
        import socket
        import pytest
        from harness import HarnessError

        def test_it(target):
            with pytest.raises(HarnessError, match="192.0.2.1, which isn't on this machine"):
                socket.create_connection(("192.0.2.1", 80), timeout=1)
    """
    suite(test_a=module).assert_outcomes(passed=1)
