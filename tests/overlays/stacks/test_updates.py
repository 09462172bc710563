"""Updates of resources: what the template says afterwards is what the service says."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=60)


@pytest.fixture
def changed(aws):
    """Makes a stack of one resource, changes the resource, and returns the stack's resources."""
    cloudformation = aws("cloudformation")
    name = f"u{secrets.token_hex(4)}"

    def settle(status: str) -> None:
        def has_settled():
            [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
            assert stack["StackStatus"] == status

        eventually(has_settled, within=WITHIN)

    def change(before: dict, after: dict, ends: str = "UPDATE_COMPLETE") -> dict[str, str]:
        first, second = (json.dumps({"Resources": resources}) for resources in (before, after))
        cloudformation.create_stack(StackName=name, TemplateBody=first)
        settle("CREATE_COMPLETE")
        cloudformation.update_stack(StackName=name, TemplateBody=second)
        settle(ends)
        found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    yield change
    cloudformation.delete_stack(StackName=name)


def resource(kind: str, **properties) -> dict:
    return {"Type": kind, "Properties": properties}


def policy(*actions: str) -> dict:
    statement = {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_a_rule_gets_its_new_pattern_and_loses_old_targets(changed, aws):
    def rule(source: str, *targets: str) -> dict:
        arn = {"Fn::GetAtt": ["Q", "Arn"]}
        return {
            "Q": resource("AWS::SQS::Queue"),
            "R": resource(
                "AWS::Events::Rule",
                EventPattern={"source": [source]},
                Targets=[{"Id": target, "Arn": arn} for target in targets],
            ),
        }

    name = changed(rule("a", "one", "two"), rule("b", "two", "three"))["R"]
    events = aws("events")
    assert json.loads(events.describe_rule(Name=name)["EventPattern"]) == {"source": ["b"]}
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    assert {target["Id"] for target in targets} == {"two", "three"}


def test_a_key_gets_its_new_policy_state_and_tags(changed, aws, aws_account):
    def key(*senders: str, **more) -> dict:
        own = {"Effect": "Allow", "Principal": {"AWS": aws_account}, "Action": "kms:*"}
        let_in = {"Effect": "Allow", "Principal": {"AWS": list(senders)}, "Action": "kms:Decrypt"}
        statements = [{**one, "Resource": "*"} for one in ([own, let_in] if senders else [own])]
        document = {"Version": "2012-10-17", "Statement": statements}
        return {"K": resource("AWS::KMS::Key", KeyPolicy=document, **more)}

    tags = [{"Key": "stays", "Value": "1"}, {"Key": "goes", "Value": "1"}]
    before = key(Description="old", Tags=tags)
    after = key(
        "arn:aws:iam::111111111111:root",
        Description="new",
        Enabled=False,
        EnableKeyRotation=True,
        Tags=[{"Key": "stays", "Value": "2"}],
    )
    key_id = changed(before, after)["K"]
    kms = aws("kms")
    told = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert (told["Description"], told["KeyState"]) == ("new", "Disabled")
    assert kms.list_resource_tags(KeyId=key_id)["Tags"] == [{"TagKey": "stays", "TagValue": "2"}]
    policy = json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])
    assert policy == after["K"]["Properties"]["KeyPolicy"]
    kms.enable_key(KeyId=key_id)
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]


def test_what_a_key_is_for_stays(changed):
    before = {"K": resource("AWS::KMS::Key", KeyUsage="ENCRYPT_DECRYPT")}
    after = {"K": resource("AWS::KMS::Key", KeyUsage="SIGN_VERIFY")}
    changed(before, after, ends="UPDATE_ROLLBACK_COMPLETE")


def test_an_alarm_keeps_its_name_and_gets_its_threshold(changed, aws):
    def alarm(threshold: int) -> dict:
        return {
            "A": resource(
                "AWS::CloudWatch::Alarm",
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=1,
                MetricName="Errors",
                Namespace="Test",
                Period=60,
                Statistic="Sum",
                Threshold=threshold,
            )
        }

    name = changed(alarm(1), alarm(2))["A"]
    [found] = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (found["AlarmName"], found["Threshold"]) == (name, 2)


def test_a_topic_s_policy_is_replaced(changed, aws):
    def topic(action: str) -> dict:
        return {
            "T": resource("AWS::SNS::Topic"),
            "P": resource(
                "AWS::SNS::TopicPolicy", Topics=[{"Ref": "T"}], PolicyDocument=policy(action)
            ),
        }

    arn = changed(topic("sns:Publish"), topic("sns:Subscribe"))["T"]
    attributes = aws("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    assert json.loads(attributes["Policy"]) == policy("sns:Subscribe")


def test_a_log_group_gets_another_retention(changed, aws):
    def group(days: int) -> dict:
        return {"L": resource("AWS::Logs::LogGroup", RetentionInDays=days)}

    name = changed(group(1), group(3))["L"]
    [found] = aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert found["retentionInDays"] == 3


def test_an_api_gets_its_new_body_name_and_deployment(changed, aws):
    def api(name: str, path: str, deployment: str) -> dict:
        answer = {"statusCode": "200"}
        integration = {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": answer},
        }
        method = {"responses": {"200": {}}, "x-amazon-apigateway-integration": integration}
        body = {
            "swagger": "2.0",
            "info": {"title": name, "version": "1"},
            "paths": {path: {"get": method}},
        }
        return {
            "A": resource("AWS::ApiGateway::RestApi", Name=name, Body=body),
            deployment: resource("AWS::ApiGateway::Deployment", RestApiId={"Ref": "A"}),
            "S": resource(
                "AWS::ApiGateway::Stage",
                RestApiId={"Ref": "A"},
                DeploymentId={"Ref": deployment},
                StageName="live",
                Variables={"path": path},
            ),
        }

    ids = changed(api("one", "/one", "D1"), api("two", "/two", "D2"))
    apigateway = aws("apigateway")
    assert apigateway.get_rest_api(restApiId=ids["A"])["name"] == "two"
    resources = apigateway.get_resources(restApiId=ids["A"])["items"]
    assert {one["path"] for one in resources} == {"/", "/two"}
    stage = apigateway.get_stage(restApiId=ids["A"], stageName="live")
    assert (stage["deploymentId"], stage["variables"]) == (ids["D2"], {"path": "/two"})


def test_a_type_without_an_update_fails_by_name_and_stays(changed, aws):
    def key(description: str) -> dict:
        return {"B": resource("AWS::ApiGateway::ApiKey", Name="mine", Description=description)}

    changed(key("one"), key("two"), ends="UPDATE_ROLLBACK_COMPLETE")
    events = aws("cloudformation").get_paginator("describe_stack_events")
    [stack] = [
        one["StackName"]
        for one in aws("cloudformation").describe_stacks()["Stacks"]
        if one["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    ]
    reasons = [
        event.get("ResourceStatusReason")
        for page in events.paginate(StackName=stack)
        for event in page["StackEvents"]
        if event["ResourceStatus"] == "UPDATE_FAILED"
    ]
    assert reasons == ["AWS::ApiGateway::ApiKey can't be updated by this emulator."]
