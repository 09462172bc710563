"""Properties of AWS::Lambda::Function beyond those that LocalStack's provider knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

CODE = "def handler(event, context):\n    return None\n"


def template(**properties: Any) -> str:
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
        **properties,
    }
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    return json.dumps(
        {
            "Resources": {
                "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
                "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            }
        }
    )


@pytest.fixture(scope="module")
def deployed(aws):
    """Deploys a template and returns what the function has of concurrency and storage."""
    cloudformation, names = aws("cloudformation"), []

    def deploy(**properties: Any) -> tuple[int | None, int]:
        action = "update" if names else "create"
        call = getattr(cloudformation, f"{action}_stack")
        call(
            StackName="function",
            TemplateBody=template(**properties),
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter(f"stack_{action}_complete").wait(
            StackName="function", WaiterConfig={"Delay": 1}
        )
        resource = cloudformation.describe_stack_resource(
            StackName="function", LogicalResourceId="Function"
        )
        names.append(resource["StackResourceDetail"]["PhysicalResourceId"])
        assert len(set(names)) == 1
        reserved = aws("lambda").get_function_concurrency(FunctionName=names[-1])
        configuration = aws("lambda").get_function_configuration(FunctionName=names[-1])
        return (
            reserved.get("ReservedConcurrentExecutions"),
            configuration["EphemeralStorage"]["Size"],
        )

    return deploy


def test_a_function_gets_them_and_loses_them_with_the_template(deployed):
    assert deployed(ReservedConcurrentExecutions=3, EphemeralStorage={"Size": 1024}) == (3, 1024)
    assert deployed(ReservedConcurrentExecutions=5, EphemeralStorage={"Size": 2048}) == (5, 2048)
    assert deployed() == (None, 512)
    assert deployed(ReservedConcurrentExecutions=0) == (0, 512)


def test_inline_code_needs_no_zip_command(in_emulator_python):
    said = in_emulator_python(
        "import io, os, pathlib, zipfile\n"
        "from harness.overlays.core import patching\n"
        "from harness.overlays.stacks import function_patches\n"
        "patching.apply(function_patches.__name__)\n"
        "from localstack.services.lambda_.resource_providers import aws_lambda_function as it\n"
        "os.environ['PATH'] = '/nonexistent'\n"
        "pathlib.Path('code').mkdir()\n"
        "pathlib.Path('code/index.py').write_text('x = 1')\n"
        "made = it.create_zip_file('code', get_content=True)\n"
        "print(zipfile.ZipFile(io.BytesIO(made)).namelist())\n"
    )

    assert said.splitlines()[-1] == "['index.py']"
