"""Which privileges a container gets; the same wherever they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from harness.emulator.image import layout, privileges

REPOSITORY = Path(__file__).parents[4]


@pytest.fixture
def service():
    """The emulator as docker-compose.yml has it."""
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]["emulator"]


@pytest.fixture
def profile():
    return json.loads(privileges.PROFILE.read_text())


def allowed(profile):
    return {name for rule in profile["syscalls"] for name in rule["names"]}


def test_compose_gives_the_same_ones(service):
    said = [
        option.removeprefix("${HARNESS_PROC:-").removesuffix("}").replace(":", "=", 1)
        for option in service["security_opt"]
    ]
    ours = [
        option.option.replace(str(REPOSITORY) + "/", "").replace(":", "=", 1)
        for option in privileges.PRIVILEGES
    ]

    assert said == ours
    assert service["cap_drop"] == privileges.DROPPED_CAPABILITIES


def test_compose_serves_on_loopback_alone(service):
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_compose_mounts_no_docker_socket(service):
    assert all("docker.sock" not in volume for volume in service["volumes"])


def test_compose_keeps_the_state_in_a_volume(service):
    assert service["volumes"] == [f"state:{layout.STATE}"]


def test_the_engine_gets_the_profile_itself():
    (seccomp,) = [option for option in privileges.security_options() if "seccomp=" in option]

    assert json.loads(seccomp.removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"


def test_the_engine_gets_no_option_that_only_dockers_command_line_knows():
    assert all("systempaths" not in option for option in privileges.security_options())


def test_the_profile_permits_what_a_functions_root_is_built_with(profile):
    needed = {"unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "clone"}

    assert needed <= allowed(profile)


@pytest.mark.parametrize(
    "call",
    [
        *("add_key", "bpf", "init_module", "finit_module", "kexec_load", "keyctl"),
        *("open_by_handle_at", "perf_event_open", "ptrace", "reboot", "settimeofday"),
        *("swapon", "userfaultfd", "io_uring_setup", "process_vm_writev", "fsopen"),
    ],
)
def test_the_profile_permits_nothing_that_reaches_the_machine(profile, call):
    assert call not in allowed(profile)


def test_every_permission_says_what_it_is_for(profile):
    assert all(rule["comment"] for rule in profile["syscalls"])
    assert all(privilege.why and privilege.without for privilege in privileges.PRIVILEGES)


def test_a_client_makes_containers_with_a_whole_proc():
    class Api:
        def create_container_from_config(self, config, name=None, platform=None):
            return config

    api = Api()
    privileges.lift_proc_masks(api)

    made = api.create_container_from_config({"HostConfig": {"Memory": 1}}, name="one")
    assert made["HostConfig"] == {"Memory": 1, "MaskedPaths": [], "ReadonlyPaths": []}
