"""Updates of resources whose LocalStack providers have none.

Each function changes the one property set to the other through the service's own API and returns
what is then known of the resource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from .api_updates import update_deployment, update_rest_api, update_stage
from .key_updates import update_key

Model = dict[str, Any]
Update = Callable[[Any, Model, Model], None]
"""Is given the clients, the resource as it is to be (to be completed), and as it was."""


def nothing(clients: Any, model: Model, former: Model) -> None:
    """Prepare nothing: making the resource again says all."""


def prepare_rule(clients: Any, model: Model, former: Model) -> None:
    bus, _, name = former["Id"].rpartition("|")
    place = {"EventBusName": bus} if bus else {}
    wanted = {target["Id"] for target in model.get("Targets") or []}
    stale = [target["Id"] for target in former.get("Targets") or [] if target["Id"] not in wanted]
    if stale:
        clients.events.remove_targets(Rule=name, Ids=stale, **place)
    model["Name"] = name


def prepare_bucket(clients: Any, model: Model, former: Model) -> None:
    bucket = {"Bucket": former["BucketName"]}
    gone = former.keys() - model.keys()
    if "Tags" in gone:
        clients.s3.delete_bucket_tagging(**bucket)
    if "CorsConfiguration" in gone:
        clients.s3.delete_bucket_cors(**bucket)
    if "WebsiteConfiguration" in gone:
        clients.s3.delete_bucket_website(**bucket)
    if "NotificationConfiguration" in gone:
        clients.s3.put_bucket_notification_configuration(**bucket, NotificationConfiguration={})


def update_function_url(clients: Any, model: Model, former: Model) -> None:
    wanted = ("Qualifier", "Cors", "AuthType", "InvokeMode")
    clients.lambda_.update_function_url_config(
        FunctionName=model["TargetFunctionArn"],
        **{name: model[name] for name in wanted if name in model},
    )


def update_alias(clients: Any, model: Model, former: Model) -> None:
    clients.lambda_.update_alias(
        FunctionName=model["FunctionName"],
        Name=model["Name"],
        FunctionVersion=model["FunctionVersion"],
        Description=model.get("Description", ""),
        RoutingConfig=model.get("RoutingConfig") or {"AdditionalVersionWeights": {}},
    )


def update_schedule(clients: Any, model: Model, former: Model) -> None:
    wanted = (
        "Description",
        "EndDate",
        "FlexibleTimeWindow",
        "GroupName",
        "KmsKeyArn",
        "Name",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "StartDate",
        "State",
        "Target",
    )
    clients.scheduler.update_schedule(**{name: model[name] for name in wanted if name in model})


def update_log_group(clients: Any, model: Model, former: Model) -> None:
    name = model["LogGroupName"]
    if days := model.get("RetentionInDays"):
        clients.logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    elif former.get("RetentionInDays"):
        clients.logs.delete_retention_policy(logGroupName=name)


def update_key_alias(clients: Any, model: Model, former: Model) -> None:
    clients.kms.update_alias(AliasName=model["AliasName"], TargetKeyId=model["TargetKeyId"])


MADE_AGAIN: Final[dict[str, Update]] = {
    "AWS::ApiGateway::GatewayResponse": nothing,
    "AWS::CloudWatch::Alarm": nothing,
    "AWS::CloudWatch::CompositeAlarm": nothing,
    "AWS::Events::Rule": prepare_rule,
    "AWS::Lambda::EventInvokeConfig": nothing,
    "AWS::Logs::SubscriptionFilter": nothing,
    "AWS::S3::Bucket": prepare_bucket,
    "AWS::S3::BucketPolicy": nothing,
    "AWS::SNS::TopicPolicy": nothing,
    "AWS::SecretsManager::ResourcePolicy": nothing,
}
"""Types made by calls that replace what is there: to make them again is to update them.

The function removes before that what making them again leaves as it is.
"""

UPDATES: Final[dict[str, Update]] = {
    "AWS::ApiGateway::Deployment": update_deployment,
    "AWS::ApiGateway::RestApi": update_rest_api,
    "AWS::ApiGateway::Stage": update_stage,
    "AWS::KMS::Alias": update_key_alias,
    "AWS::KMS::Key": update_key,
    "AWS::Lambda::Alias": update_alias,
    "AWS::Lambda::Url": update_function_url,
    "AWS::Logs::LogGroup": update_log_group,
    "AWS::Scheduler::Schedule": update_schedule,
}


def update(
    provider: ResourceProvider[Any], request: ResourceRequest[Any]
) -> ProgressEvent[Any] | None:
    """Update a resource.

    Returns:
        How it went, or None when there is no update of this type here either.
    """
    kind, model = request.resource_type, request.desired_state
    former = request.previous_state or {}
    schema = getattr(provider, "SCHEMA", {})
    for name in _named(schema, "createOnlyProperties") | _named(schema, "primaryIdentifier"):
        if name in former and name not in _named(schema, "readOnlyProperties"):
            model.setdefault(name, former[name])
    if kind in MADE_AGAIN:
        MADE_AGAIN[kind](request.aws_client_factory, model, former)
        model = provider.create(request).resource_model or {}
    elif kind in UPDATES:
        UPDATES[kind](request.aws_client_factory, model, former)
    else:
        return None
    kept = {name: former[name] for name in _named(schema, "readOnlyProperties") if name in former}
    return ProgressEvent(OperationStatus.SUCCESS, resource_model={**model, **kept})


def _named(schema: dict[str, Any], group: str) -> set[str]:
    return {path.split("/")[2] for path in schema.get(group, [])}
