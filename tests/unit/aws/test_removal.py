"""What is left is taken away: also by hands that were interrupted, and never somebody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.errors import HarnessError
from harness.targets.aws import removal
from harness.targets.aws.creations import STACK
from harness.targets.aws.journal import State, Thing
from harness.targets.aws.problems import CredentialsProblem

from .conftest import ACCOUNT, Answer, json_error, query_answer, query_error

ARN = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/s/1"
LEAVE = "/2015-03-31/functions/leave"
GONE = query_error("ValidationError", "Stack with id s does not exist")


@pytest.fixture
def aws(target, monkeypatch):
    monkeypatch.setattr(removal, "PAUSE", timedelta(0))
    aws = target()
    aws.start()
    aws.new_account()
    return aws


@pytest.fixture
def noted(aws):
    """Puts a thing into the journal of the module that runs."""

    def note(kind, named, state=State.CREATED, **more):
        return aws.journal.note(Thing(kind, ACCOUNT, "us-east-1", named, state, aws._scope, **more))

    return note


def test_a_thing_is_deleted_and_written_off(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "orders")
    fake.answers["DescribeTable"] = [
        Answer({"Table": {}}),
        json_error("ResourceNotFoundException", "none"),
    ]
    fake.answers["DeleteTable"] = Answer({})
    aws.release_account(ACCOUNT)
    assert fake.operations[-3:] == ["DescribeTable", "DeleteTable", "DescribeTable"]
    assert [one.state for one in aws.journal.things()] == [State.DELETED]


def test_a_refusal_is_tried_again(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "orders")
    fake.answers["DescribeTable"] = [
        *[Answer({"Table": {}})] * 2,
        json_error("ResourceNotFoundException", "none"),
    ]
    fake.answers["DeleteTable"] = [json_error("ResourceInUseException", "busy"), Answer({})]
    aws.release_account(ACCOUNT)
    assert aws.journal.left() == []


def test_what_stays_is_named_with_its_reason_and_the_remedy(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "orders")
    fake.answers["DescribeTable"] = Answer({"Table": {}})
    fake.answers["DeleteTable"] = json_error("AccessDeniedException", "you may not delete")
    with pytest.raises(HarnessError) as problem:
        aws.release_account(ACCOUNT)
    assert problem.value.problem == (
        "AWS::DynamoDB::Table orders could not be deleted: you may not delete."
    )
    assert f'"harness aws sweep --run {aws.run_id} --delete"' in problem.value.remedy
    assert [one.id for one in aws.journal.left()] == ["orders"]


def test_without_credentials_the_first_thing_ends_it(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "orders")
    noted("AWS::DynamoDB::Table", "others")
    fake.answers["DescribeTable"] = json_error("ExpiredTokenException", "expired")
    with pytest.raises(CredentialsProblem):
        aws.release_account(ACCOUNT)
    assert fake.operations.count("DescribeTable") == 1
    assert len(aws.journal.left()) == 2


def test_another_modules_things_are_not_touched(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "orders")
    aws.new_account()
    aws.release_account(ACCOUNT)
    assert [one.id for one in aws.journal.left()] == ["orders"]


def test_a_plan_that_came_to_nothing_takes_nobody_elses_thing(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "theirs", State.PLANNED)
    fake.answers["DescribeTable"] = Answer({"Table": {"TableArn": "arn"}})
    fake.answers["ListTagsOfResource"] = Answer({"Tags": []})
    aws.release_account(ACCOUNT)
    assert "DeleteTable" not in fake.operations
    assert aws.journal.left() == []


def test_a_plan_that_came_true_is_known_by_its_tags(aws, fake, noted):
    noted("AWS::DynamoDB::Table", "ours", State.PLANNED)
    fake.answers["DescribeTable"] = [
        *[Answer({"Table": {"TableArn": "arn"}})] * 2,
        json_error("ResourceNotFoundException", "none"),
    ]
    tag = {"Key": "aws-pattern-harness:run", "Value": aws.run_id}
    fake.answers["ListTagsOfResource"] = Answer({"Tags": [tag]})
    fake.answers["DeleteTable"] = Answer({})
    aws.release_account(ACCOUNT)
    assert "DeleteTable" in fake.operations


def test_what_never_got_its_id_is_found_by_its_tags(aws, fake, noted):
    noted("AWS::ApiGateway::RestApi", "", State.PLANNED)
    tags = {"aws-pattern-harness:run": aws.run_id}
    apis = [{"id": "theirs", "tags": {}}, {"id": "ours", "tags": tags}]
    fake.answers["GET /restapis"] = Answer({"item": apis})
    fake.answers["DELETE /restapis/ours"] = Answer("", 202)
    fake.answers["GET /restapis/ours"] = json_error("NotFoundException", "none", 404)
    aws.release_account(ACCOUNT)
    assert "DELETE /restapis/ours" in fake.operations
    assert "DELETE /restapis/theirs" not in fake.operations


class StuckStack:
    """A stack whose queue can't be deleted, unless it is left out."""

    def __init__(self, fake):
        self.status, self.fake = "CREATE_COMPLETE", fake
        fake.answers |= {
            "DescribeStacks": self.described,
            "DescribeStackEvents": self.events,
            "ListStackResources": self.resources,
            "DeleteStack": self.deleted,
        }

    def described(self, asked):
        return query_answer(
            "DescribeStacks",
            f"<Stacks><member><StackId>{ARN}</StackId><StackName>s</StackName>"
            f"<CreationTime>2026-01-01T00:00:00Z</CreationTime>"
            f"<StackStatus>{self.status}</StackStatus></member></Stacks>",
        )

    def events(self, asked):
        return query_answer(
            "DescribeStackEvents",
            f"<StackEvents><member><StackId>{ARN}</StackId><EventId>1</EventId>"
            f"<StackName>s</StackName><LogicalResourceId>Queue</LogicalResourceId>"
            f"<PhysicalResourceId>https://sqs/{ACCOUNT}/jobs</PhysicalResourceId>"
            f"<ResourceType>AWS::SQS::Queue</ResourceType>"
            f"<Timestamp>2026-01-01T00:00:00Z</Timestamp>"
            f"<ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackEvents>",
        )

    def resources(self, asked):
        return query_answer(
            "ListStackResources",
            "<StackResourceSummaries><member><LogicalResourceId>Queue</LogicalResourceId>"
            f"<PhysicalResourceId>https://sqs/{ACCOUNT}/jobs</PhysicalResourceId>"
            "<ResourceType>AWS::SQS::Queue</ResourceType>"
            "<LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp>"
            "<ResourceStatusReason>it is in use.</ResourceStatusReason>"
            "<ResourceStatus>DELETE_FAILED</ResourceStatus></member></StackResourceSummaries>",
        )

    def deleted(self, asked):
        leaves = asked.parameters.get("RetainResources.member.1") == "Queue"
        self.status = "DELETE_COMPLETE" if leaves else "DELETE_FAILED"
        return query_answer("DeleteStack", "")


