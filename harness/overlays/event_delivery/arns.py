"""What EventBridge reads from ARNs. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arn:
    """An ARN's parts.

    Attributes:
        text: The whole.
        service: Such as `sqs`.
        region: Empty where the service has none in its ARNs.
        account: Likewise.
        resource: All that follows.
    """

    text: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def is_bus(self) -> bool:
        return self.service == "events" and self.resource.startswith("event-bus/")

    @property
    def is_api_destination(self) -> bool:
        return self.service == "events" and self.resource.startswith(
            ("api-destination/", "destination/")
        )

    @property
    def is_archive(self) -> bool:
        return self.service == "events" and self.resource.startswith("archive/")

    @property
    def name(self) -> str:
        """The last part of the resource's path."""
        return self.resource.rsplit("/", 1)[-1]


def parse(text: str) -> Arn | None:
    """Return an ARN's parts; None when it isn't one."""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[2]:
        return None
    return Arn(text, parts[2], parts[3], parts[4], parts[5])


def bus_of_rule(rule_arn: str) -> str:
    """Return the name of a rule's bus."""
    path = rule_arn.split(":", 5)[-1].split("/")
    return path[1] if len(path) > 2 else "default"
