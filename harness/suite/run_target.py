"""The one target of a run: made when first asked for, shared by all workers, stopped at the end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from harness import wire

from .iam import can_decide
from .options import RUN_OPTIONS
from .worker_input import CONTROLLER, input_of, real_aws_options

if TYPE_CHECKING:
    from harness.targets.base import Target

DESCRIPTION = "harness_target"
"""Where a worker's output carries the description of its target."""


class RunTarget:
    """Holds the target of this process, started when a fixture first asks for it.

    The workers of pytest-xdist share one: the first that needs it starts it, and it ends with the
    controller, which outlives them all. Where tests move time, each worker has one of its own, so
    that none disturbs another.

    Attributes:
        is_moved: Whether tests of this run move time; known once they are collected.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._target: Target | None = None
        self._failure: Exception | None = None
        self._ending: Exception | None = None
        self._is_suspect = False
        self._description: dict[str, Any] = {}
        self.is_started = False
        self.is_moved = False
        if config.stash[RUN_OPTIONS].aws is not None:
            from .real_aws import RealAws

            config.pluginmanager.register(RealAws(config, self), "harness-real-aws")

    @property
    def target(self) -> Target:
        """The target, not necessarily started."""
        if self._target is None:
            from harness.targets import target_named

            options = self._config.stash[RUN_OPTIONS]
            given = real_aws_options(self._config) if options.aws else self._sharing()
            self._target = target_named(options.target, given)
        return self._target

    def started(self) -> Target:
        """Return the target, started.

        Raises:
            HarnessError: It can't be started; that is tried once in a run.
        """
        if self._failure:
            raise self._failure
        if not self.is_started:
            try:
                self._start()
            except Exception as failure:
                self._failure = failure
                raise
        return self.target

    def describe(self) -> dict[str, Any]:
        """Return what the target said about itself when it started; empty if none did."""
        return self._description

    def stop(self) -> None:
        """End what this process started."""
        if self._target is None:
            return
        from harness.targets import guard

        if self.is_started:
            self.is_started = False
            self._target.stop()
        guard.uninstall()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._is_suspect = self._is_suspect or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail at once where the target has ended: each client would try for seconds to reach it.

        Raises:
            HarnessError: How it ended.
        """
        if not self.is_started or "target" not in getattr(item, "fixturenames", ()):
            return
        if self._is_suspect and self._ending is None:
            self._is_suspect = False
            ending = getattr(self.target, "ending", None)
            self._ending = ending() if ending else None
        if self._ending is not None:
            raise self._ending

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[CONTROLLER] = os.getpid()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        output = getattr(node, "workeroutput", None) or {}
        self._description = self._description or output.get(DESCRIPTION, {})

    def _start(self) -> None:
        from harness.targets import guard

        if install := getattr(self.target, "install_guard", None):
            # Before anything is sent: what AWS is asked first has to pass it as well.
            install()
            self.target.start()
        else:
            self.target.start()
            # From here on a client that a test made by hand can't reach a real account.
            guard.install(
                allow=getattr(self.target, "allowed_hosts", ()),
                names_at=getattr(self.target, "names_at", wire.LOOPBACK_ADDRESS),
            )
        self.is_started = True
        if can_decide(self.target):
            mode = self._config.stash[RUN_OPTIONS].iam
            for account in self.target.accounts:
                self.target.decide_calls(mode, account=account)
        self._description = self.target.describe()
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output[DESCRIPTION] = self._description

    def _sharing(self) -> dict[str, Any]:
        workerinput = input_of(self._config)
        if workerinput is None:
            return {}
        if self.is_moved:
            # One that stands already serves one worker.
            return {"reuse": workerinput["workerid"] == "gw0"}
        return {"run": workerinput["testrunuid"], "owner": workerinput[CONTROLLER]}


RUN_TARGET = pytest.StashKey[RunTarget]()
