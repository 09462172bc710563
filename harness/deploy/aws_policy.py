"""The IAM policy that a user needs who runs the scenarios on AWS, made from what was really called.

Half of it is what runs called themselves, half what CloudFormation calls for them. Where a name
says what belongs to the scenarios, a statement is only about such names.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from harness.errors import HarnessError

from .aws_actions import all_actions

Policy = dict[str, Any]
VERSION: Final = "2012-10-17"

LARGEST: Final = 6_144
"""Characters, blanks apart, of a managed policy."""
MOST: Final = 10
"""Managed policies of a user, without asking AWS for more.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
RUN_TAG: Final = "aws-pattern-harness:run"
OURS: Final = "aws-pattern-harness"
"""What the names of policies and of buckets for code begin with."""
_OF_CDK: Final = "cdk-hnb659fds-assets-"
"""What the names of buckets begin with that cloud assemblies of the AWS CDK name for their code.

Source: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""
_SWEEP: Final = (
    ("cloudformation", "ListChangeSets"),
    ("resourcegroupstaggingapi", "GetResources"),
)
"""What `harness aws sweep` calls and runs don't."""

_NAMED: Final = {
    # Amazon resource names that begin with a scenario's name, by service.
    "cloudformation": ("arn:aws:cloudformation:*:*:stack/{}*/*",),
    "cloudwatch": ("arn:aws:cloudwatch:*:*:alarm:{}*",),
    "dynamodb": ("arn:aws:dynamodb:*:*:table/{}*",),
    "events": ("arn:aws:events:*:*:event-bus/{}*", "arn:aws:events:*:*:rule/{}*"),
    "firehose": ("arn:aws:firehose:*:*:deliverystream/{}*",),
    "iam": ("arn:aws:iam::*:role/{}*",),
    "lambda": ("arn:aws:lambda:*:*:function:{}*",),
    "logs": (
        "arn:aws:logs:*:*:log-group:/aws/*/{}*",
        "arn:aws:logs:*:*:log-group:{}*",
        "arn:aws:logs:*:*:delivery-destination:{}*",
        "arn:aws:logs:*:*:delivery-source:{}*",
    ),
    "s3": ("arn:aws:s3:::{}*",),
    "secretsmanager": ("arn:aws:secretsmanager:*:*:secret:{}*",),
    "ses": ("arn:aws:ses:*:*:identity/{}*",),
    "sns": ("arn:aws:sns:*:*:{}*",),
    "sqs": ("arn:aws:sqs:*:*:{}*",),
    "sts": ("arn:aws:iam::*:role/{}*",),
}
_BY_TAG: Final = {
    # What AWS names by an id of its own bears the run's tag, which CloudFormation passes on.
    "kms:*": ("arn:aws:kms:*:*:key/*",),
    "logs:DeleteDelivery": ("arn:aws:logs:*:*:delivery:*",),
    "logs:UpdateDeliveryConfiguration": ("arn:aws:logs:*:*:delivery:*",),
}
_TAGGED_WHEN_MADE: Final = {
    "kms:CreateKey": ("*",),
    "logs:CreateDelivery": ("arn:aws:logs:*:*:delivery:*",),
}
_TAGGED_BY_STACKS: Final = {
    # Whoever could tag others' keys by hand could use them afterwards.
    "kms:TagResource": "arn:aws:kms:*:*:key/*",
    "logs:TagResource": "arn:aws:logs:*:*:delivery:*",
}
_ALSO_OF_NAMES: Final = ("kms:*Alias", "logs:CreateDelivery")
"""Actions that are about something with a name of ours, and about one of AWS's naming."""
_LOG_DELIVERY: Final = "arn:aws:iam::*:role/aws-service-role/delivery.logs.amazonaws.com/*"
"""The one service-linked role that AWS makes on a user's behalf: log delivery to Firehose."""
_ALIASES: Final = "arn:aws:kms:*:*:alias/{}*"
_UNNAMED: Final = (
    # Actions on what has no name of ours, or on an account as a whole.
    "cloudwatch:Get*",
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
_ROLES_GO_TO: Final = (
    "apigateway.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "lambda.amazonaws.com",
)


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
    passing = {action for action in needed if action == "iam:PassRole"}
    stacks = {action for action in needed if action == "cloudformation:CreateChangeSet"}
    linked = {action for action in needed if action == "iam:CreateServiceLinkedRole"}
    named: dict[str, set[str]] = defaultdict(set)
    by_tag: dict[tuple[str, ...], set[str]] = defaultdict(set)
    made: dict[tuple[str, ...], set[str]] = defaultdict(set)
    unnamed: set[str] = set()
    for action in needed - stacks - passing - linked:
        service = action.partition(":")[0]
        of_a_run = next((those for one, those in _BY_TAG.items() if fnmatchcase(action, one)), None)
        if _is_of_account(action):
            unnamed.add(action)
            continue
        if action in _TAGGED_WHEN_MADE:
            made[_TAGGED_WHEN_MADE[action]].add(action)
        elif of_a_run:
            by_tag[of_a_run].add(action)
        elif service not in ("apigateway", *_NAMED):
            unnamed.add(action)
            continue
        else:
            named[service].add(action)
        if any(fnmatchcase(action, one) for one in _ALSO_OF_NAMES):
            named[service].add(action)
    statements = [
        _statement("LookAndWhatHasNoName", _in_short(unnamed), ["*"]),
        *(
            _statement(_title(service), actions, resources_of(service, names))
            for service, actions in sorted(named.items())
        ),
        *(
            _statement(
                f"{_title(resources[0].split(':')[2])}OfTheRun",
                actions,
                resources,
                {"Null": {f"aws:ResourceTag/{RUN_TAG}": "false"}},
            )
            for resources, actions in sorted(by_tag.items())
        ),
        *(
            _statement(
                f"{_title(min(actions).partition(':')[0])}BearsItsRun",
                actions,
                resources,
                {"Null": {f"aws:RequestTag/{RUN_TAG}": "false"}},
            )
            for resources, actions in sorted(made.items())
        ),
        _statement(
            "TagsOfStacks",
            needed & _TAGGED_BY_STACKS.keys(),
            [_TAGGED_BY_STACKS[action] for action in sorted(needed & _TAGGED_BY_STACKS.keys())],
            {"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}},
        ),
        _statement(
            "StacksBearTheirRun",
            stacks,
            resources_of("cloudformation", names),
            {"Null": {f"aws:RequestTag/{RUN_TAG}": "false"}},
        ),
        _statement("LogDelivery", linked, [_LOG_DELIVERY]),
        _statement(
            "RolesForTheScenarios",
            passing,
            resources_of("iam", names),
            {"StringEquals": {"iam:PassedToService": list(_ROLES_GO_TO)}},
        ),
    ]
    return {
        "Version": VERSION,
        "Statement": [statement for statement in statements if statement["Action"]],
    }


def managed(policy: Policy) -> dict[str, Policy]:
    """Share a policy out into managed policies that IAM takes.

    Args:
        policy: Of any size.

    Returns:
        Documents by name: together they allow what the policy allows.

    Raises:
        HarnessError: A user can't have as many.
    """
    shared: list[list[dict[str, Any]]] = []
    pieces = [piece for statement in policy["Statement"] for piece in _halved(statement)]
    for piece in sorted(pieces, key=_size, reverse=True):
        for one in shared:
            if size_of(_document([*one, piece])) <= LARGEST:
                one.append(piece)
                break
        else:
            shared.append([piece])
    if len(shared) > MOST:
        raise HarnessError(
            f"What the scenarios call fills {len(shared)} managed policies, and a user has "
            f"{MOST} at most.",
            "Make policies for fewer patterns: name them.",
        )
    order = {statement["Sid"]: at for at, statement in enumerate(pieces)}
    for one in shared:
        one.sort(key=lambda statement: order[statement["Sid"]])
    return {f"{OURS}-{at}": _document(one) for at, one in enumerate(shared, start=1)}


def size_of(policy: Policy) -> int:
    """Return how many characters of a policy IAM counts."""
    return len(json.dumps(policy, separators=(",", ":")))


def resources_of(service: str, names: Sequence[str]) -> list[str]:
    """Return the names of resources that a service's statement is about."""
    if service == "apigateway":
        return list(_APIS)
    if service == "kms":
        return [_ALIASES.format(name) for name in names]
    begin = [*names, OURS, _OF_CDK] if service == "s3" else names
    return [form.format(name) for form in _NAMED[service] for name in begin]


def uncovered(policies: Iterable[Policy], calls: Iterable[tuple[str, str]]) -> list[str]:
    """Return the actions that calls need and no policy names."""
    allowed = [
        action
        for policy in policies
        for statement in policy["Statement"]
        for action in statement["Action"]
    ]
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


def _document(statements: list[dict[str, Any]]) -> Policy:
    return {"Version": VERSION, "Statement": statements}


def _size(statement: dict[str, Any]) -> int:
    return size_of(_document([statement]))


def _halved(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a statement in as many as each fits into a policy: with fewer actions."""
    actions = statement["Action"]
    if _size(statement) <= LARGEST or len(actions) < 2:
        return [statement]
    halves = (actions[: len(actions) // 2], actions[len(actions) // 2 :])
    return [
        piece
        for at, half in enumerate(halves, start=1)
        for piece in _halved({**statement, "Sid": f"{statement['Sid']}{at}", "Action": half})
    ]


def _title(service: str) -> str:
    return "".join(part.title() for part in service.split("-"))
