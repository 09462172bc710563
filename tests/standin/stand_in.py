"""A second emulator in the role of AWS: started apart, with its own state, behind a front door."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
import httpx

from harness import wire
from harness.emulator.bridge import make_bridge
from harness.emulator.environment import install_emulator
from harness.emulator.launch import prepared_runtimes
from harness.emulator.ports import free_port
from harness.emulator.process import EmulatorProcess
from harness.emulator.settings import environment_of

from .accounts import REGION, Profile, make_profile, write_profiles
from .certificates import make_certificate
from .front_door import LOOPBACK, FrontDoor

FIRST, SECOND = USERS = ("developer", "partner")
SECOND_REGION: Final = "eu-west-1"
KEYS_AS_ON_AWS: Final = {"PARITY_AWS_ACCESS_KEY_ID": "1"}


@dataclass(frozen=True)
class StandIn:
    """A stand-in that answers.

    Attributes:
        door: The way in.
        profiles: The users that may come in, by profile.
        authority: File with the certificate of the authority to trust.
        files: Environment variables that name AWS's configuration files.
        emulator: The emulator's own endpoint: for looking at what is there, not for the harness.
    """

    door: FrontDoor
    profiles: dict[str, Profile]
    authority: Path
    files: dict[str, str]
    emulator: str
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict, repr=False)

    @property
    def account(self) -> str:
        return self.profiles[FIRST].account

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a run against it."""
        return {
            **self.files,
            "HARNESS_AWS_STAND_IN": self.door.url,
            "HARNESS_AWS_STAND_IN_CA": str(self.authority),
        }

    @property
    def options(self) -> list[str]:
        """The options of `harness run` against it."""
        return [
            "--real-aws",
            *("--aws-account", self.account, "--profile", FIRST),
            *("--second-profile", SECOND, "--second-region", SECOND_REGION),
            "--yes",
        ]

    def client(self, service: str, *, profile: str = FIRST, region: str = REGION) -> Any:
        """Return a client that comes in from behind: for looking at what is there."""
        key = (service, profile, region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,
                endpoint_url=self.emulator,
                region_name=region,
                aws_access_key_id=self.profiles[profile].account,
                aws_secret_access_key="-",
            )
        return self._clients[key]


@contextlib.contextmanager
def standing_in(*, port: int = 0, policies: Mapping[str, Any] | None = None) -> Iterator[StandIn]:
    """Start a stand-in, and end it with all that it has.

    IAM's policies decide about every call, as on AWS.

    Args:
        port: The front door's port; any free one for 0.
        policies: Documents of the users' policies by name; without any they may do everything.
    """
    with tempfile.TemporaryDirectory(prefix="stand-in-") as temporary:
        folder = Path(temporary)
        emulator = _emulator(folder / "emulator")
        try:
            endpoint = f"http://{LOOPBACK}:{emulator.port}"
            _let_policies_decide(endpoint)
            profiles = {name: make_profile(name, endpoint, policies or {}) for name in USERS}
            context, authority = make_certificate(folder, LOOPBACK, "localhost")
            callers = {one.access_key: one.caller for one in profiles.values()}
            door = FrontDoor(
                context,
                upstream=emulator.port,
                authority=str(folder / "emulator" / wire.AUTHORITY_FILE),
                callers=callers,
                port=port,
            )
            files = write_profiles(folder, list(profiles.values()))
            door.open()
            try:
                yield StandIn(door, profiles, authority, files, endpoint)
            finally:
                door.close()
        finally:
            emulator.stop()


def _let_policies_decide(endpoint: str) -> None:
    answer = httpx.post(endpoint + wire.IAM_PATH, json={"mode": "enforce"})
    answer.raise_for_status()


def _emulator(state: Path) -> EmulatorProcess:
    """Start the emulator as nothing but a process: no run knows it, none attaches to it."""
    state.mkdir()
    python, port = install_emulator().python, free_port()
    variables = environment_of(
        port=port,
        state=state,
        bridge=make_bridge(),
        python=python,
        runtimes=prepared_runtimes(),
    )
    process = EmulatorProcess(
        python=python, variables=variables | KEYS_AS_ON_AWS, state=state, port=port
    )
    process.start()
    return process
