"""Operations that make things: what they make, what it will be called, where its tags go.

A table for those operations that tests call themselves. What stacks make is the stacks'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

STACK: Final = "AWS::CloudFormation::Stack"
BUCKET: Final = "AWS::S3::Bucket"
LOG_GROUP: Final = "AWS::Logs::LogGroup"
FUNCTION: Final = "AWS::Lambda::Function"

Params = Mapping[str, Any]
Tagging = Callable[[dict[str, Any], Mapping[str, str]], None]


def _listed(member: str, key: str = "Key", value: str = "Value") -> Tagging:
    def add(params: dict[str, Any], tags: Mapping[str, str]) -> None:
        kept = [one for one in params.get(member) or () if one.get(key) not in tags]
        params[member] = [*kept, *({key: name, value: text} for name, text in tags.items())]

    return add


def _mapped(member: str) -> Tagging:
    def add(params: dict[str, Any], tags: Mapping[str, str]) -> None:
        params[member] = {**(params.get(member) or {}), **tags}

    return add


def _named(member: str) -> Callable[[Params], str]:
    return lambda params: str(params.get(member) or "")


def _unnamed(params: Params) -> str:
    return ""


@dataclass(frozen=True)
class Creation:
    """An operation that makes something.

    Attributes:
        kind: What it makes.
        name: Returns the thing's name or id from the parameters, empty where AWS chooses it.
        id: Returns it from AWS's answer; the name is it where this is None.
        tag: Adds tags to the parameters; None where the operation takes none.
        is_repeatable: Whether it succeeds, and changes, what is there already: then it has to be
            looked for before, so that nothing of somebody else's is taken for the run's.
        implies: Returns names of log groups that AWS makes because of it.
    """

    kind: str
    name: Callable[[Params], str] = _unnamed
    id: Callable[[Params], str] | None = None
    tag: Tagging | None = None
    is_repeatable: bool = False
    implies: Callable[[str], tuple[str, ...]] | None = None


def function_log_group(function: str) -> str:
    """Return the log group that Lambda makes when a function first runs.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    return f"/aws/lambda/{function.rpartition(':')[2]}"


def _rule(params: Params) -> str:
    bus = str(params.get("EventBusName") or "default").rpartition("/")[2]
    return f"{bus}|{params.get('Name')}"


def _schedule(params: Params) -> str:
    return f"{params.get('GroupName') or 'default'}/{params.get('Name')}"


