"""From a template to a stack, and what the stack can be asked."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.deploy.stack import deploy as deploy_path
from harness.deploy.stack import deploy_assembly
from harness.errors import UsageProblem
from harness.observe.http import http_client

ASSEMBLY = Path(__file__).parent / "assembly"
SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, Handler: app.handler}}
Parameters: {Greeting: {Type: String, Default: hello}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: fn
      Environment: {Variables: {GREETING: !Ref Greeting}}
      Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}]
  Jobs: {Type: AWS::SQS::Queue}
Outputs:
  Function: {Value: !Ref Hello}
  Queue: {Value: !Ref Jobs}
"""
CODE = {"fn/app.py": "import os\n\n\ndef handler(event, context):\n    return os.environ\n"}


@pytest.fixture
def packaged_code(emulator):
    """Returns the names of the files in a stack's function."""

    def read(stack) -> list[str]:
        described = stack.client("lambda").get_function(FunctionName=stack.outputs["Function"])
        with http_client(emulator.endpoint_url) as client:
            content = client.get(described["Code"]["Location"]).content
        return zipfile.ZipFile(io.BytesIO(content)).namelist()

    return read


def test_a_sam_template_becomes_a_stack(deploy, aws_account, packaged_code):
    told = []
    stack = deploy(SERVERLESS, CODE, progress=told.append)
    assert stack.resources.keys() == {"Hello", "HelloRole", "Jobs"}
    assert stack.resources["Hello"] == stack.outputs["Function"]
    assert stack.outputs["Queue"].endswith(
        f"/{aws_account}/{stack.resources['Jobs'].split('/')[-1]}"
    )
    assert (stack.account, stack.region, stack.changed) == (aws_account, "us-east-1", True)
    assert packaged_code(stack) == ["app.py"]
    done = [event.logical_id for event in told if event.status == "CREATE_COMPLETE"]
    assert done == ["Jobs", "HelloRole", "Hello", stack.name]


def test_parameters_reach_the_stack_and_stay(deploy):
    stack = deploy(SERVERLESS, CODE, parameters={"Greeting": "good day"})

    def greeting():
        configured = stack.client("lambda").get_function_configuration(
            FunctionName=stack.outputs["Function"]
        )
        return configured["Environment"]["Variables"]["GREETING"]

    assert greeting() == "good day"
    stack.update()
    assert (stack.changed, greeting()) == (False, "good day")
    stack.update(parameters={"Greeting": "bye"})
    assert (stack.changed, greeting()) == (True, "bye")


def test_changed_code_is_an_update(deploy, project, packaged_code):
    stack = deploy(SERVERLESS, CODE)
    project({"fn/more.py": ""})
    stack.update()
    assert stack.changed
    assert packaged_code(stack) == ["app.py", "more.py"]


def test_the_same_name_is_an_update(deploy):
    first = deploy("Resources: {A: {Type: 'AWS::SNS::Topic'}}", name="same")
    second = deploy("Resources: {B: {Type: 'AWS::SNS::Topic'}}", name="same")
    assert first.id == second.id
    assert second.resources.keys() == {"B"}


def test_tags_are_the_stacks(deploy):
    stack = deploy("Resources: {A: {Type: 'AWS::SNS::Topic'}}", tags={"run": "7"})
    [described] = stack.client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"]
    assert described["Tags"] == [{"Key": "run", "Value": "7"}]


def test_a_template_larger_than_a_request_goes_by_way_of_s3(deploy):
    topics = "".join(
        f"  T{number}: {{Type: 'AWS::SSM::Parameter', Properties: "
        f"{{Type: String, Value: '{'x' * 3000}'}}}}\n"
        for number in range(20)
    )
    assert len(deploy(f"Resources:\n{topics}").resources) == 20


