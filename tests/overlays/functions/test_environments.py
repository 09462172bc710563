"""Which environment an invocation gets, and what it starts with."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta

from harness.observe.eventually import eventually

COUNT = """
count = 0
def handler(event, context):
    global count
    count += 1
    return [count, context.log_stream_name]
"""


def test_module_state_lasts_from_one_invocation_to_the_next(function_of):
    function = function_of(COUNT)
    first, stream = function.result()
    assert function.result() == [first + 1, stream]


def test_what_runs_at_once_runs_in_environments_of_its_own(function_of, environments):
    function = function_of(
        """
import time
def handler(event, context):
    time.sleep(0.5)
    return context.log_stream_name
"""
    )
    with ThreadPoolExecutor(4) as callers:
        streams = set(callers.map(lambda _: function.result(), range(4)))
    assert len(streams) == len(environments(function.name))
    assert len(streams) > 1


def test_the_environment_that_was_used_last_is_used_next(function_of, environments):
    function = function_of(
        "import time\n"
        "def handler(event, context):\n"
        "    time.sleep(event)\n"
        "    return context.log_stream_name\n"
    )
    with ThreadPoolExecutor(2) as callers:
        futures = [callers.submit(function.result, seconds) for seconds in (1, 0.5)]
        earlier, later = (future.result() for future in as_completed(futures))
    assert earlier != later
    assert function.result(0) == later


def test_the_environments_view_tells_what_lives(function_of, environments, aws_account):
    function = function_of(COUNT, MemorySize=192)
    function.result()
    _, stream = function.result()
    [seen] = environments(function.name)
    assert seen["environment"] in stream
    assert seen["invocations"] == 2
    assert seen["state"] == "idle"
    assert seen["memory_mb"] == 192
    assert seen["account"] == aws_account
    assert seen["pid"] > 0


def test_new_code_replaces_all_environments(function_of, environments):
    from .conftest import archive

    function = function_of(COUNT)
    function.result()
    [old] = environments(function.name)
    function.client.update_function_code(
        FunctionName=function.name,
        ZipFile=archive({"app.py": "def handler(event, context): return 'new'"}),
    )
    function.client.get_waiter("function_updated_v2").wait(FunctionName=function.name)
    assert function.result() == "new"

    def replaced():
        assert old["environment"] not in [one["environment"] for one in environments(function.name)]

    eventually(replaced, within=timedelta(seconds=10))


def test_a_deleted_function_has_no_environments(function_of, environments):
    function = function_of(COUNT)
    function.result()
    function.client.delete_function(FunctionName=function.name)

    def gone():
        assert environments(function.name) == []

    eventually(gone, within=timedelta(seconds=10))


def test_a_published_version_keeps_its_code_and_its_own_environments(function_of):
    from .conftest import archive

    function = function_of("def handler(event, context): return context.function_version")
    version = function.client.publish_version(FunctionName=function.name)["Version"]
    function.client.get_waiter("published_version_active").wait(
        FunctionName=function.name, Qualifier=version
    )
    function.client.create_alias(FunctionName=function.name, Name="live", FunctionVersion=version)
    function.client.update_function_code(
        FunctionName=function.name,
        ZipFile=archive({"app.py": "def handler(event, context): return 'changed'"}),
    )
    function.client.get_waiter("function_updated_v2").wait(FunctionName=function.name)
    assert function.result() == "changed"
    assert function.result(Qualifier="live") == "1"


def test_a_function_gets_lambdas_variables_and_no_others(function_of):
    function = function_of(
        "import os\ndef handler(event, context): return dict(os.environ)",
        Environment={"Variables": {"MINE": "1", "TZ": "Europe/Vienna"}},
        MemorySize=256,
    )
    variables = function.result()
    key = variables.pop("AWS_ACCESS_KEY_ID")
    assert key.startswith(("ASIA", "LSIA"))
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == function.name
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert variables["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert variables["_HANDLER"] == "app.handler"
    assert variables["LAMBDA_TASK_ROOT"] == "/var/task"
    assert variables["TZ"] == "Europe/Vienna"
    assert variables["MINE"] == "1"
    assert re.fullmatch(
        r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", variables["AWS_LAMBDA_LOG_STREAM_NAME"]
    )
    assert not {"HOME", "USER", "PWD", "VIRTUAL_ENV", "HARNESS_STATE_DIR"} & set(variables)


def test_a_function_calls_aws_as_its_role(function_of, aws_account):
    function = function_of(
        "import boto3\n"
        "def handler(event, context): return boto3.client('sts').get_caller_identity()['Arn']\n"
    )
    assert function.result() == (
        f"arn:aws:sts::{aws_account}:assumed-role/function/{function.name}"
    )


def test_a_function_has_no_rights_on_the_machine(function_of):
    user, status = function_of(
        "import os\n"
        "def handler(event, context):\n"
        "    return [os.getuid(), open('/proc/self/status').read()]\n"
    ).result()
    assert user == 993
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


def test_a_function_may_have_1024_open_files(function_of):
    opened = function_of(
        """
