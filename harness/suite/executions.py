"""What durable executions a test module has had, for the report and for its failures.

Gathered before the module's stacks and account go. Nothing here may fail a run: what can't be
read is said instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.observe import machine_time
from harness.observe.durable.bounding import Bounds, bounded
from harness.observe.durable.document import as_document
from harness.observe.durable.reading import Found, executions_of, read_timeline
from harness.observe.durable.standing import executions_at
from harness.observe.durable.wording import in_lines
from harness.observe.redaction import redacted, redacted_document

from .accounts import ACCOUNT
from .clients import CREATED
from .deployments import DEPLOYMENTS
from .options import RUN_OPTIONS
from .run_target import RUN_TARGET

if TYPE_CHECKING:
    from harness.observe.durable.model import Timeline
    from harness.targets.base import Target

MOST: Final = 10
"""Executions of a module that a report shows."""
MOST_BESIDE_A_FAILURE: Final = 3
MOST_EVENTS: Final = 5000
BOUNDS: Final = Bounds(operations=100, attempts=20, invocations=200)
"""How much of each a report shows."""

ATTRIBUTE: Final = "harness_executions"
"""Name under which the report of a module's last teardown carries what was gathered."""
GATHERED: Final = pytest.StashKey[dict[str, Any]]()
"""On the last test of a module: what it has gathered, until its report is made."""

_LISTED: Final = 1000
_WITHIN: Final = timedelta(seconds=20)
"""How long reading may take for one module, in the machine's time."""


def gather(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Gather a module's executions after a test, while everything of it is still there.

    After its last test all of them; after the others those that have ended, where that costs next
    to nothing: a later test may move time beyond their retention.
    """
    module = item.getparent(pytest.Module)
    if module is None or item.config.stash[RUN_OPTIONS].report_folder is None:
        return
    is_last = nextitem is None or nextitem.getparent(pytest.Module) is not module
    gathering = module.stash.setdefault(GATHERING, Gathering(module.nodeid))
    try:
        # What couldn't be read once isn't asked for after each test.
        if (is_last or not gathering.problem) and (reader := _reader(module)) is not None:
            gathering.look(reader, is_last=is_last)
    except Exception as problem:
        gathering.problem = redacted(f"{type(problem).__name__}: {problem}")
    if is_last:
        del module.stash[GATHERING]
        if not gathering.is_empty:
            item.stash[GATHERED] = gathering.document()


def attach_gathered(item: pytest.Item, report: pytest.TestReport) -> None:
    """Let a report carry what was gathered, to the process that writes the run's report."""
    if GATHERED in item.stash:
        setattr(report, ATTRIBUTE, item.stash[GATHERED])


class Gathering:
    """The executions of a module, as far as they have been looked at.

    Args:
        module: The module's id.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._seen: set[str] = set()
        self._read: dict[str, Timeline] = {}
        self.problem = ""

    @property
    def is_empty(self) -> bool:
        return not self._seen and not self.problem

    def look(self, reader: Reader, *, is_last: bool) -> None:
        """Read what has ended since the last look; the last time, what is open too."""
        if not is_last and not reader.lists_at_once:
            return
        deadline = machine_time.now() + _WITHIN
        for one in reader.found():
            self._seen.add(one.arn)
            known = self._read.get(one.arn)
            is_final = one.end is not None and (known is None or known.is_open)
            has_room = known is not None or len(self._read) < MOST
            if has_room and (is_final or (is_last and (known is None or known.is_open))):
                self._read[one.arn] = bounded(reader.read(one), BOUNDS)
            if machine_time.now() > deadline:
                return

    def document(self) -> dict[str, Any]:
        """Return `module`, `timelines`, `more` (how many aren't among them) and `problem`."""
        timelines = sorted(self._read.values(), key=lambda one: (one.start, one.arn))
        return {
            "module": self._module,
            "timelines": [redacted_document(as_document(one)) for one in timelines],
            "more": len(self._seen) - len(timelines),
            "problem": self.problem,
        }


GATHERING: Final = pytest.StashKey[Gathering]()
"""On a module, while its tests run."""


def told(module: pytest.Module) -> str:
    """Tell a module's latest executions as text; empty when it has none."""
    reader = _reader(module)
    if reader is None or not (found := reader.found()):
        return ""
    lines = (
        [f"… and {count} earlier ones"] if (count := len(found) - MOST_BESIDE_A_FAILURE) > 0 else []
    )
    for one in found[-MOST_BESIDE_A_FAILURE:]:
        lines += in_lines(reader.read(one))
    return "\n".join(lines)


class Reader:
    """Finds and reads the executions of one test module.

    Args:
        target: Where it runs.
        account: Its account.
        functions: What it is known to have made: account, region and name of durable functions.
    """

    def __init__(
        self, target: Target, account: str, functions: frozenset[tuple[str, str, str]]
    ) -> None:
        self._target, self._account, self._functions = target, account, functions
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def lists_at_once(self) -> bool:
        """Whether one question, which isn't AWS's, is enough to hear of all executions."""
        return "environments" in self._target.capabilities

    def found(self) -> list[Found]:
        """Return its executions, the oldest first."""
        if self.lists_at_once:
            # The module has its account for itself.
            return [
                one
                for one in executions_at(self._target.endpoint_url)
                if one.account == self._account
                or (one.account, one.region, one.function) in self._functions
            ]
        return sorted(self._listed(), key=lambda one: (one.start, one.arn))

    def read(self, one: Found) -> Timeline:
        return read_timeline(
            self._client(one.account, one.region),
            one.arn,
            now=self._now(),
            most_events=MOST_EVENTS,
        )

    def _listed(self) -> Iterator[Found]:
        """List, function by function, those that are durable: for others AWS isn't asked."""
        for account, region, function in sorted(self._functions):
            client = self._client(account, region)
            try:
                yield from executions_of(client, function, most=_LISTED)
            except client.exceptions.ResourceNotFoundException:
                continue  # a test deleted it, and with it its executions

    def _client(self, account: str, region: str) -> Any:
        if (account, region) not in self._clients:
            from botocore.config import Config

            # A target that no longer answers must not hold up the end of a module.
            impatient = Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 1})
            self._clients[account, region] = self._target.client(
                "lambda", account=account, region=region, config=impatient
            )
        return self._clients[account, region]

    def _now(self) -> datetime:
        time = getattr(self._target, "time", None)
        now: datetime = time.now() if time else machine_time.timestamp()
        return now


def _reader(module: pytest.Module) -> Reader | None:
    """Return what reads a module's executions; None where it has no account on a target."""
    run_target = module.config.stash[RUN_TARGET]
    account = module.stash.get(ACCOUNT, None)
    if not run_target.is_started or account is None:
        return None
    deployments = module.stash.get(DEPLOYMENTS, None)
    functions = set(module.stash.get(CREATED, ()))
    if deployments is not None:
        functions |= deployments.durable_functions
    return Reader(run_target.started(), account, frozenset(functions))
