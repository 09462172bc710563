"""Everything that an account of the stand-in holds, asked for directly, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

Client = Callable[[str], Any]


def _pages(client: Any, operation: str, result: str, **wanted: Any) -> list[Any]:
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**wanted).get(result, []))
    pages = client.get_paginator(operation).paginate(**wanted)
    return [one for page in pages for one in page.get(result, [])]


def _rules(events: Any) -> Iterable[str]:
    for bus in events.list_event_buses()["EventBuses"]:
        for rule in events.list_rules(EventBusName=bus["Name"])["Rules"]:
            yield f"{bus['Name']}|{rule['Name']}"


def _stacks(cloudformation: Any) -> Iterable[str]:
    for stack in _pages(cloudformation, "list_stacks", "StackSummaries"):
        if stack["StackStatus"] != "DELETE_COMPLETE":
            yield f"{stack['StackName']} ({stack['StackStatus']})"


def _listing(operation: str, result: str, name: str, **wanted: Any) -> Callable[[Any], list[str]]:
    def names(client: Any) -> list[str]:
        found = _pages(client, operation, result, **wanted)
        return [one if isinstance(one, str) else str(one[name]) for one in found]

    return names


_KINDS: Final[dict[str, tuple[str, Callable[[Any], Iterable[str]]]]] = {
    "stacks": ("cloudformation", _stacks),
    "buckets": ("s3", _listing("list_buckets", "Buckets", "Name")),
    "functions": ("lambda", _listing("list_functions", "Functions", "FunctionName")),
    "event source mappings": (
        "lambda",
        _listing("list_event_source_mappings", "EventSourceMappings", "UUID"),
    ),
    "layers": ("lambda", _listing("list_layers", "Layers", "LayerName")),
    "log groups": ("logs", _listing("describe_log_groups", "logGroups", "logGroupName")),
    "log policies": (
        "logs",
        _listing("describe_resource_policies", "resourcePolicies", "policyName"),
    ),
    "queues": ("sqs", _listing("list_queues", "QueueUrls", "")),
    "topics": ("sns", _listing("list_topics", "Topics", "TopicArn")),
    "buses": ("events", _listing("list_event_buses", "EventBuses", "Name")),
    "rules": ("events", _rules),
    "roles": ("iam", _listing("list_roles", "Roles", "RoleName")),
    "policies": ("iam", _listing("list_policies", "Policies", "PolicyName", Scope="Local")),
    "users": ("iam", _listing("list_users", "Users", "UserName")),
    "APIs": ("apigateway", _listing("get_rest_apis", "items", "id")),
    "secrets": ("secretsmanager", _listing("list_secrets", "SecretList", "Name")),
    "state machines": (
        "stepfunctions",
        _listing("list_state_machines", "stateMachines", "name"),
    ),
    "schedules": ("scheduler", _listing("list_schedules", "Schedules", "Name")),
    "parameters": ("ssm", _listing("describe_parameters", "Parameters", "Name")),
    "delivery sources": (
        "logs",
        _listing("describe_delivery_sources", "deliverySources", "name"),
    ),
    "delivery destinations": (
        "logs",
        _listing("describe_delivery_destinations", "deliveryDestinations", "name"),
    ),
    "deliveries": ("logs", _listing("describe_deliveries", "deliveries", "id")),
    "streams of logs": (
        "firehose",
        _listing("list_delivery_streams", "DeliveryStreamNames", ""),
    ),
    "alarms": ("cloudwatch", _listing("describe_alarms", "MetricAlarms", "AlarmName")),
}


def inventory(client: Client) -> set[str]:
    """Return what is there, each as `kind name`.

    Args:
        client: Returns a client by the service's name.
    """
    return {
        f"{kind} {name}"
        for kind, (service, names) in _KINDS.items()
        for name in names(client(service))
    }
