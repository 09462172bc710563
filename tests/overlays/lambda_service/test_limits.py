"""What a function may be made of.

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import io
import zipfile

import pytest
from botocore.exceptions import ClientError

from .conftest import archive, body_of

UNREADABLE = {
    "Code": "InvalidParameterValueException",
    "Message": "Could not unzip uploaded file. Please check your file, then try to upload again.",
}


def named(name):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(name, "")
    return packed.getvalue()


EVIL = {
    "no archive": b"this isn't an archive",
    "up and out": named("../evil.py"),
    "absolute": named("/tmp/evil.py"),
}


@pytest.mark.parametrize("content", EVIL.values(), ids=EVIL)
def test_a_function_isnt_made_of_an_archive_that_leaves_its_folder(lambda_client, role, content):
    with pytest.raises(ClientError) as refused:
        lambda_client.create_function(
            FunctionName="evil",
            Runtime="python3.13",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": content},
        )
    assert refused.value.response["Error"] == UNREADABLE
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName="evil")


@pytest.mark.parametrize("content", EVIL.values(), ids=EVIL)
def test_nor_is_a_layer(lambda_client, content):
    with pytest.raises(ClientError) as refused:
        lambda_client.publish_layer_version(LayerName="evil", Content={"ZipFile": content})
    assert refused.value.response["Error"] == UNREADABLE


def test_nor_does_an_update_take_one(lambda_client, create):
    function = create("def handler(event, context):\n    return 'kept'\n")
    with pytest.raises(ClientError) as refused:
        lambda_client.update_function_code(FunctionName=function, ZipFile=EVIL["up and out"])
    assert refused.value.response["Error"] == UNREADABLE
    assert body_of(lambda_client.invoke(FunctionName=function)) == "kept"


def test_layers_lie_at_opt_the_later_over_the_earlier(lambda_client, create):
    def layer(name, **modules):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as zipped:
            for module, source in modules.items():
                zipped.writestr(f"python/{module}.py", source)
        return lambda_client.publish_layer_version(
            LayerName=name, Content={"ZipFile": packed.getvalue()}
        )["LayerVersionArn"]

    layers = [layer("first", a="V = 1", b="V = 1"), layer("second", b="V = 2")]
    function = create(
        "import a, b\n\n\ndef handler(event, context):\n    return [a.V, b.V, a.__file__]\n",
        Layers=layers,
    )
    assert body_of(lambda_client.invoke(FunctionName=function)) == [1, 2, "/opt/python/a.py"]


def test_scratch_space_is_as_large_as_configured(lambda_client, create):
    source = """
    import shutil


    def handler(event, context):
        return shutil.disk_usage("/tmp").total // 2**20
    """
    function = create(source, EphemeralStorage={"Size": 600})
    assert body_of(lambda_client.invoke(FunctionName=function)) == 600


def test_environment_variables_take_four_kilobytes(lambda_client, create, role):
    source = "import os\n\n\ndef handler(event, context):\n    return len(os.environ['V'])\n"
    function = create(source, Environment={"Variables": {"V": "x" * 4000}})
    assert body_of(lambda_client.invoke(FunctionName=function)) == 4000
    with pytest.raises(ClientError) as refused:
        lambda_client.create_function(
            FunctionName="verbose",
            Runtime="python3.13",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": archive(app=source)},
            Environment={"Variables": {"V": "x" * 4096}},
        )
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert refused.value.response["Error"]["Message"].startswith(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit."
    )


def test_json_logs_hold_events_of_platform_and_function(lambda_client, create, aws, logged):
    function = create(
        "import logging\n\n\ndef handler(event, context):\n    logging.info('hello')\n",
        LoggingConfig={"LogFormat": "JSON"},
    )
    request = lambda_client.invoke(FunctionName=function)["ResponseMetadata"]["RequestId"]
    events = logged(f"/aws/lambda/{function}", "platform.report")
    platform = {event["type"]: event["record"] for event in events if "type" in event}
    assert platform["platform.start"]["requestId"] == request
    assert platform["platform.report"]["requestId"] == request
    (hello,) = [event for event in events if event.get("message") == "hello"]
    assert (hello["level"], hello["requestId"]) == ("INFO", request)
