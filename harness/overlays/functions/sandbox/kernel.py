"""Linux system calls that Python's `os` lacks: mounts, `pivot_root`, process attributes."""

from __future__ import annotations

import ctypes
import os
import platform

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_MOVE = 8192
MS_REC = 16384
MS_PRIVATE = 1 << 18
MS_RELATIME = 1 << 21
MNT_DETACH = 2

_ST_RELATIME = 4096  # statvfs numbers this one flag otherwise than mount does
_KEPT_BY_REMOUNT = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | 1024 | 2048

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, result: int, subject: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}", subject)


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system, or change a mount; see mount(2)."""
    result = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _call("mount", result, target)


def bind(source: str, target: str, *, read_only: bool = True, flags: int = 0) -> None:
    """Make a file or folder visible elsewhere too, set-user-id programs disarmed."""
    mount(source, target, flags=MS_BIND)
    # In a user namespace the flags of the source's own mount must stay, or the kernel refuses.
    held = os.statvfs(target).f_flag
    kept = held & _KEPT_BY_REMOUNT | (MS_RELATIME if held & _ST_RELATIME else 0)
    wanted = MS_NOSUID | flags | (MS_RDONLY if read_only else 0)
    mount("none", target, flags=MS_BIND | MS_REMOUNT | kept | wanted)


def unmount(target: str) -> None:
    """Detach a mount and all below it; whoever still uses it keeps it until then."""
    _call("umount2", _libc.umount2(target.encode(), MNT_DETACH), target)


def become_root_of(folder: str) -> None:
    """Make a mounted folder this mount namespace's root and lose sight of the former one."""
    os.chdir(folder)
    number = _PIVOT_ROOT.get(platform.machine())
    if number is not None and _libc.syscall(number, b".", b".") == 0:
        unmount(".")
    else:
        # Where the machine's root is its initial ram disk, there is no pivot.
        mount(".", "/", flags=MS_MOVE)
        os.chroot(".")
    os.chdir("/")


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process a signal when its parent ends."""
    _call("prctl", _libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "pdeathsig")


def set_dumpable(is_dumpable: bool) -> None:
    """Say whether processes of the same user may look into this one."""
    _call("prctl", _libc.prctl(_PR_SET_DUMPABLE, int(is_dumpable), 0, 0, 0), "dumpable")


def forgo_privileges() -> None:
    """Give up all capabilities, and set-user-id programs for good."""
    _call("prctl", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    number = _CAPSET.get(platform.machine())
    if number is not None:
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        none = (ctypes.c_uint32 * 6)()
        _call("capset", _libc.syscall(number, header, none), "capabilities")
