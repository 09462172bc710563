"""Names that the client side and the overlays inside LocalStack both use. Constants only."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
"""The harness's version, which client and overlays tell each other."""

CONTROL_PREFIX: Final = "/_harness"
"""Where the control API lives on the emulator's own port."""

INFO_PATH: Final = f"{CONTROL_PREFIX}/info"
AUTHORITY_PATH: Final = f"{CONTROL_PREFIX}/certificate-authority"
RESET_PATH: Final = f"{CONTROL_PREFIX}/reset"
OVERLAYS_PATH: Final = f"{CONTROL_PREFIX}/overlays"
ENVIRONMENTS_PATH: Final = f"{CONTROL_PREFIX}/environments"
EXECUTIONS_PATH: Final = f"{CONTROL_PREFIX}/executions"
INBOX_PATH: Final = f"{CONTROL_PREFIX}/inbox"
TRACE_PATH: Final = f"{CONTROL_PREFIX}/trace"
CLOCK_PATH: Final = f"{CONTROL_PREFIX}/clock"
ADVANCE_PATH: Final = f"{CLOCK_PATH}/advance"
IAM_PATH: Final = f"{CONTROL_PREFIX}/iam"

IAM_MODES: Final = ("enforce", "audit", "off")
"""Whether policies decide about calls, are only reported, or aren't looked at."""

# Environment variables that the emulator's process gets from whoever starts it.
READY_FD: Final = "HARNESS_READY_FD"
"""File descriptor that gets one line once the gateway listens."""
LIFELINE_FD: Final = "HARNESS_LIFELINE_FD"
"""File descriptor whose end of file means that the parent is gone."""
OWNER_PID: Final = "HARNESS_OWNER_PID"
"""Process with which the emulator ends, where a descriptor can't be handed down."""
IS_TRANSIENT: Final = "HARNESS_IS_TRANSIENT"
"""Set when the emulator's folder goes with it, should nobody else be left to remove it."""
IS_VERIFIED: Final = "HARNESS_IS_VERIFIED"
"""Set when these overlays have been installed in this LocalStack before."""
STATE_DIR: Final = "HARNESS_STATE_DIR"
"""The only folder that the emulator may write to."""
AUTHORITY_FILE: Final = "certificate-authority.pem"
"""File in that folder: whose certificates the gateway shows."""
SHARED_TIME_FILE: Final = "clock"
"""File in that folder by which function processes follow the clock."""
RUNTIMES: Final = "HARNESS_FUNCTION_RUNTIMES"
"""JSON document: the function runtimes of this machine (see harness.emulator.runtimes)."""
ALLOWED_HOSTS: Final = "HARNESS_ALLOWED_HOSTS"
"""Comma-separated Host names, beside loopback, under which the control API may be reached."""

IMAGE_DIGEST: Final = "HARNESS_IMAGE_DIGEST"
"""Of which image a container is: the digest of all that it was made of; absent when embedded."""

OUTBOUND_HOSTS: Final = "HARNESS_OUTBOUND_HOSTS"
"""Comma-separated hosts, beside loopback, that the emulator may connect to."""

DOCKER_SOCKET: Final = "HARNESS_DOCKER_SOCKET"
"""Docker's socket, where functions may run in containers: on the engine's machine for who starts
the emulator's container, in that container for the emulator."""

LOOPBACK_ADDRESS: Final = "127.0.0.1"
LOOPBACK_SUFFIXES: Final = (".localhost", ".localhost.localstack.cloud")
"""Ends of the host names that mean the emulator, such as those of function URLs."""
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1", "localhost.localstack.cloud"})
