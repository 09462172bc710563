"""`harness deploy` and `harness destroy`, on the emulator that `harness up` started."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.errors import UsageProblem

from . import emulators
from .output import AsJson, print_json, progress, results

if TYPE_CHECKING:
    from harness.deploy.stack_events import StackEvent
    from harness.targets.base import Target

Account = Annotated[str, typer.Option(metavar="ID", help="Account id, 12 digits.")]
Region = Annotated[str, typer.Option(metavar="REGION", help="Region.")]


def deploy(
    template: Annotated[
        Path, typer.Argument(metavar="TEMPLATE", help="A template, or a cdk.out folder.")
    ],
    name: Annotated[str, typer.Option(metavar="NAME", help="The stack's name.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A parameter of the template; may be repeated."),
    ] = None,
    account: Account = emulators.ACCOUNT,
    region: Region = emulators.REGION,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Package functions as they lie there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Deploy a template to the running emulator, or update its stack.

    Takes SAM and CloudFormation templates and cdk.out folders, builds functions that have a
    requirements.txt or package.json, and prints the stack's outputs. When a resource fails it
    says which one and why.

    \b
    Example:
      harness up --detach
      harness deploy template.yaml --name shop --parameter Stage=beta
    """
    from harness.deploy import stack as stacks

    parameters = dict(_pair(text) for text in parameter or ())
    deployed = stacks.deploy(
        template,
        target=emulators.attached(),
        account=account,
        region=region,
        name=name,
        parameters=parameters,
        progress=_tell,
        no_build=no_build,
    )
    if as_json:
        print_json(
            {
                "name": deployed.name,
                "id": deployed.id,
                "changed": deployed.changed,
                "outputs": deployed.outputs,
                "resources": deployed.resources,
            }
        )
        return
    console = results()
    for key, value in deployed.outputs.items():
        console.print(f"{key}={value}", markup=False)
    done = "is deployed" if deployed.changed else "is as it was: nothing to change"
    progress().print(f"{name} {done}.", markup=False)


def destroy(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The stack's name.")],
    account: Account = emulators.ACCOUNT,
    region: Region = emulators.REGION,
    as_json: AsJson = False,
) -> None:
    """Delete a stack and what it made from the running emulator.

    \b
    Example:
      harness destroy shop
    """
    from harness.deploy.place import Place
    from harness.deploy.removal import delete_stack

    target = emulators.attached()
    _require_stack(target, name, account, region)
    delete_stack(Place(target, account, region, name, progress=_tell), name)
    if as_json:
        print_json({"deleted": name})
    else:
        results().print(f"{name} is deleted.", markup=False)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageProblem(
            f'--parameter "{text}" is not KEY=VALUE.', "Write --parameter Stage=beta."
        )
    return key, value


def _tell(event: StackEvent) -> None:
    style = "red" if event.is_failure else None
    progress().print(f"{event.time:%H:%M:%S} {event}", style=style, markup=False)


def _require_stack(target: Target, name: str, account: str, region: str) -> None:
    cloudformation: Any = target.client("cloudformation", account=account, region=region)
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    names = [
        stack["StackName"]
        for page in pages
        for stack in page["Stacks"]
        if stack["StackStatus"] != "DELETE_COMPLETE"
    ]
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    there = (
        f"({', '.join(names)})" if names else f"No stack is there in account {account}, {region}."
    )
    raise UsageProblem(f'There is no stack "{name}".{meant}', there)
