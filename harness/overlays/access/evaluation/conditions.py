"""When a statement's conditions hold for a request.

Operators and keys are joined by AND, the values of a key by OR (of a negated operator: by NOR).
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

from .documents import Condition
from .patterns import Context


def unmet(
    conditions: tuple[Condition, ...], context: Context, *, has_variables: bool = True
) -> Condition | None:
    """Return the first condition that doesn't hold; None when all do."""
    for condition in conditions:
        if not holds(condition, context, has_variables=has_variables):
            return condition
    return None


def holds(condition: Condition, context: Context, *, has_variables: bool = True) -> bool:
    """Say whether a condition holds for a request's keys."""
    operator = condition.operator
    values = context.get(condition.key, ())
    if operator.asks_for_presence:
        is_absent = "false" if any(values) else "true"
        return any(is_absent == wanted.lower() for wanted in condition.values)

    def matches(value: str) -> bool:
        return any(
            operator.compares(value, wanted, context, has_variables) for wanted in condition.values
        )

    if operator.quantifier:
        # An empty string counts as no value.
        given = [value for value in values if value]
        if not given and operator.passes_if_absent:
            return True
        if operator.quantifier == "ForAllValues":
            return all(matches(value) != operator.is_negated for value in given)
        return any(matches(value) != operator.is_negated for value in given)
    if not values:
        return operator.passes_if_absent or operator.is_negated
    return any(matches(value) for value in values) != operator.is_negated
