"""The pytest plugin: options, markers, fixtures. What they do is in `harness.suite`.

Installed it does nothing until a test uses a fixture or a marker; so nothing is imported here that
a run without them would pay for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import HarnessError
from harness.suite import clock as clocks
from harness.suite import markers, sharding
from harness.suite.capabilities import skip_unless_capable
from harness.suite.moved_time import MovedTime, keep_order
from harness.suite.options import RUN_OPTIONS, add_options, options_of
from harness.suite.run_target import RUN_TARGET, RunTarget
from harness.suite.telling import ANNOUNCER

if TYPE_CHECKING:
    import httpx

    from harness.observe.environments import Environment
    from harness.observe.inbox import Inbox
    from harness.suite.clients import Clients
    from harness.suite.clock import Clock
    from harness.suite.deployments import Deployments
    from harness.suite.tools import Tools
    from harness.targets.base import Target


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)
    clocks.add_options(parser)
    sharding.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    for line in markers.LINES:
        config.addinivalue_line("markers", line)
    try:
        options = config.stash[RUN_OPTIONS] = options_of(config)
        config.stash[clocks.LONGEST_WAIT] = clocks.longest_wait_of(config)
    except HarnessError as problem:
        raise pytest.UsageError(str(problem)) from None
    config.stash[RUN_TARGET] = run_target = RunTarget(config)
    config.pluginmanager.register(run_target, "harness-target")
    config.pluginmanager.register(MovedTime(run_target), "harness-moved-time")
    keep_order(config)
    config.pluginmanager.register(markers.MarkerChecks(), "harness-markers")
    sharding.register(config)
    is_worker = hasattr(config, "workerinput")
    if options.report_folder and not is_worker:
        from harness.suite.recording import Recorder

        config.pluginmanager.register(Recorder(options.report_folder), "harness-recorder")
    if options.report_folder and options.iam == "audit" and not is_worker:
        from harness.suite.iam import AuditRecorder

        config.pluginmanager.register(AuditRecorder(options.report_folder), "harness-audit")
    if options.report_folder and options.aws:
        from harness.suite.aws_calls import CallsRecorder

        config.pluginmanager.register(CallsRecorder(options.report_folder), "harness-aws-calls")
    if options.events_file:
        from harness.suite.events import Announcer

        announcer = Announcer(options.events_file, is_worker=is_worker)
        config.pluginmanager.register(announcer, ANNOUNCER)


def pytest_unconfigure(config: pytest.Config) -> None:
    if run_target := config.stash.get(RUN_TARGET, None):
        run_target.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[clocks.CURRENT] = item
    skip_unless_capable(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    from harness.suite.evidence import as_plain_failure, attach_evidence

    as_plain_failure(call, item)
    report = yield
    if report.failed:
        attach_evidence(item, call, report)
    if report.when == "teardown" and item.config.stash[RUN_TARGET].is_started:
        from harness.suite.executions import attach_gathered

        attach_gathered(item, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if item.config.stash[RUN_TARGET].is_started:
        from harness.suite.executions import gather

        gather(item, nextitem)


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """Where the scenarios run: started by the first test that needs it, shared by all."""
    return request.config.stash[RUN_TARGET].started()


@pytest.fixture(scope="module")
def account(request: pytest.FixtureRequest, target: Target) -> Iterator[str]:
    """Id of the account that the test module has for itself, empty at first."""
    from harness.suite.accounts import account_of_module

    yield from account_of_module(request, target)


@pytest.fixture(scope="session")
def region(target: Target) -> str:
    """The region that the scenarios run in; `target.regions` has the second one."""
    return target.regions[0]


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest, target: Target, account: str, region: str) -> Clients:
    """Makes boto3 clients in the module's account: `client("sqs")`, `client("sqs", region=…)`."""
    from harness.suite.clients import CREATED, Clients

    created = request.node.stash.setdefault(CREATED, set())
    return Clients(target, account, region, created)


@pytest.fixture(scope="module")
def tools(target: Target, account: str, region: str) -> Tools:
    """For other programs in the module's account: `run(…, env=tools.environment("lambda"))`."""
    from harness.suite.tools import Tools

    return Tools(target, account, region)


@pytest.fixture(scope="module")
def deploy(
    request: pytest.FixtureRequest, target: Target, account: str, region: str
) -> Iterator[Deployments]:
    """Deploys templates of the module's folder: `deploy("other.yaml", parameters={…})`."""
    from harness.suite.deployments import deployments_of

    yield from deployments_of(request, target, account, region)


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, deploy: Deployments) -> Any:
    """The `template.yaml` or `cdk.out` beside the test module, deployed: `stack.outputs["Url"]`."""
    from harness.suite.deployments import template_beside

    return deploy(template_beside(request.path.parent))


@pytest.fixture(scope="session")
def http(target: Target) -> Iterator[httpx.Client]:
    """An httpx client for the addresses in a stack's outputs: `http.get(stack.outputs["Url"])`."""
    from harness.observe.http import http_client

    authority = getattr(target, "certificate_authority", None)
    with http_client(target.endpoint_url, authority) as client:
        yield client


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Repeats an assertion until it holds: `eventually(arrived, within=timedelta(seconds=30))`."""
    from harness.observe.eventually import eventually

    return eventually


@pytest.fixture(scope="session")
def clock(request: pytest.FixtureRequest, target: Target) -> Clock:
    """AWS's time: `clock.advance(minutes=5)` travels where the target can, and waits elsewhere."""
    return clocks.clock_of(target, request.config)


@pytest.fixture(scope="module")
def environments(target: Target, account: str) -> Callable[..., list[Environment]]:
    """Lists the account's execution environments: `environments()`, `environments("function")`.

    For targets that can show them; a test that uses it is marked `requires("environments")`.
    """
    from harness.observe.environments import environments_in

    return environments_in(target.endpoint_url, account)


@pytest.fixture(scope="module")
def inbox(target: Target, account: str) -> Inbox:
    """The account's e-mails: `inbox.wait_for(to="manager@example.com", subject="Leave")`.

    Skips, and says why, on targets that can't look into people's mail.
    """
    from harness.suite.inboxes import inbox_of

    return inbox_of(target, account)
