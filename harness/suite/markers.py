"""The plugin's markers, checked while tests are collected: a typo must not pass silently."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from . import capabilities, claim_marks

LINES = (
    'claim("pattern.claim", …): this test asserts these claims; claims.yaml lists them.',
    'requires("capability", …): skip this test, with the reason, on a target that lacks it.',
)


class MarkerChecks:
    """Turns a marker that names something unknown into an error of collection."""

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        items = [node for node in report.result or () if isinstance(node, pytest.Item)]
        if problems := [problem for item in items for problem in _problems(item)]:
            report.outcome = "failed"
            report.longrepr = "\n".join(problems)
            report.result = []
        return report


def _problems(item: pytest.Item) -> list[str]:
    return [*claim_marks.problems_of(item), *capabilities.problems_of(item)]
