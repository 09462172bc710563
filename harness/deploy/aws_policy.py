"""The IAM policy that a user needs who runs the scenarios on AWS, made from what was really called.

Half of it is what runs called themselves, half what CloudFormation calls for them. Where a name
says what belongs to the scenarios, a statement is only about such names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from .aws_actions import all_actions

Policy = dict[str, Any]

LARGEST: Final = 10_240
"""Characters, blanks apart, of all policies inside a role.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
RUN_TAG: Final = "aws-pattern-harness:run"
ASSET_BUCKETS: Final = "aws-pattern-harness"
_SWEEP: Final = (
    ("cloudformation", "ListChangeSets"),
    ("resourcegroupstaggingapi", "GetResources"),
)
"""What `harness aws sweep` calls and runs don't."""

_NAMED: Final = {
    # Amazon resource names that begin with a scenario's name, by service.
    "cloudformation": ("arn:aws:cloudformation:*:*:stack/{}*/*",),
    "dynamodb": ("arn:aws:dynamodb:*:*:table/{}*",),
    "events": ("arn:aws:events:*:*:event-bus/{}*", "arn:aws:events:*:*:rule/{}*"),
    "iam": ("arn:aws:iam::*:role/{}*",),
    "lambda": ("arn:aws:lambda:*:*:function:{}*",),
    "logs": ("arn:aws:logs:*:*:log-group:/aws/*/{}*",),
    "s3": ("arn:aws:s3:::{}*",),
    "secretsmanager": ("arn:aws:secretsmanager:*:*:secret:{}*",),
    "ses": ("arn:aws:ses:*:*:identity/{}*",),
    "sqs": ("arn:aws:sqs:*:*:{}*",),
}
_UNNAMED: Final = (
    # Actions on what has no name of ours, or on an account as a whole.
    "iam:ListAccountAliases",
    "lambda:*EventSourceMapping",
    "logs:*ResourcePolicy",
    "s3:ListAllMyBuckets",
    "secretsmanager:GetRandomPassword",
    "ses:GetEmailIdentity",
)
_OF_AN_ACCOUNT: Final = ("Describe", "List")
_MANY: Final = 3
"""From how many on a service's actions that only look at an account are named by their verb."""
_APIS: Final = ("arn:aws:apigateway:*::/restapis*", "arn:aws:apigateway:*::/tags/*")
_ROLES_GO_TO: Final = ("apigateway.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com")


def policy_for(
    calls: Iterable[tuple[str, str]], on_behalf: Iterable[str], names: Sequence[str]
) -> Policy:
    """Compose the policy.

    Args:
        calls: Services and operations that runs called.
        on_behalf: Actions that CloudFormation needs for the resources.
        names: What names of resources begin with: the scenarios' own.
    """
    needed = all_actions([*calls, *_SWEEP]) | set(on_behalf)
    if any(action.startswith("apigateway:") for action in needed):
        # Requests to an API with IAM's authorization are signed, and no client's calls.
        needed.add("execute-api:Invoke")
    tagged = {action for action in needed if action == "cloudformation:CreateChangeSet"}
    passing = {action for action in needed if action == "iam:PassRole"}
    named: dict[str, set[str]] = defaultdict(set)
    unnamed: set[str] = set()
    for action in needed - tagged - passing:
        service = action.partition(":")[0]
        if service in ("apigateway", *_NAMED) and not _is_of_account(action):
            named[service].add(action)
        else:
            unnamed.add(action)
    statements = [
        _statement("LookAndWhatHasNoName", _in_short(unnamed), ["*"]),
        *(
            _statement(_title(service), actions, resources_of(service, names))
            for service, actions in sorted(named.items())
        ),
        _statement(
            "StacksBearTheirRun",
            tagged,
            resources_of("cloudformation", names),
            {"Null": {f"aws:RequestTag/{RUN_TAG}": "false"}},
        ),
        _statement(
            "RolesForTheScenarios",
            passing,
            resources_of("iam", names),
            {"StringEquals": {"iam:PassedToService": list(_ROLES_GO_TO)}},
        ),
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [statement for statement in statements if statement["Action"]],
    }


def resources_of(service: str, names: Sequence[str]) -> list[str]:
    """Return the names of resources that a service's statement is about."""
    if service == "apigateway":
        return list(_APIS)
    begin = [*names, ASSET_BUCKETS] if service == "s3" else names
    return [form.format(name) for form in _NAMED[service] for name in begin]


def uncovered(policy: Policy, calls: Iterable[tuple[str, str]]) -> list[str]:
    """Return the actions that calls need and the policy doesn't name."""
    allowed = [action for statement in policy["Statement"] for action in statement["Action"]]
    return sorted(
        action
        for action in all_actions(calls)
        if not any(fnmatchcase(action.lower(), known.lower()) for known in allowed)
    )


def _is_of_account(action: str) -> bool:
    service, _, name = action.partition(":")
    if any(fnmatchcase(action, known) for known in _UNNAMED):
        return True
    # A bucket's contents are listed in its name; other lists tell no more than names.
    return service not in ("s3", "apigateway") and name.startswith(_OF_AN_ACCOUNT)


def _in_short(actions: Iterable[str]) -> set[str]:
    """Name many actions that only look by service and verb: a policy has to be short."""
    alike: dict[str, set[str]] = defaultdict(set)
    for action in actions:
        service, _, name = action.partition(":")
        verb = next((verb for verb in _OF_AN_ACCOUNT if name.startswith(verb)), None)
        alike[f"{service}:{verb}*" if verb else action].add(action)
    return {
        one for short, those in alike.items() for one in ([short] if len(those) >= _MANY else those)
    }


def _statement(
    title: str,
    actions: Iterable[str],
    resources: Sequence[str],
    condition: dict[str, Any] | None = None,
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": title,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
    }
    return {**statement, "Condition": condition} if condition else statement


def _title(service: str) -> str:
    return "".join(part.title() for part in service.split("-"))
