"""The file system that functions see: built once by a template, refined for each environment.

A template gets a root of its own, in memory and read-only: the machine's programs and libraries,
the interpreter at its own place and at /var/lang, the runtime's packages at /var/runtime. Home
folders, the emulator's files and everything else of the machine aren't there. An environment, in
a mount namespace of its own, adds its /tmp, its code at /var/task, its layers at /opt.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from . import kernel
from .name_resolution import HOSTS_LINE

HOST = "/run/host"
"""Where a template still reaches the machine's files, to bind code from; environments can't."""
SCRATCH = "/run/environments"
"""Where a template keeps each environment's /tmp, so that it outlives a crash."""

RUNTIME = "/var/runtime"
"""Where environments see the runtime's packages."""

SANDBOX_USER, SANDBOX_GROUP = 993, 990  # AWS's sbx_user1051

_SYSTEM = ("bin", "lib", "lib32", "lib64", "libx32", "sbin", "usr")
_ETC = (
    *("alternatives", "ca-certificates", "gai.conf", "host.conf", "ld.so.cache"),
    *("ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "pki"),
    *("protocols", "resolv.conf", "services", "ssl"),
)
_SYSTEM_PATHS = ("/usr/", "/lib", "/bin/", "/sbin/")
_ENTRYPOINT = '#!/bin/sh\nexec /var/runtime/bootstrap "$@"\n'
_DEVICES = ("full", "null", "random", "urandom", "zero")
_FOLDERS = ("dev", "etc", "mnt", "opt", "proc", "run", "tmp", "var/lang", "var/runtime", "var/task")


@dataclass(frozen=True)
class RootPlan:
    """What a template's root is made of.

    Attributes:
        base: An empty folder of the machine to build it on.
        runtime: Folder of the runtime's packages; seen at /var/runtime.
        language: The interpreter's prefix; seen at its own place and at /var/lang.
        launcher: Prefix of the Python that templates run on; seen at its own place.
    """

    base: str
    runtime: str
    language: str
    launcher: str


def build(plan: RootPlan) -> None:
    """Enter namespaces of this process's own and make the new root its root.

    Raises:
        OSError: The machine permits no namespaces; the process is as it was, or useless.
    """
    _enter_namespaces()
    base = plan.base
    kernel.mount("tmpfs", base, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=0755,size=4m")
    for folder in (*_FOLDERS, HOST[1:], SCRATCH[1:]):
        Path(base, folder).mkdir(parents=True)
    Path(base, "run").chmod(0o700)
    for name in _SYSTEM:
        _copy_or_bind(Path("/", name), Path(base, name))
    for name in _ETC:
        _copy_or_bind(Path("/etc", name), Path(base, "etc", name))
    _write_names(Path(base, "etc"))
    _make_devices(Path(base, "dev"))
    Path(base, "lambda-entrypoint.sh").write_text(_ENTRYPOINT)
    Path(base, "lambda-entrypoint.sh").chmod(0o755)
    _bind_folder(plan.language, f"{base}/var/lang")
    for prefix in (plan.language, plan.launcher):
        if not Path(base + prefix).is_dir():
            _bind_folder(prefix, base + prefix)
    _bind_folder(plan.runtime, f"{base}/var/runtime")
    kernel.mount("/proc", f"{base}/proc", flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("/", base + HOST, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.mount("tmpfs", base + SCRATCH, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=0700")
    kernel.become_root_of(base)
    kernel.mount("none", "/", flags=kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY)


def make_scratch(environment: str, size_mb: int) -> None:
    """Give an environment its /tmp, unless it has it from a process before."""
    folder = Path(SCRATCH, environment)
    if folder.is_dir():
        return
    folder.mkdir()
    kernel.mount(
        "tmpfs",
        str(folder),
        "tmpfs",
        kernel.MS_NOSUID | kernel.MS_NODEV,
        f"mode=1777,size={size_mb}m",
    )


def drop_scratch(environment: str) -> None:
    """Forget an environment's /tmp with everything in it."""
    folder = Path(SCRATCH, environment)
    if folder.is_dir():
        kernel.unmount(str(folder))
        folder.rmdir()


def refine(environment: str, code: str, layers: str | None) -> None:
    """Finish the root for one environment, from inside its own namespaces."""
    kernel.mount(f"{SCRATCH}/{environment}", "/tmp", flags=kernel.MS_BIND)
    kernel.bind(HOST + code, "/var/task", flags=kernel.MS_NODEV)
    if layers is not None:
        kernel.bind(HOST + layers, "/opt", flags=kernel.MS_NODEV)
    # A container that hides parts of its /proc permits no new one: then there is the container's.
    with contextlib.suppress(PermissionError):
        hardened = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("proc", "/proc", "proc", hardened)
    kernel.unmount(SCRATCH)
    kernel.unmount(HOST)


def drop_to_sandbox_user() -> None:
    """Become a user without any rights, named as on AWS."""
    if is_mapped():
        os.unshare(os.CLONE_NEWUSER)
        _map_user(SANDBOX_USER, SANDBOX_GROUP, os_user=0, os_group=0)
    else:
        os.setgroups([])
        os.setresgid(SANDBOX_GROUP, SANDBOX_GROUP, SANDBOX_GROUP)
        os.setresuid(SANDBOX_USER, SANDBOX_USER, SANDBOX_USER)
    kernel.forgo_privileges()


def drop_to_sandbox_user_if_it_reaches(folders: list[str], scratch: str) -> None:
    """Give up root's rights where there are no namespaces, if what is needed stays readable.

    Args:
        folders: What the sandbox user must be able to read.
        scratch: The environment's folder for /tmp.
    """
    if os.geteuid() == 0 and not is_mapped():
        os.seteuid(SANDBOX_USER)
        needed = [*folders, str(Path(scratch).parent), os.__file__, sys.executable]
        reaches = all(os.access(path, os.R_OK, effective_ids=True) for path in needed)
        os.seteuid(0)
        if reaches:
            os.chown(scratch, SANDBOX_USER, SANDBOX_GROUP)
            drop_to_sandbox_user()
    kernel.forgo_privileges()


def is_mapped() -> bool:
    """Whether this process's root is really another user, in a user namespace."""
    return Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]


def _enter_namespaces() -> None:
    user, group = os.geteuid(), os.getegid()
    flags = os.CLONE_NEWNS | os.CLONE_NEWIPC
    try:
        os.unshare(flags)
    except PermissionError:
        # Not root, or a container's root: with a user namespace it takes no rights.
        os.unshare(flags | os.CLONE_NEWUSER)
        _map_user(0, 0, os_user=user, os_group=group)
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)


def _map_user(user: int, group: int, *, os_user: int, os_group: int) -> None:
    for file, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {os_user} 1"),
        ("gid_map", f"{group} {os_group} 1"),
    ):
        # Opened at once and written at once: the kernel takes the whole map in one write.
        descriptor = os.open(f"/proc/self/{file}", os.O_WRONLY)
        try:
            os.write(descriptor, content.encode())
        finally:
            os.close(descriptor)


def _copy_or_bind(source: Path, target: Path) -> None:
    if source.is_symlink() and str(source.resolve()).startswith(_SYSTEM_PATHS):
        target.symlink_to(source.readlink())  # /bin is usr/bin nearly everywhere
    elif source.is_dir():
        _bind_folder(str(source), str(target))
    elif source.is_file():
        target.touch()
        kernel.bind(str(source), str(target))


def _bind_folder(source: str, target: str) -> None:
    Path(target).mkdir(parents=True, exist_ok=True)
    kernel.bind(source, target, flags=kernel.MS_NODEV)


def _write_names(etc: Path) -> None:
    user = f"sbx_user1051:x:{SANDBOX_USER}:{SANDBOX_GROUP}::/home/sbx_user1051:/sbin/nologin\n"
    (etc / "hosts").write_text(_hosts() + HOSTS_LINE)
    (etc / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\n" + user)
    (etc / "group").write_text(f"root:x:0:\nsbx_user1051:x:{SANDBOX_GROUP}:\n")


def _hosts() -> str:
    try:
        return Path("/etc/hosts").read_text().rstrip("\n") + "\n"
    except OSError:
        return "127.0.0.1 localhost\n"


def _make_devices(folder: Path) -> None:
    for name in _DEVICES:
        (folder / name).touch()
        kernel.mount(f"/dev/{name}", str(folder / name), flags=kernel.MS_BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (folder / name).symlink_to(f"/proc/self/fd{target}")
