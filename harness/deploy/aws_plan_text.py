"""The plan of a run on AWS as lines that people read before they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from harness.errors import UsageProblem

from .aws_plan import Plan

STAND_IN: Final = "aws-stand-in"
QUESTION: Final = "Run this? [y/N] "
_CENT: Final = 0.01
_YES: Final = ("y", "yes")


def is_yes(answer: str) -> bool:
    """Say whether an answer to the question agrees; only a clear yes does."""
    return answer.strip().lower() in _YES


def nobody_to_ask(option: str) -> UsageProblem:
    """Word that there is no terminal to ask on.

    Args:
        option: What would spare the question.
    """
    return UsageProblem(
        "Nobody can be asked whether the plan may be carried out: there is no terminal.",
        f"Say {option} to run without the question.",
    )


def plan_lines(plan: Plan, target: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a plan.

    Args:
        plan: The plan.
        target: The target's description of itself.
    """
    place = "stand-in for an account" if target["target"] == STAND_IN else "account"
    yield f"Plan for the {place} {target['account']} in {', '.join(target['regions'])}:"
    yield from _stacks(plan)
    yield from _resources(plan)
    yield ""
    yield f"Duration: {duration_text(plan.duration)} for stacks (assumed), and the tests' own waits"
    yield f"Cost: {cost_text(plan)}"
    yield (
        f"      (list prices of {plan.table.region} as of {plan.table.as_of}, assumed use, "
        "without free tier)"
    )
    for caller in target["callers"]:
        yield f"Caller: {caller}"
    yield f"Run: {target['run']} (tag aws-pattern-harness:run)"


def cost_text(plan: Plan) -> str:
    """Word what a plan costs; what isn't known is never counted as nothing."""
    amount = "under $0.01" if plan.cost < _CENT else f"about ${plan.cost:.2f}"
    if not plan.resources:
        return "unknown: no template was found" if plan.stacks else "nothing that is deployed"
    if plan.unknown:
        return f"{amount} and an unknown amount for {', '.join(plan.unknown)}"
    return amount


def duration_text(duration: timedelta) -> str:
    """Word a duration in minutes."""
    minutes = round(duration / timedelta(minutes=1))
    return f"about {minutes} min" if minutes > 1 else "about 1 min"


def _stacks(plan: Plan) -> Iterator[str]:
    rows = [
        (
            f"{stack.module.parent.name}/{stack.module.name}",
            stack.template.name,
            f"{sum(stack.resources.values())}" if not stack.problem else "unknown",
        )
        for stack in plan.stacks
    ]
    yield from _table(("test module", "template", "resources"), rows)


def _resources(plan: Plan) -> Iterator[str]:
    known, rows = plan.table.prices, []
    for kind, count in sorted(plan.resources.items()):
        price = known.get(kind)
        cost = "unknown" if price is None else _money(count * price.of(plan.duration))
        rows.append((kind, str(count), cost))
    yield ""
    yield from _table(("type", "count", "cost"), rows)


def _money(amount: float) -> str:
    return "free" if not amount else f"${amount:.4f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = Counter[int]()
    for row in (head, *rows):
        for column, text in enumerate(row):
            widths[column] = max(widths[column], len(text))
    for row in (head, *rows):
        cells = (text.ljust(widths[column]) for column, text in enumerate(row))
        yield f"  {'   '.join(cells)}".rstrip()
