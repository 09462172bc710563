"""What kind of thing an ARN names, and what the kind's own operations call it.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from .creations import BUCKET, FUNCTION, LOG_GROUP, STACK


class Named(NamedTuple):
    """What an ARN names."""

    kind: str
    id: str


def _whole(arn: str, rest: str) -> str:
    return arn


def _rest(arn: str, rest: str) -> str:
    return rest


def _first(arn: str, rest: str) -> str:
    return rest.partition("/")[0].partition(":")[0]


def _last(arn: str, rest: str) -> str:
    return rest.rpartition("/")[2]


def _rule(arn: str, rest: str) -> str:
    return rest.replace("/", "|")


def _parameter(arn: str, rest: str) -> str:
    return f"/{rest}" if "/" in rest else rest


def _log_group(arn: str, rest: str) -> str:
    return rest.removesuffix(":*")


_KINDS: Final[dict[tuple[str, str], tuple[str, Callable[[str, str], str]]]] = {
    # The beginning of an ARN's last part, and what the rest of it is called.
    ("apigateway", "/restapis/"): ("AWS::ApiGateway::RestApi", _first),
    ("apigateway", "/apis/"): ("AWS::ApiGatewayV2::Api", _first),
    ("cloudformation", "stack/"): (STACK, _whole),
    ("cloudwatch", "alarm:"): ("AWS::CloudWatch::Alarm", _rest),
    ("cognito-idp", "userpool/"): ("AWS::Cognito::UserPool", _first),
    ("dynamodb", "table/"): ("AWS::DynamoDB::Table", _first),
    ("events", "event-bus/"): ("AWS::Events::EventBus", _last),
    ("events", "rule/"): ("AWS::Events::Rule", _rule),
    ("firehose", "deliverystream/"): ("AWS::KinesisFirehose::DeliveryStream", _first),
    ("iam", "policy/"): ("AWS::IAM::ManagedPolicy", _whole),
    ("iam", "role/"): ("AWS::IAM::Role", _last),
    ("kinesis", "stream/"): ("AWS::Kinesis::Stream", _first),
    ("kms", "key/"): ("AWS::KMS::Key", _first),
    ("lambda", "event-source-mapping:"): ("AWS::Lambda::EventSourceMapping", _rest),
    ("lambda", "function:"): (FUNCTION, _first),
    ("logs", "log-group:"): (LOG_GROUP, _log_group),
    ("s3", ""): (BUCKET, _first),
    ("scheduler", "schedule-group/"): ("AWS::Scheduler::ScheduleGroup", _rest),
    ("secretsmanager", "secret:"): ("AWS::SecretsManager::Secret", _whole),
    ("ses", "identity/"): ("AWS::SES::EmailIdentity", _rest),
    ("sns", ""): ("AWS::SNS::Topic", _whole),
    ("sqs", ""): ("AWS::SQS::Queue", _rest),
    ("ssm", "parameter/"): ("AWS::SSM::Parameter", _parameter),
    ("states", "stateMachine:"): ("AWS::StepFunctions::StateMachine", _whole),
}


def named_by(arn: str) -> Named:
    """Return what an ARN names.

    Of a kind that isn't known, service and type are said, as in `ec2:vpc`: it can be listed, not
    deleted.
    """
    service, resource = arn.split(":")[2], ":".join(arn.split(":")[5:])
    for (of_service, beginning), (kind, called) in _KINDS.items():
        if of_service == service and resource.startswith(beginning):
            return Named(kind, called(arn, resource.removeprefix(beginning)))
    return Named(f"{service}:{resource.partition('/')[0].partition(':')[0]}", arn)