def test_a_stack_in_delete_failed_goes_without_what_stays_which_is_deleted_by_itself(
    aws, fake, noted, monkeypatch
):
    monkeypatch.setattr(type(aws), "poll_seconds", 0.0)
    StuckStack(fake)
    noted(STACK, ARN)
    url = f"https://sqs/{ACCOUNT}/jobs"
    fake.answers["GetQueueUrl"] = [
        *[Answer({"QueueUrl": url})] * 2,
        json_error("com.amazonaws.sqs#QueueDoesNotExist", "none"),
    ]
    fake.answers["DeleteQueue"] = Answer({})
    aws.release_account(ACCOUNT)
    assert fake.operations.count("DeleteStack") == 3
    assert "DeleteQueue" in fake.operations
    assert aws.journal.left() == []
    retained = next(one for one in aws.journal.things() if one.kind == "AWS::SQS::Queue")
    assert retained.by == f"retained from {ARN}"


def test_a_stack_that_is_gone_is_written_off(aws, fake, noted):
    noted(STACK, "s")
    fake.answers["DescribeStacks"] = GONE
    aws.release_account(ACCOUNT)
    assert "DeleteStack" not in fake.operations
    assert aws.journal.left() == []


def test_what_a_template_retains_is_deleted_by_itself(aws, fake, noted):
    noted(STACK, ARN)
    stack = StuckStack(fake)
    fake.answers["DescribeStacks"] = GONE
    fake.answers["DescribeStackEvents"] = Answer(
        str(stack.events(None).body).replace("CREATE_COMPLETE", "DELETE_SKIPPED")
    )
    url = f"https://sqs/{ACCOUNT}/jobs"
    fake.answers["GetQueueUrl"] = [
        *[Answer({"QueueUrl": url})] * 2,
        json_error("com.amazonaws.sqs#QueueDoesNotExist", "none"),
    ]
    fake.answers["DeleteQueue"] = Answer({})
    aws.release_account(ACCOUNT)
    assert "DeleteQueue" in fake.operations


def test_a_version_that_outlives_its_stack_goes_with_its_function(aws, fake, noted):
    noted("AWS::Lambda::Version", "leave:1")
    fake.answers[f"GET {LEAVE}/configuration"] = json_error("ResourceNotFoundException", "none")
    aws.release_account(ACCOUNT)
    assert f"DELETE {LEAVE}" not in fake.operations
    assert aws.journal.left() == []


def test_a_version_that_outlives_its_stack_and_not_its_function_is_deleted(aws, fake, noted):
    noted("AWS::Lambda::Version", "leave:1")
    fake.answers[f"GET {LEAVE}/configuration"] = [
        Answer({"Version": "1"}),
        json_error("ResourceNotFoundException", "none"),
    ]
    fake.answers[f"DELETE {LEAVE}"] = Answer({})
    aws.release_account(ACCOUNT)
    assert f"DELETE {LEAVE}" in fake.operations
    assert aws.journal.left() == []


def test_a_kept_run_is_left_alone(target, fake):
    aws = target(keep=True)
    aws.start()
    aws.journal.note(Thing("AWS::DynamoDB::Table", ACCOUNT, "us-east-1", "orders"))
    before = len(fake.asked)
    aws.remove_everything()
    assert len(fake.asked) == before


def test_a_log_group_that_came_back_is_deleted_at_the_end(aws, fake, noted):
    noted("AWS::Logs::LogGroup", "/aws/lambda/f", State.DELETED, by="f")
    group = {"logGroupName": "/aws/lambda/f", "arn": "arn"}
    fake.answers["DescribeLogGroups"] = [
        *[Answer({"logGroups": [group]})] * 2,
        Answer({"logGroups": []}),
    ]
    fake.answers["DeleteLogGroup"] = Answer({})
    aws.remove_everything()
    assert "DeleteLogGroup" in fake.operations
