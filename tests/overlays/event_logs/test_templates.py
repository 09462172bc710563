"""Log group, source, destination and deliveries in a template."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def stack(aws):
    """Creates, updates and deletes the stack "logged"."""
    cloudformation = aws("cloudformation")

    def run(kind, **request):
        getattr(cloudformation, f"{kind}_stack")(StackName="logged", **request)
        cloudformation.get_waiter(f"stack_{kind}_complete").wait(
            StackName="logged", WaiterConfig={"Delay": 1, "MaxAttempts": 90}
        )

    return run


def template(fields, *, level="TRACE"):
    resources = {
        "Bus": {
            "Type": "AWS::Events::EventBus",
            "Properties": {
                "Name": "logged",
                "LogConfig": {"Level": level, "IncludeDetail": "NONE"},
            },
        },
        "Group": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": "/aws/vendedlogs/events/event-bus/logged"},
        },
        "Errors": {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "LogGroupName": {"Ref": "Group"},
                "FilterPattern": f'{{ $.log_level = "{level}" }}',
                "MetricTransformations": [
                    {
                        "MetricNamespace": "Shop",
                        "MetricName": "Errors",
                        "MetricValue": "1",
                        "DefaultValue": 0,
                    }
                ],
            },
        },
        "Destination": {
            "Type": "AWS::Logs::DeliveryDestination",
            "Properties": {
                "Name": "to-group",
                "OutputFormat": "json",
                "DestinationResourceArn": {"Fn::GetAtt": ["Group", "Arn"]},
                "Tags": [{"Key": "team", "Value": "shop"}],
            },
        },
    }
    previous: list[str] = []
    for kind in ("Error", "Info", "Trace"):
        resources[f"{kind}Source"] = {
            "Type": "AWS::Logs::DeliverySource",
            "Properties": {
                "Name": f"{kind}-logs",
                "ResourceArn": {"Fn::GetAtt": ["Bus", "Arn"]},
                "LogType": f"{kind.upper()}_LOGS",
            },
        }
        resources[f"{kind}Delivery"] = {
            "Type": "AWS::Logs::Delivery",
            "DependsOn": list(previous),
            "Properties": {
                "DeliverySourceName": {"Ref": f"{kind}Source"},
                "DeliveryDestinationArn": {"Fn::GetAtt": ["Destination", "Arn"]},
                **({"RecordFields": fields} if fields else {}),
            },
        }
        previous = [f"{kind}Delivery"]
    outputs = {
        "Delivery": {"Value": {"Fn::GetAtt": ["InfoDelivery", "DeliveryId"]}},
        "Type": {"Value": {"Fn::GetAtt": ["InfoDelivery", "DeliveryDestinationType"]}},
        "Service": {"Value": {"Fn::GetAtt": ["InfoSource", "Service"]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def test_a_template_wires_a_buss_logs_and_takes_them_away(aws, logs, events, stack):
    stack("create", TemplateBody=template([]))
    [described] = aws("cloudformation").describe_stacks(StackName="logged")["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}
    assert (outputs["Type"], outputs["Service"]) == ("CWL", "events")
    assert events.describe_event_bus(Name="logged")["LogConfig"]["Level"] == "TRACE"
    sources = {one["logType"] for one in logs.describe_delivery_sources()["deliverySources"]}
    assert sources == {"ERROR_LOGS", "INFO_LOGS", "TRACE_LOGS"}
    assert len(logs.describe_deliveries()["deliveries"]) == 3

    group = "/aws/vendedlogs/events/event-bus/logged"

    def filters():
        return logs.describe_metric_filters(logGroupName=group)["metricFilters"]

    [made] = filters()
    assert made["filterPattern"] == '{ $.log_level = "TRACE" }'
    assert made["metricTransformations"][0]["defaultValue"] == 0

    stack("update", TemplateBody=template(["event_id", "message_type"], level="ERROR"))
    changed = logs.get_delivery(id=outputs["Delivery"])["delivery"]
    assert changed["recordFields"] == ["event_id", "message_type"]
    assert events.describe_event_bus(Name="logged")["LogConfig"]["Level"] == "ERROR"

    [changed] = filters()
    assert (changed["filterName"], changed["filterPattern"]) == (
        made["filterName"],
        '{ $.log_level = "ERROR" }',
    )

    stack("delete")
    assert logs.describe_deliveries()["deliveries"] == []
    assert logs.describe_delivery_sources()["deliverySources"] == []
    assert logs.describe_delivery_destinations()["deliveryDestinations"] == []
