"""Deployments that fail: one clear sentence, and nothing half-made left behind."""

from __future__ import annotations

import pytest

from harness.deploy.problems import TemplateProblem
from harness.errors import DeploymentFailed, HarnessError, UsageProblem

FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: fn, Handler: app.handler, Runtime: python3.12}
"""
BAD_QUEUE = "{Type: 'AWS::SQS::Queue', Properties: {QueueName: 'no such name'}}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Resources: {A: {Type: 'AWS::Batch::JobQueue'}}",
         'This target can\'t make AWS::Batch::JobQueue ("A").'),
        ("Resources: {A: {Type: 'AWS::Made::Up'}}", 'This target can\'t make AWS::Made::Up ("A").'),
        ("Resources: {A: {Type: Nonsense}}", 'This target can\'t make Nonsense ("A").'),
        ("Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref Nope}}}",
         "refuses template.yaml for the stack refused: Template format error: Unresolved "
         "resource dependencies [Nope] in the Resources block of the template."),
    ],
)  # fmt: skip
def test_a_template_that_cloudformation_refuses_leaves_no_stack(
    deploy, stacks_left, text, sentence
):
    with pytest.raises(DeploymentFailed) as failure:
        deploy(text, name="refused")
    assert sentence in failure.value.problem
    assert "refused" not in stacks_left()


def test_a_resource_that_fails_is_named_and_the_rest_taken_back(deploy, stacks_left, aws):
    with pytest.raises(DeploymentFailed) as failure:
        deploy(
            f"""
Resources:
  Before: {{Type: AWS::SQS::Queue}}
  Bad: {BAD_QUEUE.replace("{Type", "{DependsOn: Before, Type")}
  After: {{Type: AWS::SQS::Queue, DependsOn: Bad}}
""",
            name="failing",
        )
    assert failure.value.problem.startswith(
        "The stack failing failed to create: Bad (AWS::SQS::Queue): An error occurred "
        "(InvalidParameterValue) when calling the CreateQueue operation: Can only include"
    )
    [note] = failure.value.__notes__
    assert "CREATE_COMPLETE    AWS::SQS::Queue              Before" in note
    assert "DELETE_COMPLETE    AWS::SQS::Queue              Before" in note
    assert "After" not in note
    assert "failing" not in stacks_left()
    assert aws("sqs").list_queues(QueueNamePrefix="failing").get("QueueUrls", []) == []


def test_after_a_failure_the_name_is_free(deploy):
    with pytest.raises(DeploymentFailed):
        deploy(f"Resources: {{A: {BAD_QUEUE}}}", name="again")
    assert deploy("Resources: {A: {Type: 'AWS::SQS::Queue'}}", name="again").resources


def test_a_failed_nested_stack_is_told_by_its_own_resource(deploy, stacks_left):
    with pytest.raises(DeploymentFailed) as failure:
        deploy(
            "Resources: {Child: {Type: 'AWS::CloudFormation::Stack', "
            "Properties: {TemplateURL: child.yaml}}}",
            {"child.yaml": f"Resources: {{Inner: {BAD_QUEUE}}}"},
            name="parent",
        )
    assert "Inner (AWS::SQS::Queue) in the nested stack parent-Child-" in failure.value.problem
    assert not any(name.startswith("parent") for name in stacks_left())


def test_an_update_that_fails_is_rolled_back(deploy, project, stacks_left):
    queue = "{Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: %s}}"
    stack = deploy(f"Resources: {{A: {queue % 1}}}\nOutputs: {{Url: {{Value: !Ref A}}}}")
    project(
        {
            "template.yaml": f"Resources: {{A: {queue % 2}, New: {{Type: 'AWS::SNS::Topic', "
            f"DependsOn: A}}, Bad: {BAD_QUEUE.replace('{Type', '{DependsOn: New, Type')}}}"
        }
    )
    with pytest.raises(DeploymentFailed, match=r"failed to update: Bad \(AWS::SQS::Queue\)"):
        stack.update()
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["Url"], AttributeNames=["DelaySeconds"]
    )["Attributes"]
    assert attributes == {"DelaySeconds": "1"}
    assert stacks_left()[stack.name] == "UPDATE_ROLLBACK_COMPLETE"
    assert f"{stack.name}-New" not in str(stack.client("sns").list_topics()["Topics"])

    project({"template.yaml": f"Resources: {{A: {queue % 3}}}"})
    stack.update()
    assert stack.changed


def test_a_resource_without_an_update_says_so(deploy, project):
    key = (
        "Resources: {A: {Type: 'AWS::ApiGateway::ApiKey', Properties: {Name: b, Description: %s}}}"
    )
    stack = deploy(key % "one")
    project({"template.yaml": key % "two"})
    with pytest.raises(DeploymentFailed, match="AWS::ApiGateway::ApiKey can't be updated"):
        stack.update()


@pytest.mark.parametrize(
    ("text", "files", "words"),
    [
        ("Resources: {F: {Type: 'AWS::Lambda::Function', Properties: {Code: ../other}}}", {},
         "outside the template's folder"),
        ("Resources: {F: {Type: 'AWS::Lambda::Function', Properties: {Code: fn}}}", {},
         "doesn't exist"),
        (FUNCTION, {"fn/app.py": "def handler(event, context)\n    pass\n"},
         r"app\.py, line 1: expected ':'"),
        (FUNCTION, {"fn/app.py": "", "fn/requirements.txt": "./nothing-here\n"},
         "can't be installed"),
    ],
    ids=["outside", "missing", "syntax error", "libraries"],
)  # fmt: skip
def test_nothing_is_deployed_of_a_template_with_bad_code(deploy, stacks_left, text, files, words):
    with pytest.raises(HarnessError, match=words):
        deploy(text, files, name="unborn")
    assert "unborn" not in stacks_left()


def test_a_parameter_that_isn_t_there_is_refused_before_anything(deploy, stacks_left):
    with pytest.raises(UsageProblem, match='no parameter "Nope"'):
        deploy("Resources: {A: {Type: 'AWS::SNS::Topic'}}", parameters={"Nope": 1}, name="unborn")
    assert "unborn" not in stacks_left()


def test_sam_s_complaint_is_a_template_problem(deploy):
    with pytest.raises(TemplateProblem, match='resource "F": property Nope not defined'):
        deploy(
            "Transform: AWS::Serverless-2016-10-31\n"
            "Resources: {F: {Type: 'AWS::Serverless::Function', "
            "Properties: {InlineCode: x, Handler: a.b, Runtime: python3.13, Nope: 1}}}"
        )