import os
def handler(event, context):
    opened = []
    try:
        while True:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as problem:
        highest = max(opened)
        for descriptor in opened:
            os.close(descriptor)
        return [problem.strerror, highest]
"""
    )
    assert opened.result() == ["Too many open files", 1023]


def test_the_context_tells_what_lambda_tells(function_of, aws_account):
    import base64

    function = function_of(
        """
def handler(event, context):
    return {
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "tenant": context.tenant_id,
        "custom": context.client_context.custom,
        "remaining": context.get_remaining_time_in_millis(),
    }
"""
    )
    context = base64.b64encode(b'{"custom": {"key": "value"}}').decode()
    told = function.result(ClientContext=context)
    assert 0 < told.pop("remaining") <= 10_000
    assert told == {
        "arn": f"arn:aws:lambda:us-east-1:{aws_account}:function:{function.name}",
        "memory": "128",
        "tenant": None,
        "custom": {"key": "value"},
    }


def test_nothing_that_a_function_started_outlives_its_environment(function_of, environments):
    import psutil

    function = function_of(
        "import subprocess\n"
        "def handler(event, context):\n"
        "    subprocess.Popen(['sleep', '54321'], start_new_session=True)\n"
    )
    function.result()

    def sleepers() -> list[int]:
        return [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if process.info["cmdline"] == ["sleep", "54321"]
        ]

    assert len(sleepers()) == 1
    function.client.delete_function(FunctionName=function.name)

    def gone():
        assert sleepers() == []

    eventually(gone, within=timedelta(seconds=10))


def test_provisioned_environments_are_ready_before_they_are_used(function_of, environments):
    function = function_of(
        "import os\n"
        "def handler(event, context): return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
    )
    version = function.client.publish_version(FunctionName=function.name)["Version"]
    place = {"FunctionName": function.name, "Qualifier": version}
    function.client.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=2)

    def ready():
        state = function.client.get_provisioned_concurrency_config(**place)
        assert state["Status"] == "READY"

    eventually(ready, within=timedelta(seconds=20))
    assert [one["version"] for one in environments(function.name)] == [version, version]
    assert function.result(Qualifier=version) == "provisioned-concurrency"


def test_an_initialisation_that_fails_fails_the_provisioning(function_of):
    function = function_of(
        "import os\n"
        "if os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'] == 'provisioned-concurrency':\n"
        "    raise RuntimeError('no')\n"
        "def handler(event, context): return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
    )
    version = function.client.publish_version(FunctionName=function.name)["Version"]
    place = {"FunctionName": function.name, "Qualifier": version}
    function.client.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=1)

    def failed():
        state = function.client.get_provisioned_concurrency_config(**place)
        assert state["Status"] == "FAILED"

    eventually(failed, within=timedelta(seconds=20))
    assert function.result() == "on-demand"


def test_forgetting_an_account_ends_its_environments(emulator):
    import json
    import urllib.request

    from harness import wire

    from .conftest import archive

    other = emulator.new_account()
    client = emulator.client("lambda", account=other)
    assumed = emulator.client("iam", account=other).create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"})
    )
    client.create_function(
        FunctionName="forgotten",
        Runtime="python3.13",
        Handler="app.handler",
        Role=assumed["Role"]["Arn"],
        Code={"ZipFile": archive({"app.py": "def handler(event, context): return 1"})},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="forgotten")
    client.invoke(FunctionName="forgotten")

    def living() -> list[str]:
        with urllib.request.urlopen(emulator.endpoint_url + wire.ENVIRONMENTS_PATH) as answer:
            return [one["function"] for one in json.load(answer) if one["account"] == other]

    assert living() == ["forgotten"]
    emulator.release_account(other)
    assert living() == []