CREATIONS: Final[dict[tuple[str, str], Creation]] = {
    ("cloudformation", "CreateStack"): Creation(
        STACK, _named("StackName"), lambda answer: answer["StackId"], _listed("Tags")
    ),
    ("cloudformation", "CreateChangeSet"): Creation(
        STACK, _named("StackName"), lambda answer: answer["StackId"], _listed("Tags")
    ),
    # In us-east-1 AWS says of a bucket that one has already: made.
    ("s3", "CreateBucket"): Creation(BUCKET, _named("Bucket"), is_repeatable=True),
    ("lambda", "CreateFunction"): Creation(
        FUNCTION,
        lambda params: str(params.get("FunctionName") or "").rpartition(":")[2],
        tag=_mapped("Tags"),
        implies=lambda name: (function_log_group(name),),
    ),
    ("lambda", "CreateEventSourceMapping"): Creation(
        "AWS::Lambda::EventSourceMapping",
        id=lambda answer: answer["UUID"],
        tag=_mapped("Tags"),
    ),
    ("stepfunctions", "CreateStateMachine"): Creation(
        "AWS::StepFunctions::StateMachine",
        _named("name"),
        lambda answer: answer["stateMachineArn"],
        _listed("tags", "key", "value"),
        is_repeatable=True,
    ),
    ("scheduler", "CreateSchedule"): Creation(
        "AWS::Scheduler::Schedule", _schedule, is_repeatable=True
    ),
    ("scheduler", "CreateScheduleGroup"): Creation(
        "AWS::Scheduler::ScheduleGroup", _named("Name"), tag=_listed("Tags"), is_repeatable=True
    ),
    ("sqs", "CreateQueue"): Creation(
        "AWS::SQS::Queue", _named("QueueName"), tag=_mapped("tags"), is_repeatable=True
    ),
    ("sns", "CreateTopic"): Creation(
        "AWS::SNS::Topic",
        _named("Name"),
        lambda answer: answer["TopicArn"],
        _listed("Tags"),
        is_repeatable=True,
    ),
    ("sesv2", "CreateEmailIdentity"): Creation(
        "AWS::SES::EmailIdentity", _named("EmailIdentity"), tag=_listed("Tags")
    ),
    ("events", "CreateEventBus"): Creation(
        "AWS::Events::EventBus", _named("Name"), tag=_listed("Tags")
    ),
    ("events", "PutRule"): Creation(
        "AWS::Events::Rule", _rule, tag=_listed("Tags"), is_repeatable=True
    ),
    ("events", "CreateArchive"): Creation(
        "AWS::Events::Archive", _named("ArchiveName"), is_repeatable=True
    ),
    ("events", "CreateConnection"): Creation(
        "AWS::Events::Connection", _named("Name"), is_repeatable=True
    ),
    ("events", "CreateApiDestination"): Creation(
        "AWS::Events::ApiDestination", _named("Name"), is_repeatable=True
    ),
    ("kinesis", "CreateStream"): Creation(
        "AWS::Kinesis::Stream", _named("StreamName"), tag=_mapped("Tags")
    ),
    ("firehose", "CreateDeliveryStream"): Creation(
        "AWS::KinesisFirehose::DeliveryStream", _named("DeliveryStreamName"), tag=_listed("Tags")
    ),
    ("apigateway", "CreateRestApi"): Creation(
        "AWS::ApiGateway::RestApi", id=lambda answer: answer["id"], tag=_mapped("tags")
    ),
    ("apigatewayv2", "CreateApi"): Creation(
        "AWS::ApiGatewayV2::Api", id=lambda answer: answer["ApiId"], tag=_mapped("Tags")
    ),
    ("cognito-idp", "CreateUserPool"): Creation(
        "AWS::Cognito::UserPool",
        id=lambda answer: answer["UserPool"]["Id"],
        tag=_mapped("UserPoolTags"),
    ),
    ("dynamodb", "CreateTable"): Creation(
        "AWS::DynamoDB::Table", _named("TableName"), tag=_listed("Tags")
    ),
    ("secretsmanager", "CreateSecret"): Creation(
        "AWS::SecretsManager::Secret",
        _named("Name"),
        lambda answer: answer["ARN"],
        _listed("Tags"),
    ),
    ("ssm", "PutParameter"): Creation(
        "AWS::SSM::Parameter", _named("Name"), tag=_listed("Tags"), is_repeatable=True
    ),
    ("iam", "CreateRole"): Creation("AWS::IAM::Role", _named("RoleName"), tag=_listed("Tags")),
    ("iam", "CreatePolicy"): Creation(
        "AWS::IAM::ManagedPolicy",
        _named("PolicyName"),
        lambda answer: answer["Policy"]["Arn"],
        _listed("Tags"),
    ),
    ("kms", "CreateKey"): Creation(
        "AWS::KMS::Key",
        id=lambda answer: answer["KeyMetadata"]["KeyId"],
        tag=_listed("Tags", "TagKey", "TagValue"),
    ),
    ("kms", "CreateAlias"): Creation("AWS::KMS::Alias", _named("AliasName"), is_repeatable=True),
    ("logs", "CreateLogGroup"): Creation(LOG_GROUP, _named("logGroupName"), tag=_mapped("tags")),
    ("cloudwatch", "PutMetricAlarm"): Creation(
        "AWS::CloudWatch::Alarm", _named("AlarmName"), tag=_listed("Tags"), is_repeatable=True
    ),
    ("cloudwatch", "PutCompositeAlarm"): Creation(
        "AWS::CloudWatch::Alarm", _named("AlarmName"), tag=_listed("Tags"), is_repeatable=True
    ),
    ("cloudwatch", "PutDashboard"): Creation(
        "AWS::CloudWatch::Dashboard", _named("DashboardName"), is_repeatable=True
    ),
}


def creation_of(service: str, operation: str, params: Params) -> Creation | None:
    """Return what an operation makes with its parameters, None when it makes nothing new."""
    creation = CREATIONS.get((service, operation))
    if operation == "CreateChangeSet" and params.get("ChangeSetType") != "CREATE":
        return None
    return creation


def retag(service: str, operation: str) -> Tagging | None:
    """Return how tags are added where an operation replaces all those of a stack."""
    if (service, operation) in (
        ("cloudformation", "CreateChangeSet"),
        ("cloudformation", "UpdateStack"),
    ):
        return _listed("Tags")
    return None
