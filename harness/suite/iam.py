"""What a run does about policies: audits are warnings, and a file of the report."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import pytest

from harness.observe.denials import distinct

if TYPE_CHECKING:
    from harness.targets.base import Target
    from harness.targets.emulated import Emulated

CAPABILITY = "iam"


class IamAuditWarning(pytest.PytestWarning):
    """A call that policies don't allow, let through since the run is an audit."""


class AuditRecorder:
    """Writes an audit's warnings to the report's folder, for `harness run`."""

    def __init__(self, folder: Path) -> None:
        # A suite that audits nothing needn't wait for what writes reports.
        from harness.report.writing import AUDIT_FILE

        self._file = folder / AUDIT_FILE
        self._texts: dict[str, None] = {}

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        if issubclass(warning_message.category, IamAuditWarning):
            self._texts[str(warning_message.message)] = None

    def pytest_sessionfinish(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text("".join(f"{text}\n" for text in self._texts))


def can_decide(target: Target) -> TypeGuard[Emulated]:
    """Whether the target can be told what policies do; on AWS they always decide."""
    return CAPABILITY in target.capabilities


def tell_would_be_denials(denials: Sequence[Mapping[str, Any]], where: str) -> None:
    """Warn of each call that policies would have denied, with the statement that allows it."""
    for told in distinct(denials):
        warnings.warn(IamAuditWarning(f"{where}: {told}"), stacklevel=2)