def test_nested_stacks_get_their_parameters_and_give_their_outputs(deploy):
    stack = deploy(
        """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nested/child.yaml, Parameters: {Name: !GetAtt Topic.TopicName}}
  Topic: {Type: AWS::SNS::Topic}
Outputs: {Name: {Value: !GetAtt Child.Outputs.Name}}
""",
        {
            "nested/child.yaml": "Parameters: {Name: {Type: String}}\n"
            "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref Name}}}\n"
            "Outputs: {Name: {Value: !GetAtt Q.QueueName}}\n"
        },
    )
    assert stack.outputs["Name"] == stack.resources["Topic"].rpartition(":")[2]


def test_a_changed_nested_template_is_an_update(deploy, project):
    parent = (
        "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: n.yaml}}}\n"
        "Outputs: {Delay: {Value: !GetAtt N.Outputs.Delay}}"
    )
    child = (
        "Resources: {{Q: {{Type: 'AWS::SQS::Queue', Properties: {{DelaySeconds: {0}}}}}}}\n"
        "Outputs: {{Delay: {{Value: '{0}'}}, Url: {{Value: !Ref Q}}}}"
    )
    stack = deploy(parent, {"n.yaml": child.format(1)})
    project({"n.yaml": child.format(2)})
    stack.update()
    assert stack.outputs == {"Delay": "2"}
    sqs = stack.client("sqs")
    [queue] = sqs.list_queues(QueueNamePrefix=f"{stack.name}-N")["QueueUrls"]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["DelaySeconds"])
    assert found["Attributes"] == {"DelaySeconds": "2"}


def test_a_deleted_stack_is_gone_with_what_it_made(deploy, stacks_left, aws):
    stack = deploy("Resources: {A: {Type: 'AWS::SNS::Topic'}}")
    topic = stack.resources["A"]
    stack.delete()
    assert stack.name not in stacks_left()
    assert topic not in str(aws("sns").list_topics()["Topics"])
    stack.delete()  # once more is no error


@pytest.fixture
def assembly(emulator, aws_account):
    """The assembly's stacks, deployed together."""
    stacks = deploy_assembly(
        ASSEMBLY, target=emulator, account=aws_account, region="eu-west-1", tags={"run": "7"}
    )
    yield stacks
    for stack in reversed(stacks.values()):
        stack.delete()


def test_a_cloud_assembly_is_deployed_without_the_cdk(assembly):
    assert list(assembly) == ["jobs", "Prod-Topics", "Workers"]
    assert assembly["Workers"].outputs["Jobs"] == assembly["jobs"].outputs["Arn"]
    cloudformation = assembly["jobs"].client("cloudformation")
    [nested] = cloudformation.describe_stacks(StackName=assembly["jobs"].resources["Nested"])[
        "Stacks"
    ]
    assert nested["StackStatus"] == "CREATE_COMPLETE"
    [workers] = cloudformation.describe_stacks(StackName="Workers")["Stacks"]
    assert {tag["Key"]: tag["Value"] for tag in workers["Tags"]} == {"team": "a", "run": "7"}


def test_one_stack_of_an_assembly_is_named_by_its_template(emulator, aws_account):
    where = {"target": emulator, "account": aws_account, "region": "us-east-1"}
    with pytest.raises(UsageProblem, match="holds 3 stacks"):
        deploy_path(ASSEMBLY, name="one", **where)
    stack = deploy_path(ASSEMBLY / "assembly-Prod" / "Topics.template.json", name="one", **where)
    assert stack.resources.keys() == {"Topic"}
    stack.delete()


def test_two_deployments_of_one_account_may_run_at_once(deploy):
    topic = "Resources: {A: {Type: 'AWS::SNS::Topic'}}"
    with ThreadPoolExecutor(3) as pool:
        made = [
            pool.submit(deploy, topic, name=f"parallel{n}", file=f"parallel{n}.yaml")
            for n in range(3)
        ]
    assert {stack.result().name for stack in made} == {f"parallel{n}" for n in range(3)}
