"""Queues, topics, event buses, streams, senders of e-mail: what carries messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .kind import Kind, Missing, Turn, as_mapping, last_part


def _queue_url(client: Any, which: str) -> str:
    return str(client.get_queue_url(QueueName=last_part(which))["QueueUrl"])


def _queue_tags(client: Any, which: str) -> dict[str, str]:
    tags: dict[str, str] = (
        client.list_queue_tags(QueueUrl=_queue_url(client, which)).get("Tags") or {}
    )
    return tags


def _topic_arn(client: Any, which: str) -> str:
    if which.startswith("arn:"):
        return which
    for page in client.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            if last_part(topic["TopicArn"]) == which:
                return str(topic["TopicArn"])
    raise Missing(which, "ListTopics")


def _topic_tags(client: Any, which: str) -> dict[str, str]:
    answer = client.list_tags_for_resource(ResourceArn=_topic_arn(client, which))
    return as_mapping(answer["Tags"])


def _rule(which: str) -> dict[str, str]:
    if which.startswith("arn:"):
        which = which.partition(":rule/")[2].replace("/", "|")
    bus, _, name = which.rpartition("|")
    return {"Name": name, "EventBusName": bus or "default"}


def _delete_rule(client: Any, which: str) -> None:
    rule = _rule(which)
    targets = list(_targets(client, rule))
    if targets:
        client.remove_targets(
            Rule=rule["Name"], EventBusName=rule["EventBusName"], Ids=targets, Force=True
        )
    client.delete_rule(**rule, Force=True)


def _targets(client: Any, rule: dict[str, str]) -> Iterator[str]:
    pages = client.get_paginator("list_targets_by_rule").paginate(
        Rule=rule["Name"], EventBusName=rule["EventBusName"]
    )
    for page in pages:
        for target in page["Targets"]:
            yield target["Id"]


def _rule_tags(client: Any, which: str) -> dict[str, str]:
    arn = client.describe_rule(**_rule(which))["Arn"]
    return as_mapping(client.list_tags_for_resource(ResourceARN=arn)["Tags"])


def _bus_tags(client: Any, which: str) -> dict[str, str]:
    arn = client.describe_event_bus(Name=which)["Arn"]
    return as_mapping(client.list_tags_for_resource(ResourceARN=arn)["Tags"])


def _delete_bus(client: Any, which: str) -> None:
    name = last_part(which)
    for page in client.get_paginator("list_rules").paginate(EventBusName=name):
        for rule in page["Rules"]:
            _delete_rule(client, f"{name}|{rule['Name']}")
    client.delete_event_bus(Name=name)


KINDS: Final = {
    "AWS::SQS::Queue": Kind(
        "sqs",
        look=_queue_url,
        delete=lambda client, which: client.delete_queue(QueueUrl=_queue_url(client, which)),
        tags=_queue_tags,
    ),
    "AWS::SNS::Topic": Kind(
        "sns",
        look=lambda client, which: client.get_topic_attributes(TopicArn=_topic_arn(client, which)),
        delete=lambda client, which: client.delete_topic(TopicArn=_topic_arn(client, which)),
        tags=_topic_tags,
    ),
    "AWS::SES::EmailIdentity": Kind(
        "sesv2",
        look=lambda client, which: client.get_email_identity(EmailIdentity=which),
        delete=lambda client, which: client.delete_email_identity(EmailIdentity=which),
        tags=lambda client, which: as_mapping(
            client.get_email_identity(EmailIdentity=which).get("Tags")
        ),
    ),
    "AWS::Events::Rule": Kind(
        "events",
        look=lambda client, which: client.describe_rule(**_rule(which)),
        delete=_delete_rule,
        tags=_rule_tags,
        turn=Turn.FIRST,
    ),
    "AWS::Events::EventBus": Kind(
        "events",
        look=lambda client, which: client.describe_event_bus(Name=last_part(which)),
        delete=_delete_bus,
        tags=_bus_tags,
    ),
    "AWS::Events::Archive": Kind(
        "events",
        look=lambda client, which: client.describe_archive(ArchiveName=which),
        delete=lambda client, which: client.delete_archive(ArchiveName=which),
        turn=Turn.USERS,
    ),
    "AWS::Events::ApiDestination": Kind(
        "events",
        look=lambda client, which: client.describe_api_destination(Name=which),
        delete=lambda client, which: client.delete_api_destination(Name=which),
        turn=Turn.USERS,
    ),
    "AWS::Events::Connection": Kind(
        "events",
        look=lambda client, which: client.describe_connection(Name=which),
        delete=lambda client, which: client.delete_connection(Name=which),
    ),
    "AWS::Kinesis::Stream": Kind(
        "kinesis",
        look=lambda client, which: client.describe_stream_summary(StreamName=last_part(which)),
        delete=lambda client, which: client.delete_stream(
            StreamName=last_part(which), EnforceConsumerDeletion=True
        ),
        tags=lambda client, which: as_mapping(
            client.list_tags_for_stream(StreamName=last_part(which))["Tags"]
        ),
    ),
    "AWS::KinesisFirehose::DeliveryStream": Kind(
        "firehose",
        look=lambda client, which: client.describe_delivery_stream(
            DeliveryStreamName=last_part(which)
        ),
        delete=lambda client, which: client.delete_delivery_stream(
            DeliveryStreamName=last_part(which), AllowForceDelete=True
        ),
        tags=lambda client, which: as_mapping(
            client.list_tags_for_delivery_stream(DeliveryStreamName=last_part(which))["Tags"]
        ),
        turn=Turn.USERS,
    ),
}
