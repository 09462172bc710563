"""Containers of a test's own, on the machine's Docker engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from harness.emulator.docker.engine import connect
from harness.errors import MissingRequirement
from harness.observe.eventually import eventually
from harness.targets.container import Container
from harness.targets.docker import labels
from harness.targets.docker.made_image import made_image
from harness.targets.docker.removing import remove_run

NEEDED = "HARNESS_NEEDS_DOCKER"
"""Set where these tests must not be skipped."""
GONE = timedelta(seconds=60)

ATTACHES_TO_NONE = """
from harness.targets.docker import attaching
attaching.attachable = lambda *given, **options: None
"""
"""A conftest.py for suites that end their container: never one that somebody else has standing."""

OWNER = """
import json, sys
from harness.targets.container import Container
target = Container(reuse=False)
target.start()
print(json.dumps(target.describe()), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def engine():
    """The machine's Docker engine."""
    try:
        return connect()
    except MissingRequirement as lack:
        if os.environ.get(NEEDED):
            raise
        pytest.skip(str(lack))


@pytest.fixture(scope="session")
def image(engine):
    """Our image, made when it isn't there."""
    return made_image(engine)


@pytest.fixture(scope="session")
def shared_container(image):
    """A started target that tests share which don't end it; the workers share it, too."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    target = Container(reuse=False, run=run, owner=os.getppid() if run else None)
    target.start()
    yield target
    target.stop()


@pytest.fixture
def target(image):
    """Makes targets that are stopped afterwards."""
    made = []

    def make(**options):
        made.append(Container(**{"reuse": False, **options}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


class Left:
    """What of a run is in the engine."""

    def __init__(self, engine):
        self._api = engine.client.api

    def of(self, run):
        """Names of all containers, networks and volumes of a run."""
        wanted = {"label": f"{labels.RUN}={run}"}
        containers = self._api.containers(all=True, filters=wanted)
        networks = self._api.networks(filters=wanted)
        volumes = self._api.volumes(filters=wanted).get("Volumes") or []
        return [
            *(container["Names"][0] for container in containers),
            *(network["Name"] for network in networks),
            *(volume["Name"] for volume in volumes),
        ]

    def volumes_of(self, container):
        """Names of the volumes that a container mounts, anonymous ones as well."""
        mounts = self._api.inspect_container(container)["Mounts"]
        return [mount["Name"] for mount in mounts if mount["Type"] == "volume"]

    def run_of(self, container):
        """The run that a container belongs to."""
        return self._api.inspect_container(container)["Config"]["Labels"][labels.RUN]

    def await_nothing(self, run, volumes=()):
        """Return once nothing of a run is left, nor any of its volumes."""

        def gone():
            everywhere = self._api.volumes().get("Volumes") or []
            names = {volume["Name"] for volume in everywhere}
            assert [*self.of(run), *(names & set(volumes))] == []

        eventually(gone, within=GONE)


@pytest.fixture
def suite_folder(tmp_path):
    """A folder for a suite that has a container of its own."""
    (tmp_path / "conftest.py").write_text(ATTACHES_TO_NONE)
    return tmp_path


@pytest.fixture(scope="session")
def left(engine):
    return Left(engine)


@pytest.fixture
def things_of_a_run(engine):
    """Makes a network and a volume that belong to a run."""
    runs = []

    def make(run, owner=None):
        marks = {labels.RUN: run} | (owner.labels() if owner else {})
        engine.client.networks.create(f"test-{run}", labels=marks)
        engine.client.volumes.create(f"test-{run}", labels=marks)
        runs.append(run)

    yield make
    for run in runs:
        remove_run(engine.client, run)


class OwnerProcess:
    """A process that has a container and waits."""

    def __init__(self, **variables):
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | variables,
        )
        self.said = json.loads(self.process.stdout.readline())

    def end(self):
        self.process.kill()
        with self.process:  # closes its pipes and waits for it
            pass


@pytest.fixture
def owner_process(image):
    """Starts processes that have a container each; ends them afterwards."""
    started = []

    def start(**variables):
        started.append(OwnerProcess(**variables))
        return started[-1]

    yield start
    for one in started:
        one.end()
