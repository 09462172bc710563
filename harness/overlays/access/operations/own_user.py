"""Requests of IAM without a user name: they are about the user who makes them. Pure.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
"""

from __future__ import annotations

from harness.overlays.core.access import Principal

from .arns import Parameters
from .reference import Action

_OF_A_KEY = "iam:GetAccessKeyLastUsed"
"""Is about whoever has the key."""


def named(action: Action, parameters: Parameters, principal: Principal) -> Parameters:
    """Return parameters with the caller's name, where the request means the caller.

    Args:
        action: Of the request.
        parameters: The request's.
        principal: Who makes it.
    """
    if not action.name.startswith("iam:") or principal.kind != "user":
        return parameters
    is_about_a_user = any(kind.name == "user" for kind in action.resource_types)
    if not is_about_a_user or action.name == _OF_A_KEY or parameters.get("UserName"):
        return parameters
    return {**parameters, "UserName": principal.arn.rpartition("/")[2]}
