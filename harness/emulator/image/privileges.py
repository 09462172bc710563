"""What a container of the image needs beyond the usual, and what it can do without.

Functions get file systems of their own by way of a user namespace, which takes no rights on the
machine: the container runs as an ordinary user without any capability. Docker's usual settings
refuse the system calls for it. With fewer of these the emulator still runs; its control API and
`harness doctor` say what is weaker then. `docker-compose.yml` says the same, and a test compares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import docker

PROFILE: Final = Path(__file__).parent / "seccomp.json"
DROPPED_CAPABILITIES: Final = ["ALL"]
"""Docker's usual capabilities, none of which is needed."""
OWN_PROC: Final[dict[str, list[str]]] = {"MaskedPaths": [], "ReadonlyPaths": []}
"""What `systempaths=unconfined` is in the engine's API, which doesn't know the option itself."""


@dataclass(frozen=True)
class Privilege:
    """One security option.

    Attributes:
        option: As `docker run --security-opt` takes it.
        why: What it is for, or what it takes away.
        without: What is weaker without it.
    """

    option: str
    why: str
    without: str


PRIVILEGES: Final = (
    Privilege(
        f"seccomp={PROFILE}",
        "Docker's usual profile refuses unshare, mount and pivot_root to a user without "
        "CAP_SYS_ADMIN; ours permits these, inside a user namespace, and no more than a program "
        "needs.",
        "Functions in Python are redirected to folders of their own for /tmp and /var/task; other "
        "programs share the container's.",
    ),
    Privilege(
        "apparmor=unconfined",
        "Where the machine has AppArmor, Docker's profile refuses every mount. Elsewhere it has "
        "no effect.",
        "The same as without the seccomp profile, on machines with AppArmor.",
    ),
    Privilege(
        "systempaths=unconfined",
        "The kernel permits a new /proc only to who sees all of the old one, and Docker hides "
        "parts of it. The container's user may write to none of them.",
        "Functions see the processes of the whole container in /proc.",
    ),
    Privilege(
        "no-new-privileges:true",
        "Takes something away: no program becomes another user by its file's mode.",
        "Nothing.",
    ),
)


def security_options() -> list[str]:
    """Return the security options of a container, as the engine's API takes them.

    The API gets the profile's content, where the command line names its file, and `OWN_PROC` in
    place of `systempaths=unconfined`: see `lift_proc_masks`.
    """
    profile = json.dumps(json.loads(PROFILE.read_text()), separators=(",", ":"))
    return [
        f"seccomp={profile}" if privilege.option.startswith("seccomp=") else privilege.option
        for privilege in PRIVILEGES
        if not privilege.option.startswith("systempaths=")
    ]


def command_line_options() -> list[str]:
    """Return them as arguments of `docker run`."""
    options = [f"--cap-drop={name}" for name in DROPPED_CAPABILITIES]
    return options + [f"--security-opt={privilege.option}" for privilege in PRIVILEGES]


def lift_proc_masks(api: docker.APIClient) -> None:
    """Have a client of the engine make containers whose /proc is whole, as `OWN_PROC` says.

    Docker's library knows no argument for it.
    """
    create = api.create_container_from_config

    def create_with_own_proc(config: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        config.setdefault("HostConfig", {}).update(OWN_PROC)
        return create(config, *args, **kwargs)  # type: ignore[no-untyped-call]

    api.create_container_from_config = create_with_own_proc  # type: ignore[method-assign]
