"""Which runtimes run, with what, and what is said of the others."""

from __future__ import annotations

import pytest

from harness.emulator.runtimes import describe_runtimes, notes

RUNTIMES = describe_runtimes()["runtimes"]


def requires(name: str) -> pytest.MarkDecorator:
    absent = RUNTIMES.get(name, {"absent": "unknown"}).get("absent")
    return pytest.mark.skipif(absent is not None, reason=f"{name}: {absent}")


@pytest.mark.parametrize("name", ["python3.12", "python3.13", "python3.14"])
def test_python_runs_in_the_version_that_is_named_or_says_so(function_of, name):
    function = function_of(
        "import sys\ndef handler(event, context): return sys.version_info[:2]\n", Runtime=name
    )
    version = "python{}.{}".format(*function.result())
    said = dict(notes({"runtimes": RUNTIMES})).get(name)
    if version == name:
        assert said is None
    else:
        assert version.removeprefix("python") in said
        assert f"[harness] {said}\n" in function.log_events(until="REPORT")


def test_the_runtime_brings_boto3_with_the_durable_and_tenant_apis(function_of):
    function = function_of(
        """
import boto3
def handler(event, context):
    client = boto3.client("lambda")
    invoke = client.meta.service_model.operation_model("Invoke").input_shape.members
    return [
        boto3.__file__,
        "TenantId" in invoke,
        hasattr(client, "checkpoint_durable_execution"),
    ]
"""
    )
    assert function.result() == ["/var/runtime/boto3/__init__.py", True, True]


def test_the_runtime_brings_the_durable_execution_sdk(function_of):
    function = function_of(
        "import aws_durable_execution_sdk_python as sdk\n"
        "def handler(event, context): return sdk.__file__\n"
    )
    assert function.result().startswith("/var/runtime/aws_durable_execution_sdk_python/")


def test_libraries_that_a_function_packages_win_over_the_runtimes(function_of):
    function = function_of(
        files={
            "app.py": "import boto3, sys\n"
            "def handler(event, context): return [boto3.__version__, 'botocore' in sys.modules]\n",
            "boto3/__init__.py": "__version__ = 'mine'\n",
        }
    )
    assert function.result() == ["mine", False]


def test_a_module_of_the_function_may_be_named_like_a_library(function_of):
    function = function_of(
        files={
            "app.py": "import uuid\ndef handler(event, context): return uuid.MINE\n",
            "uuid.py": "MINE = 1\n",
        }
    )
    assert function.result() == 1


def test_tracebacks_name_lambdas_own_paths(function_of):
    function = function_of("def handler(event, context): import json; json.loads('{')\n")
    trace = "".join(function().payload["stackTrace"])
    assert '"/var/task/app.py"' in trace
    assert '"/var/lang/lib/python3.13/json/__init__.py"' in trace


def test_a_wrapper_script_starts_the_runtime_with_its_layers(function_of, aws):
    from .conftest import archive

    layer = aws("lambda").publish_layer_version(
        LayerName="wrapped", Content={"ZipFile": archive({"python/layered.py": "NAME = 'layer'"})}
    )
    function = function_of(
        files={
            "app.py": "import os, layered\n"
            "def handler(event, context): return [os.environ['WRAPPED'], layered.NAME]\n",
            "wrapper": '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n',
        },
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}},
        Layers=[layer["LayerVersionArn"]],
    )
    assert function.result() == ["yes", "layer"]


BOOTSTRAP = """\
#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while true; do
  head=$(mktemp)
  event=$(curl -sS -D "$head" "$api/next")
  id=$(grep -i Lambda-Runtime-Aws-Request-Id "$head" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS -o /dev/null "$api/$id/response" -d "{\\"echo\\": $event}"
done
"""


@requires("provided.al2023")
def test_a_bootstrap_is_its_own_runtime(function_of):
    function = function_of(
        files={"bootstrap": BOOTSTRAP}, Runtime="provided.al2023", Handler="unused"
    )
    assert function.result([1, 2]) == {"echo": [1, 2]}
    assert function.result("again") == {"echo": "again"}


NODE = """
let count = 0;
exports.handler = async (event, context) => {
  count += 1;
  console.log("hello");
  if (event === "fail") throw new TypeError("bad");
  if (event === "exit") process.exit(2);
  return [count, context.awsRequestId.length, process.cwd(), process.getuid()];
};
"""


@requires("nodejs22.x")
def test_node_functions_run(function_of):
    function = function_of(files={"index.js": NODE}, Runtime="nodejs22.x", Handler="index.handler")
    assert function.result() == [1, 36, "/var/task", 993]
    failed = function("fail")
    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == "TypeError"
    assert failed.payload["errorMessage"] == "bad"
    assert "INFO\thello" in failed.tail
    assert function.result()[0] == 3
    assert function("exit").payload["errorType"] == "Runtime.ExitError"
    assert function.result()[0] == 1


@requires("nodejs22.x")
def test_node_responses_may_be_streamed(function_of):
    function = function_of(
        files={
            "index.mjs": """
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  for (const part of ['"a', "b", 'c"']) stream.write(part);
  stream.end();
});
"""
        },
        Runtime="nodejs22.x",
        Handler="index.handler",
    )
    assert function.result() == "abc"
    assert function.result() == "abc"


@pytest.mark.parametrize("runtime", ["java21", "ruby3.4", "dotnet8"])
def test_a_runtime_that_cannot_run_is_refused(aws, role, runtime):
    from .conftest import archive

    client = aws("lambda")
    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        client.create_function(
            FunctionName="refused",
            Runtime=runtime,
            Handler="x.y",
            Role=role,
            Code={"ZipFile": archive({"x": ""})},
        )
    assert refused.value.response["Error"]["Message"] == (
        f"The runtime {runtime} can't run here: the harness has no such runtime, and this emulator "
        'starts no containers. Use a runtime that "harness doctor" lists, or run the emulator in a '
        "container with Docker's socket mounted."
    )
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="refused")


def test_a_container_image_is_refused(aws, role):
    client = aws("lambda")
    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        client.create_function(
            FunctionName="refused",
            PackageType="Image",
            Role=role,
            Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:1"},
        )
    assert "Functions from container images can't run here" in str(refused.value)


def test_a_function_cannot_change_to_a_runtime_that_cannot_run(function_of):
    function = function_of("def handler(event, context): return 1")
    client = function.client
    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        client.update_function_configuration(FunctionName=function.name, Runtime="java21")
    assert "The runtime java21 can't run here" in str(refused.value)
    assert function.result() == 1


RESOLVE = "abc.lambda-url.us-east-1.localhost.localstack.cloud"


def test_python_functions_find_the_emulator_by_its_names(function_of):
    function = function_of(
        "import socket\ndef handler(event, context): return "
        "socket.getaddrinfo(event, 80)[0][4][0]\n"
    )
    assert function.result(RESOLVE) == "127.0.0.1"


@requires("nodejs22.x")
def test_node_functions_find_the_emulator_by_its_names(function_of):
    function = function_of(
        files={
            "index.mjs": "import dns from 'node:dns';\n"
            "export const handler = (event) => new Promise((resolve) =>\n"
            "  dns.lookup(event, (problem, address) => resolve(address)));\n"
        },
        Runtime="nodejs22.x",
        Handler="index.handler",
    )
    assert function.result(RESOLVE) == "127.0.0.1"
