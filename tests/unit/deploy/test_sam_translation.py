"""SAM templates in CloudFormation's words."""

from __future__ import annotations

import pytest

from harness.deploy.problems import TemplateProblem
from harness.deploy.sam import translated
from harness.deploy.template import read_template

SAM = "Transform: AWS::Serverless-2016-10-31\n"
FUNCTION = "Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: i.h, "


@pytest.fixture
def translate(project):
    def translate(text: str, parameters=None, region="eu-west-1"):
        template = read_template(project({"template.yaml": text}) / "template.yaml")
        return translated(template, parameters or {}, region=region)

    return translate


def test_a_function_gets_its_role(translate):
    document = translate(f"{SAM}Resources: {{F: {{{FUNCTION}Runtime: python3.13}}}}}}")
    types = {name: one["Type"] for name, one in document["Resources"].items()}
    assert types == {"F": "AWS::Lambda::Function", "FRole": "AWS::IAM::Role"}
    assert "Transform" not in document


def test_properties_of_this_year_are_known(translate):
    document = translate(
        f"{SAM}Resources: {{F: {{{FUNCTION}Runtime: python3.13, "
        "TenancyConfig: {TenantIsolationMode: PER_TENANT}}}, "
        f"G: {{{FUNCTION}Runtime: python3.13, DurableConfig: {{ExecutionTimeout: 60}}}}}}}}"
    )
    functions = document["Resources"]
    assert functions["F"]["Properties"]["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}
    assert functions["G"]["Properties"]["DurableConfig"] == {"ExecutionTimeout": 60}


def test_globals_and_implicit_apis_are_resolved(translate):
    document = translate(
        f"""{SAM}
Globals: {{Function: {{Runtime: python3.13}}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: x
      Handler: index.handler
      Events: {{Get: {{Type: Api, Properties: {{Path: /items, Method: get}}}}}}
"""
    )
    api = document["Resources"]["ServerlessRestApi"]["Properties"]["Body"]
    assert list(api["paths"]) == ["/items"]
    assert document["Resources"]["F"]["Properties"]["Runtime"] == "python3.13"


def test_parameters_decide_what_depends_on_them(translate):
    text = f"""{SAM}
Parameters: {{Alias: {{Type: String, Default: live}}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key
      Handler: index.handler
      Runtime: python3.13
      AutoPublishAlias: !Ref Alias
"""
    assert "FAliaslive" in translate(text)["Resources"]
    assert "FAliasnext" in translate(text, {"Alias": "next"})["Resources"]


@pytest.mark.parametrize(
    ("region", "name", "arn"),
    [
        ("eu-west-1", "AmazonSQSFullAccess", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
        ("eu-west-1", "AWSLambdaSQSQueueExecutionRole",
         "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"),
        ("cn-north-1", "OfNextYear", "arn:aws-cn:iam::aws:policy/OfNextYear"),
        ("us-gov-west-1", "OfNextYear", "arn:aws-us-gov:iam::aws:policy/OfNextYear"),
    ],
)  # fmt: skip
def test_managed_policies_are_found_without_a_call(translate, region, name, arn):
    document = translate(
        f"{SAM}Resources: {{F: {{{FUNCTION}Runtime: python3.13, Policies: {name}}}}}}}",
        region=region,
    )
    assert arn in document["Resources"]["FRole"]["Properties"]["ManagedPolicyArns"]


def test_connectors_become_policies(translate):
    document = translate(
        f"""{SAM}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {{InlineCode: x, Handler: index.handler, Runtime: python3.13}}
    Connectors: {{C: {{Properties: {{Destination: {{Id: Q}}, Permissions: [Write]}}}}}}
  Q: {{Type: AWS::SQS::Queue}}
"""
    )
    policies = [one for one in document["Resources"].values() if "Policy" in one["Type"]]
    assert "sqs:SendMessage" in str(policies)


def test_each_of_the_translators_complaints_is_told(translate):
    with pytest.raises(TemplateProblem) as refusal:
        translate(
            f"{SAM}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{Nope: 1}}}}, "
            "A: {Type: AWS::Serverless::Api, Properties: {}}}"
        )
    text = str(refusal.value)
    assert 'resource "F": property Nope not defined for resource of type' in text
    assert "(1 more below)" in text
    assert refusal.value.__notes__ == ["resource \"A\": Missing required property 'StageName'."]


def test_other_transforms_stay_with_cloudformation(translate):
    document = translate(
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n"
        f"Resources: {{F: {{{FUNCTION}Runtime: python3.13}}}}}}"
    )
    assert document["Transform"] == "AWS::LanguageExtensions"


def test_loops_are_left_whole_to_cloudformation(translate):
    document = translate(
        """
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  Fn::ForEach::Queues: [N, [a, b], {"Q${N}": {Type: AWS::SQS::Queue}}]
"""
    )
    assert document["Transform"] == ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]


def test_a_plain_template_stays_as_it_is(translate):
    text = "Resources: {Q: {Type: 'AWS::SQS::Queue'}}"
    assert translate(text) == {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
