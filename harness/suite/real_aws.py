"""What a run on AWS does beside its tests: it asks first, and leaves nothing behind."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from harness.errors import HarnessError

from .options import RUN_OPTIONS
from .telling import ANNOUNCER, teller
from .worker_input import AWS_RUN, input_of

if TYPE_CHECKING:
    from harness.targets.aws import Aws

    from .run_target import RunTarget


class RealAws:
    """Shows the plan before the first test, and deletes what is left after the last one.

    Both happen once, in the main process: the workers of pytest-xdist begin no test before it has
    agreed, and have ended when it cleans up.
    """

    def __init__(self, config: pytest.Config, run_target: RunTarget) -> None:
        self._config, self._run_target = config, run_target
        config.pluginmanager.register(BrokenOff(self), "harness-real-aws-broken-off")
        self._is_worker = input_of(config) is not None
        self._is_agreed = False
        self._problem: HarnessError | None = None

    @property
    def _target(self) -> Aws:
        return cast("Aws", self._run_target.target)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        # Before workers are started: whoever can't answer is told so before anything is sent.
        if not self._is_worker and not self._config.option.collectonly:
            self._require_an_answer()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if not self._is_worker and session.items and not self._config.option.collectonly:
            self._agree(item.path for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[AWS_RUN] = self._target.run_id

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        # xdist hands out tests after this; all workers collect the same.
        if ids:
            self._agree(self._config.rootpath / test.partition("::")[0] for test in ids)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.clean_up(session)

    def clean_up(self, session: pytest.Session) -> None:
        """Delete what is left of the run, in the main process alone."""
        if self._is_worker or not self._run_target.is_started:
            return
        try:
            self._target.remove_everything()
        except HarnessError as problem:
            self._problem = problem
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            if announcer := cast("Any", self._config.pluginmanager.get_plugin(ANNOUNCER)):
                announcer.announce("left", exit_code=problem.exit_code, message=str(problem))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._problem:
            terminalreporter.write_line(f"ERROR: {self._problem}", red=True)
            for note in getattr(self._problem, "__notes__", ()):
                terminalreporter.write_line(note)

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        if sentence := self.left():
            with self._terminal() as reporter:
                reporter.write_line(sentence) if reporter else print(sentence, file=sys.stderr)

    def left(self) -> str:
        """Say what is left of a run that keeps it, or was broken off while it cleaned up."""
        if self._is_worker or not self._run_target.is_started:
            return ""
        if not (left := self._target.left()):
            return ""
        return (
            f"{len(left)} things of this run are in the account {self._target.accounts[0]}; "
            f'"harness aws sweep --run {self._target.run_id} --delete" deletes them.'
        )

    def _agree(self, modules: Iterable[Path]) -> None:
        from harness.deploy.aws_plan import plan_of
        from harness.deploy.aws_plan_text import QUESTION, is_yes, plan_lines

        if self._is_agreed:
            return
        self._is_agreed = True
        try:
            self._run_target.started()
        except HarnessError as problem:
            raise pytest.UsageError(str(problem)) from None
        self._target.tell = teller(self._config)
        workers = len(getattr(self._config.option, "tx", None) or ()) or 1  # pytest-xdist's
        region = self._target.regions[0]
        plan = plan_of(dict.fromkeys(modules), region=region, workers=workers)
        with self._terminal() as reporter:
            for line in plan_lines(plan, self._target.describe()):
                reporter.write_line(line)
            if self._config.stash[RUN_OPTIONS].is_agreed:
                return
            answer = input(QUESTION)
        if not is_yes(answer):
            pytest.exit("The plan was declined; nothing was made.", returncode=1)

    def _require_an_answer(self) -> None:
        from harness.deploy.aws_plan_text import nobody_to_ask

        if self._config.stash[RUN_OPTIONS].is_agreed:
            return
        with self._terminal():
            if not sys.stdin.isatty():
                problem = nobody_to_ask("--aws-yes")
                raise pytest.UsageError(str(problem))

    def _terminal(self) -> Any:
        """Return a context in which the terminal is the user's, and not captured."""
        return _Terminal(self._config)


class BrokenOff:
    """Ends a run that is interrupted while it cleans up with a sentence, not with a traceback.

    After a first Ctrl-C pytest takes down the fixtures of the test that ran; a second one, or a
    stack that can't be deleted, breaks that off.
    """

    def __init__(self, run: RealAws) -> None:
        self._run = run

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        try:
            return (yield)
        except KeyboardInterrupt:
            pytest.exit("Interrupted while cleaning up.", returncode=pytest.ExitCode.INTERRUPTED)
        except HarnessError as problem:
            self._run.clean_up(session)
            pytest.exit(str(problem), returncode=pytest.ExitCode.INTERRUPTED)


class _Terminal:
    def __init__(self, config: pytest.Config) -> None:
        manager = config.pluginmanager
        self._capture: Any = manager.get_plugin("capturemanager")
        self._reporter: Any = manager.get_plugin("terminalreporter")

    def __enter__(self) -> Any:
        if self._capture:
            self._capture.suspend_global_capture(in_=True)
        if self._reporter:
            self._reporter.ensure_newline()
        return self._reporter

    def __exit__(self, *_: object) -> None:
        if self._capture:
            self._capture.resume_global_capture()
