"""Functions, state machines, schedules: what runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .kind import Kind, Missing, Turn, as_mapping, last_part


def _function_tags(client: Any, which: str) -> dict[str, str]:
    tags: dict[str, str] = client.get_function(FunctionName=which).get("Tags") or {}
    return tags


def _version(which: str) -> dict[str, str]:
    function, _, version = which.rpartition(":")
    return {"FunctionName": function, "Qualifier": version}


def _mappings(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in client.get_paginator("list_event_source_mappings").paginate():
        for one in page["EventSourceMappings"]:
            arn = one.get("EventSourceMappingArn")
            yield one["UUID"], client.list_tags(Resource=arn)["Tags"] if arn else {}


def _machine_arn(client: Any, which: str) -> str:
    if which.startswith("arn:"):
        return which
    for page in client.get_paginator("list_state_machines").paginate():
        for one in page["stateMachines"]:
            if one["name"] == which:
                return str(one["stateMachineArn"])
    raise Missing(which, "ListStateMachines")


def _machine_tags(client: Any, which: str) -> dict[str, str]:
    arn = _machine_arn(client, which)
    return as_mapping(client.list_tags_for_resource(resourceArn=arn)["tags"], "key", "value")


def _schedule(which: str) -> dict[str, str]:
    group, _, name = which.rpartition("/")
    return {"GroupName": group or "default", "Name": name}


KINDS: Final = {
    "AWS::Lambda::Function": Kind(
        "lambda",
        look=lambda client, which: client.get_function(FunctionName=which),
        delete=lambda client, which: client.delete_function(FunctionName=which),
        tags=_function_tags,
    ),
    # SAM has each version that an alias is published with outlive its stack; it goes with its
    # function.
    "AWS::Lambda::Version": Kind(
        "lambda",
        look=lambda client, which: client.get_function_configuration(**_version(which)),
        delete=lambda client, which: client.delete_function(**_version(which)),
        turn=Turn.USERS,
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        "lambda",
        look=lambda client, which: client.get_event_source_mapping(UUID=which),
        delete=lambda client, which: client.delete_event_source_mapping(UUID=which),
        find=_mappings,
        turn=Turn.USERS,
    ),
    "AWS::StepFunctions::StateMachine": Kind(
        "stepfunctions",
        look=lambda client, which: client.describe_state_machine(
            stateMachineArn=_machine_arn(client, which)
        ),
        delete=lambda client, which: client.delete_state_machine(
            stateMachineArn=_machine_arn(client, which)
        ),
        tags=_machine_tags,
        turn=Turn.USERS,
    ),
    "AWS::Scheduler::Schedule": Kind(
        "scheduler",
        look=lambda client, which: client.get_schedule(**_schedule(which)),
        delete=lambda client, which: client.delete_schedule(**_schedule(which)),
        turn=Turn.FIRST,
    ),
    "AWS::Scheduler::ScheduleGroup": Kind(
        "scheduler",
        look=lambda client, which: client.get_schedule_group(Name=last_part(which)),
        delete=lambda client, which: client.delete_schedule_group(Name=last_part(which)),
        turn=Turn.USERS,
    ),
}
