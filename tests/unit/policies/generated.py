"""Requests and policies, made from a seed, that both evaluators can be asked about.

Small vocabularies, so that policies meet requests often; condition keys that AWS allows for any
action, so that neither side leaves one out. README.md of the access overlay says what is left out
because the two differ there, and why ours stays.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

A, B = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{A}:role/team/worker"
SESSION = f"arn:aws:sts::{A}:assumed-role/worker/run"
USER = f"arn:aws:iam::{A}:user/ana"
PRINCIPALS = (USER, SESSION, SESSION, f"arn:aws:iam::{A}:root", "events.amazonaws.com")
RESOURCES = {
    "sqs": ("arn:aws:sqs:eu-west-1:{}:orders", "arn:aws:sqs:eu-west-1:{}:orders-dlq"),
    "sns": ("arn:aws:sns:eu-west-1:{}:news",),
    "lambda": ("arn:aws:lambda:eu-west-1:{}:function:worker",),
    "kms": ("arn:aws:kms:eu-west-1:{}:key/11111111-2222-3333-4444-555555555555",),
    "dynamodb": ("arn:aws:dynamodb:eu-west-1:{}:table/Orders",),
    "s3": ("arn:aws:s3:::bucket/team/ana/file", "arn:aws:s3:::bucket/other"),
    "sts": ("arn:aws:iam::{}:role/team/target",),
}
ACTIONS = {
    "sqs": ("sqs:SendMessage", "sqs:ReceiveMessage"),
    "sns": ("sns:Publish",),
    "lambda": ("lambda:InvokeFunction",),
    "kms": ("kms:Decrypt", "kms:GenerateDataKey"),
    "dynamodb": ("dynamodb:GetItem", "dynamodb:PutItem"),
    "s3": ("s3:GetObject", "s3:PutObject"),
    "sts": ("sts:AssumeRole",),
}
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # key: values of requests, values of policies
    "aws:SourceArn": (
        (f"arn:aws:events:eu-west-1:{A}:rule/hourly", f"arn:aws:sns:eu-west-1:{B}:news"),
        (f"arn:aws:events:eu-west-1:{A}:rule/*", "arn:aws:sns:*:*:news", "arn:aws:s?s:*:*:*"),
    ),
    "aws:SourceIp": (
        ("10.0.0.7", "192.0.2.1", "203.0.113.9"),
        ("10.0.0.0/8", "192.0.2.1", "128.0.0.0/1", "203.0.113.8/31"),
    ),
    "aws:SecureTransport": (("true", "false"), ("true", "false")),
    "aws:MultiFactorAuthAge": (("5", "300", "3600"), ("5", "300.0", "1000")),
    "aws:CurrentTime": (
        ("2026-03-02T10:00:00Z", "2025-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-03-02T10:00:00Z"),
    ),
    "aws:PrincipalTag/team": (("ana", "blue", "Blue"), ("blue", "b*", "bl?e", "${aws:username}")),
    "aws:CalledVia": (
        ("cloudformation.amazonaws.com", "athena.amazonaws.com", "dynamodb.amazonaws.com"),
        ("cloudformation.amazonaws.com", "athena.*", "dynamodb.amazonaws.com"),
    ),
}
MULTIVALUED = ("aws:CalledVia",)
OPERATORS = {
    "aws:SourceArn": ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike"),
    "aws:SourceIp": ("IpAddress", "NotIpAddress"),
    "aws:SecureTransport": ("Bool",),
    "aws:MultiFactorAuthAge": (
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    "aws:CurrentTime": (
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    ),
    "aws:PrincipalTag/team": (
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ),
    "aws:CalledVia": ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
}


@dataclass(frozen=True)
class Case:
    """One request with all policies that speak about it; documents as dictionaries."""

    number: int
    principal: str
    action: str
    resource: str
    resource_account: str
    context: dict[str, Any]
    identity: list[dict[str, Any]] = field(default_factory=list)
    boundary: dict[str, Any] | None = None
    session: dict[str, Any] | None = None
    resource_policy: dict[str, Any] | None = None


def cases(seed: int, count: int) -> Iterator[Case]:
    """Yield cases; the same ones for the same seed."""
    for number in range(count):
        yield _Maker(random.Random(f"{seed}/{number}")).case(number)


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def case(self, number: int) -> Case:
        chance = self.chance
        service = chance.choice(sorted(RESOURCES))
        owner = B if chance.random() < 0.35 else A
        resource = chance.choice(RESOURCES[service]).format(owner)
        principal = chance.choice(PRINCIPALS)
        self.action, self.resource, self.service = (
            chance.choice(ACTIONS[service]),
            resource,
            service,
        )
        is_service = principal.endswith(".amazonaws.com")
        is_root = principal.endswith(":root")
        has_own = not is_service and not is_root
        has_policy = service in ("sts", "kms") or (service != "dynamodb" and chance.random() < 0.75)
        session = self.policy(0.8) if principal == SESSION and chance.random() < 0.2 else None
        return Case(
            number,
            principal,
            self.action,
            resource,
            owner,
            self.context(principal),
            [self.policy() for _ in range(chance.randint(0, 2))] if has_own else [],
            self.policy(0.8) if has_own and chance.random() < 0.2 else None,
            session,
            self.resource_policy(has_session_policy=session is not None) if has_policy else None,
        )

    def context(self, principal: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if principal == USER:
            found["aws:username"] = "ana"
        for key, (values, _) in KEYS.items():
            if self.chance.random() < 0.5:
                continue
            if key in MULTIVALUED:
                found[key] = self.chance.sample(values, self.chance.randint(1, 2))
            else:
                found[key] = self.chance.choice(values)
        return found

    def policy(self, generosity: float = 0.5) -> dict[str, Any]:
        count = self.chance.randint(1, 3)
        return _document([self.statement(generosity) for _ in range(count)])

    def statement(self, generosity: float) -> dict[str, Any]:
        statement: dict[str, Any] = {
            "Effect": "Deny" if self.chance.random() < 0.15 else "Allow",
            **self.action_element(generosity),
            **self.resource_element(generosity),
        }
        if self.chance.random() < 0.6:
            statement["Condition"] = self.condition()
        return statement

    def action_element(self, generosity: float) -> dict[str, Any]:
        chance = self.chance
        if chance.random() < generosity:
            return {"Action": chance.choice(("*", self.action, f"{self.service}:*"))}
        prefix = self.action[: len(self.service) + 3]
        options = (
            {"Action": [f"{prefix}*", "iam:Get*"]},
            {"Action": self.action.upper().replace(self.service.upper(), self.service)},
            {"NotAction": [self.action]},
            {"NotAction": "iam:*"},
            {"Action": f"{self.service}:?e*"},
            {"Action": "iam:GetRole"},
        )
        return chance.choice(options)

    def resource_element(self, generosity: float) -> dict[str, Any]:
        chance = self.chance
        if chance.random() < generosity:
            return {"Resource": chance.choice(("*", self.resource))}
        fields = self.resource.split(":")
        options = (
            {"Resource": f"{self.resource[:-3]}*"},
            {"Resource": ":".join((*fields[:3], "*", "*", *fields[5:]))},
            {"Resource": f"{self.resource[:-1]}?"},
            {"Resource": "arn:aws:s3:::bucket/team/${aws:username}/*"},
            {"Resource": "arn:aws:s3:::bucket/team/${aws:username, 'ana'}/*"},
            {"NotResource": self.resource},
            {"NotResource": "arn:aws:s3:::elsewhere/*"},
            {"Resource": self.resource.swapcase().replace("ARN:AWS:", "arn:aws:")},
        )
        return chance.choice(options)

    def condition(self) -> dict[str, Any]:
        chance = self.chance
        block: dict[str, Any] = {}
        for _ in range(chance.randint(1, 2)):
            key = chance.choice(sorted(KEYS))
            values = KEYS[key][1]
            wanted = chance.sample(values, chance.randint(1, min(2, len(values))))
            operator = chance.choice(OPERATORS[key])
            if "Not" in operator:
                wanted = [one for one in wanted if "${" not in one] or [values[0]]
            if chance.random() < 0.12:
                operator, wanted = "Null", [chance.choice(("true", "false"))]
            else:
                if key in MULTIVALUED:
                    operator = f"{chance.choice(('ForAllValues', 'ForAnyValue'))}:{operator}"
                elif chance.random() < 0.2:
                    operator += "IfExists"
            spelled = key.upper() if chance.random() < 0.1 and "Tag" not in key else key
            block.setdefault(operator, {})[spelled] = wanted if len(wanted) > 1 else wanted[0]
        return block

    def resource_policy(self, *, has_session_policy: bool) -> dict[str, Any]:
        statements = []
        for _ in range(self.chance.randint(1, 3)):
            statement = self.statement(0.8)
            statement["Principal"] = self.principal_element(has_session_policy)
            if self.service == "sts":
                statement.pop("Resource", None)
                statement.pop("NotResource", None)
                statement.pop("NotAction", None)
                statement["Action"] = "sts:AssumeRole"
            statements.append(statement)
        return _document(statements)

    def principal_element(self, has_session_policy: bool) -> Any:
        # Who is meant as itself isn't limited by a session policy; the other one limits it.
        itself: tuple[Any, ...] = ("*", {"AWS": "*"}, {"AWS": SESSION})
        return self.chance.choice(
            (
                *(() if has_session_policy else itself),
                {"AWS": A},
                {"AWS": f"arn:aws:iam::{A}:root"},
                {"AWS": [ROLE, f"arn:aws:iam::{B}:root"]},
                {"AWS": USER},
                {"AWS": f"arn:aws:iam::{B}:user/bob"},
                {"Service": "events.amazonaws.com"},
                {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]},
            )
        )


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
