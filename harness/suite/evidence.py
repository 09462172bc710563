"""What stands beside a failure: notes of the error, the emulator's log, the functions' logs."""

from __future__ import annotations

import linecache
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from _pytest.outcomes import Failed

from harness.errors import HarnessError
from harness.observe.calls import calls_at, telling
from harness.observe.denials import distinct
from harness.observe.logs import log_events, log_groups
from harness.observe.redaction import redacted

from .accounts import ACCOUNT
from .capabilities import TIME_TRAVEL, TRACE
from .deployments import DEPLOYMENTS
from .iam import can_decide
from .run_target import RUN_TARGET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from harness.targets.base import Target
    from harness.targets.time_travel import TargetTime

DENIALS = 20
FUNCTION_LOG_LINES = 60
CALLS = 25
FUNCTION_LOG_GROUPS = "/aws/lambda/"
STARTED = pytest.StashKey[datetime]()
"""On a test: when it began."""

Section = tuple[str, str]


class PlainFailure(Failed):
    """A HarnessError as pytest shows it: the sentence, without a traceback."""

    # The names that pytest's own failure goes by in summaries.
    __module__ = "builtins"
    __qualname__ = "Failed"

    def __init__(self, sentence: str, error: HarnessError) -> None:
        super().__init__(sentence, pytrace=False)
        self.error = error


def harness_error_of(call: pytest.CallInfo[None]) -> HarnessError | None:
    """Return the HarnessError that ended a phase of a test, if one did."""
    raised = call.excinfo.value if call.excinfo else None
    return raised.error if isinstance(raised, PlainFailure) else None


def as_plain_failure(call: pytest.CallInfo[None], item: pytest.Item) -> None:
    """Show a HarnessError as its sentence: the harness's own frames explain nothing to its user."""
    error = _error_in(call.excinfo.value) if call.excinfo else None
    if call.excinfo is None or error is None:
        return
    sentence = str(error)
    if call.when == "call" and (where := _line_in(item, call.excinfo)):
        sentence = f"{where}\n{sentence}"
    plain = PlainFailure(sentence, error)
    call.excinfo = pytest.ExceptionInfo.from_exc_info((type(plain), plain, call.excinfo.tb))


def _error_in(raised: BaseException) -> HarnessError | None:
    """Return what a user can repair: the error, or the weightiest of a teardown's several."""
    if isinstance(raised, HarnessError):
        return raised
    if not isinstance(raised, BaseExceptionGroup):
        return None
    errors = [_error_in(one) for one in raised.exceptions]
    known = [error for error in errors if error is not None]
    if len(known) < len(errors):
        return None  # something else as well, which needs its traceback
    first = max(known, key=lambda error: error.exit_code)
    for other in known:
        if str(other) != str(first):
            first.add_note(str(other))
    return first


def attach_evidence(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Add to a failed test's report what helps to understand it."""
    if error := harness_error_of(call):
        report.sections += [(title, redacted(text)) for title, text in notes_of(error)]
    run_target = item.config.stash[RUN_TARGET]
    if run_target.is_started:
        module = item.getparent(pytest.Module)
        account = module.stash.get(ACCOUNT, None) if module else None
        since = item.stash.get(STARTED, None)
        deployments = module.stash.get(DEPLOYMENTS, None) if module else None
        made = deployments.made if deployments else frozenset[str]()
        report.sections += denied_in(run_target.started(), account)
        report.sections += logs_since(since, run_target.started(), account, made)
        if module is not None:
            report.sections += executions_in(module)


def denied_in(target: Target, account: str | None) -> list[Section]:
    """Return what policies denied in a module's account; it never raises."""
    if account is None or not can_decide(target):
        return []
    try:
        texts = list(distinct(target.denials(account)))[-DENIALS:]
    except Exception as problem:
        texts = [f"(not readable: {problem})"]
    return [("calls that policies denied", redacted("\n".join(texts)))] if texts else []


def notes_of(error: HarnessError) -> Iterator[Section]:
    """Yield the long evidence that an error carries."""
    for note in getattr(error, "__notes__", ()):
        yield "what the error says beside its sentence", note


def _line_in(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> str | None:
    for entry in reversed(excinfo.traceback):
        if entry.path == item.path:
            line = linecache.getline(str(item.path), entry.lineno + 1).strip()
            return f"{item.path.name}:{entry.lineno + 1}: {line}"
    return None


def logs_since(
    since: datetime | None, target: Target, account: str | None, made: Collection[str] = ()
) -> list[Section]:
    """Return what the emulator and the module's functions logged since a moment.

    It never raises: evidence that can't be had must not replace the failure that it is for.

    Args:
        since: The moment.
        target: Where the module runs.
        account: Its account.
        made: Names of what its stacks made: in an account that others use only these are its own.
    """
    sections = []
    for title, read in (
        ("the emulator's clock", partial(_clock, target)),
        ("calls of AWS APIs", partial(_calls, target, account, since)),
        ("emulator's log, its last lines", target.evidence),
        ("function logs", partial(_function_logs, target, account, since, made)),
    ):
        try:
            text = read()
        except Exception as problem:
            text = f"(not readable: {problem})"
        if text.strip():
            sections.append((title, redacted(text)))
    return sections


def _calls(target: Target, account: str | None, since: datetime | None) -> str:
    """Tell the calls that failed during a test, and the latest others."""
    if TRACE not in target.capabilities or account is None:
        return ""
    start = since.timestamp() if since else 0.0
    calls = calls_at(target.endpoint_url, account).calls
    return "\n".join(map(str, telling((one for one in calls if one.machine_at >= start), CALLS)))


def _clock(target: Target) -> str:
    if TIME_TRAVEL not in target.capabilities:
        return ""
    time: TargetTime = getattr(target, "time")  # noqa: B009
    return time.describe()


def executions_in(module: pytest.Module) -> list[Section]:
    """Return how a module's durable executions stand; nothing where it has none."""
    from .executions import told

    try:
        text = told(module)
    except Exception as problem:
        text = f"(not readable: {problem})"
    return [("durable executions", redacted(text))] if text else []


def _function_logs(
    target: Target, account: str | None, since: datetime | None, made: Collection[str]
) -> str:
    if account is None:
        return ""
    logs = target.client("logs", account=account, region=target.regions[0])
    lines = []
    for group in log_groups(logs, FUNCTION_LOG_GROUPS):
        function = group.removeprefix(FUNCTION_LOG_GROUPS)
        # An account that can be reset belongs to the module alone.
        if function not in made and "reset" not in target.capabilities:
            continue
        events = log_events(logs, group, since=since)
        lines += [(event.at, function, event.message) for event in events]
    return "\n".join(
        f"{at:%H:%M:%S.%f} {function}: {message}"
        for at, function, message in sorted(lines)[-FUNCTION_LOG_LINES:]
    )
