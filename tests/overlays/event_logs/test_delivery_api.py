"""The delivery API of CloudWatch Logs, for buses."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def bus_arn(events):
    return events.create_event_bus(Name="orders")["EventBusArn"]


@pytest.fixture
def source(logs, names, events):
    """Makes a delivery source of a bus of its own; returns its name."""

    def make(log_type="INFO_LOGS"):
        arn = events.create_event_bus(Name=names("sourced"))["EventBusArn"]
        name = names("source")
        logs.put_delivery_source(name=name, resourceArn=arn, logType=log_type)
        return name

    return make


def test_a_source_is_put_read_and_deleted(logs, names, bus_arn, aws_account, refused):
    name = names("source")
    put = logs.put_delivery_source(
        name=name, resourceArn=bus_arn, logType="TRACE_LOGS", tags={"team": "shop"}
    )["deliverySource"]
    assert put == {
        "name": name,
        "arn": f"arn:aws:logs:us-east-1:{aws_account}:delivery-source:{name}",
        "resourceArns": [bus_arn],
        "service": "events",
        "logType": "TRACE_LOGS",
        "tags": {"team": "shop"},
    }
    assert logs.get_delivery_source(name=name)["deliverySource"]["logType"] == "TRACE_LOGS"
    logs.put_delivery_source(name=name, resourceArn=bus_arn, logType="TRACE_LOGS")
    logs.delete_delivery_source(name=name)
    error = refused(logs.get_delivery_source, name=name)
    assert error["Code"] == "ResourceNotFoundException"


SOURCES = {
    "a log type": (
        {"logType": "ACCESS_LOGS"},
        "ValidationException",
        "This service is not allowed for this LogSource.",
    ),
    "a bus that isn't there": (
        {"resourceArn": "arn:aws:events:us-east-1:{account}:event-bus/nowhere"},
        "ResourceNotFoundException",
        "does not exist",
    ),
    "another account's bus": (
        {"resourceArn": "arn:aws:events:us-east-1:210987654321:event-bus/default"},
        "ResourceNotFoundException",
        "does not exist",
    ),
    "a rule": (
        {"resourceArn": "arn:aws:events:us-east-1:{account}:rule/orders/all"},
        "ValidationException",
        "is not the ARN of an event bus",
    ),
    "another service": (
        {"resourceArn": "arn:aws:sqs:us-east-1:{account}:orders"},
        "ResourceNotFoundException",
        "Cannot access provided service.",
    ),
    "a long name": (
        {"name": "n" * 61},
        "ValidationException",
        "at 'name' failed to satisfy constraint: Member must have length less than or equal to 60",
    ),
    "a name with a blank": (
        {"name": "two words"},
        "ValidationException",
        r"Member must satisfy regular expression pattern: [\w-]*",
    ),
}


@pytest.mark.parametrize(("members", "code", "message"), SOURCES.values(), ids=SOURCES)
def test_a_source_is_refused(logs, bus_arn, aws_account, refused, members, code, message):
    request = {"name": "refused", "resourceArn": bus_arn, "logType": "INFO_LOGS", **members}
    request["resourceArn"] = request["resourceArn"].format(account=aws_account)
    error = refused(logs.put_delivery_source, **request)
    assert error["Code"] == code
    assert message in error["Message"]


def test_a_buss_log_has_one_source(logs, names, source, refused):
    name = source()
    arn = logs.get_delivery_source(name=name)["deliverySource"]["resourceArns"][0]
    assert refused(
        logs.put_delivery_source, name=names("second"), resourceArn=arn, logType="INFO_LOGS"
    ) == {
        "Code": "ConflictException",
        "Message": "This ResourceId has already been used in another Delivery Source in this "
        "account",
    }


def test_a_source_keeps_its_bus(logs, source, bus_arn, refused):
    error = refused(
        logs.put_delivery_source, name=source(), resourceArn=bus_arn, logType="INFO_LOGS"
    )
    assert error == {
        "Code": "ConflictException",
        "Message": "Update to existing Delivery Source with new ResourceId is not allowed. Please "
        "create a new Delivery Source instead.",
    }


def test_what_is_in_use_isnt_deleted(logs, source, destination, group, refused):
    name, arn = source(), destination(group.arn)
    delivery = logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=arn)["delivery"]
    for call, used in (
        (logs.delete_delivery_source, name),
        (logs.delete_delivery_destination, arn.rsplit(":", 1)[-1]),
    ):
        assert refused(call, name=used)["Code"] == "ConflictException"
    logs.delete_delivery(id=delivery["id"])
    logs.delete_delivery_source(name=name)
    logs.delete_delivery_destination(name=arn.rsplit(":", 1)[-1])


def test_a_delivery_is_created_updated_and_deleted(logs, source, destination, store, refused):
    name, arn = source(), destination(store.arn)
    made = logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=arn)["delivery"]
    assert made["deliveryDestinationType"] == "S3"
    assert made["s3DeliveryConfiguration"] == {
        "suffixPath": "AWSLogs/{account-id}/EventBusLogs/{region}/{yyyy}/{MM}/{dd}/",
        "enableHiveCompatiblePath": False,
    }
    assert made["recordFields"][:3] == ["resource_arn", "request_id", "event_id"]
    logs.update_delivery_configuration(
        id=made["id"],
        recordFields=["event_id", "message_type"],
        s3DeliveryConfiguration={"suffixPath": "{yyyy}/", "enableHiveCompatiblePath": True},
    )
    changed = logs.get_delivery(id=made["id"])["delivery"]
    assert changed["recordFields"] == ["event_id", "message_type"]
    assert changed["s3DeliveryConfiguration"] == {
        "suffixPath": "AWSLogs/{account-id}/EventBusLogs/{yyyy}/",
        "enableHiveCompatiblePath": True,
    }
    logs.delete_delivery(id=made["id"])
    assert refused(logs.update_delivery_configuration, id=made["id"]) == {
        "Code": "ResourceNotFoundException",
        "Message": "Requested Delivery does not exist in this account.",
    }


DELIVERIES = {
    "no source": (
        {"deliverySourceName": "nobody"},
        "ResourceNotFoundException",
        "Requested Delivery Source does not exist in this account.",
    ),
    "no destination": (
        {"deliveryDestinationArn": "arn:aws:logs:us-east-1:1:delivery-destination:nowhere"},
        "ResourceNotFoundException",
        "Requested Delivery Destination does not exist in this account.",
    ),
    "an unknown field": (
        {"recordFields": ["event_id", "colour"]},
        "ValidationException",
        "Record fields that are not allowed: colour.",
    ),
    "an unknown variable": (
        {"s3DeliveryConfiguration": {"suffixPath": "{colour}/"}},
        "ValidationException",
        "Unknown variables in the suffix path: colour",
    ),
    "a long delimiter": (
        {"fieldDelimiter": "------"},
        "ValidationException",
        "at 'fieldDelimiter' failed to satisfy constraint: Member must have length less than or "
        "equal to 5",
    ),
}


@pytest.mark.parametrize(("members", "code", "message"), DELIVERIES.values(), ids=DELIVERIES)
def test_a_delivery_is_refused(logs, source, destination, store, refused, members, code, message):
    request = {"deliverySourceName": source(), "deliveryDestinationArn": destination(store.arn)}
    error = refused(logs.create_delivery, **{**request, **members})
    assert error["Code"] == code
    assert message in error["Message"]


def test_a_source_has_one_delivery_of_each_kind(
    logs, source, destination, make_group, store, refused
):
    name, first = source(), destination(make_group().arn)
    logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=first)
    logs.create_delivery(deliverySourceName=name, deliveryDestinationArn=destination(store.arn))
    again = {"deliverySourceName": name, "deliveryDestinationArn": first}
    assert refused(logs.create_delivery, **again) == {
        "Code": "ConflictException",
        "Message": "The specified Delivery already exists",
    }
    second = {**again, "deliveryDestinationArn": destination(make_group().arn)}
    assert refused(logs.create_delivery, **second) == {
        "Code": "ConflictException",
        "Message": "Delivery already exists for this Delivery Source with the same Delivery "
        "Destination Type.",
    }


GONE = {
    "a log group": "arn:aws:logs:us-east-1:{account}:log-group:/aws/vendedlogs/gone",
    "a bucket": "arn:aws:s3:::gone-{account}",
    "a stream": "arn:aws:firehose:us-east-1:{account}:deliverystream/gone",
}


@pytest.mark.parametrize("arn", GONE.values(), ids=GONE)
def test_what_isnt_there_gets_no_delivery(logs, source, destination, aws_account, refused, arn):
    error = refused(
        logs.create_delivery,
        deliverySourceName=source(),
        deliveryDestinationArn=destination(arn.format(account=aws_account)),
    )
    assert error["Code"] == "ResourceNotFoundException"
    assert arn.format(account=aws_account) in error["Message"]


@pytest.mark.parametrize("output", ["plain", "w3c", "raw", "parquet"])
def test_other_formats_are_refused_by_name(logs, source, destination, store, refused, output):
    error = refused(
        logs.create_delivery,
        deliverySourceName=source(),
        deliveryDestinationArn=destination(store.arn, outputFormat=output),
    )
    assert error["Code"] == "ValidationException"
    assert output in error["Message"]


def test_logs_dont_go_to_a_queue(logs, refused, aws_account):
    error = refused(
        logs.put_delivery_destination,
        name="queue",
        deliveryDestinationConfiguration={
            "destinationResourceArn": f"arn:aws:sqs:us-east-1:{aws_account}:orders"
        },
    )
    assert error["Code"] == "ValidationException"


def test_another_accounts_bucket_needs_a_policy(emulator, aws, logs, source, names, refused):
    other = emulator.new_account()
    theirs, bucket = aws("logs", account=other), f"theirs-{other}"
    aws("s3", account=other).create_bucket(Bucket=bucket)
    destination = theirs.put_delivery_destination(
        name="theirs",
        deliveryDestinationConfiguration={"destinationResourceArn": f"arn:aws:s3:::{bucket}"},
    )["deliveryDestination"]["arn"]
    request = {"deliverySourceName": source(), "deliveryDestinationArn": destination}
    assert refused(logs.create_delivery, **request)["Code"] == "AccessDeniedException"
    error = refused(
        theirs.put_delivery_destination_policy,
        deliveryDestinationName="theirs",
        deliveryDestinationPolicy="no policy",
    )
    assert error["Code"] == "ValidationException"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "logs:CreateDelivery",
                "Resource": destination,
            }
        ],
    }
    theirs.put_delivery_destination_policy(
        deliveryDestinationName="theirs", deliveryDestinationPolicy=json.dumps(policy)
    )
    delivery = logs.create_delivery(**request)["delivery"]
    logs.delete_delivery(id=delivery["id"])
    emulator.release_account(other)


def test_lists_come_in_pages(logs, source):
    made = {source() for _ in range(3)}
    found, token = set(), {}
    while True:
        page = logs.describe_delivery_sources(limit=2, **token)
        assert len(page["deliverySources"]) <= 2
        found |= {one["name"] for one in page["deliverySources"]}
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert made <= found


def test_templates_say_what_may_be_delivered(logs):
    found = logs.describe_configuration_templates(
        service="events", logTypes=["ERROR_LOGS"], deliveryDestinationTypes=["S3"]
    )["configurationTemplates"]
    [template] = found
    assert template["resourceType"] == "event-bus"
    assert "message_type" in [field["name"] for field in template["allowedFields"]]
    assert template["allowedOutputFormats"] == ["json"]
    assert logs.describe_configuration_templates(service="events")["configurationTemplates"]


def test_other_services_stay_what_they_were(logs, names):
    put = logs.put_delivery_source(
        name=names("cdn"),
        resourceArn="arn:aws:cloudfront::111111111111:distribution/E1Q5F5862X9VJ5",
        logType="ACCESS_LOGS",
    )["deliverySource"]
    assert put["service"] == "cloudfront"
