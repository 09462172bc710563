"""Archives that Lambda doesn't unpack, without an emulator."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from harness.overlays.lambda_service.archives import is_safe


def archive(*entries: tuple[str, str, bool]) -> bytes:
    """Zip entries: name, content, whether it is a symbolic link."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name, content, is_link in entries:
            entry = zipfile.ZipInfo(name)
            if is_link:
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(entry, content)
    return packed.getvalue()


def overlapping() -> bytes:
    """Two entries that share one file's compressed bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("zeros", b"\0" * 1_000_000)
        twin = zipfile.ZipInfo("twin")
        for member in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
            setattr(twin, member, getattr(zipped.filelist[0], member))
        zipped.filelist.append(twin)
        zipped.filelist += [twin] * 50
    return packed.getvalue()


SAFE = {
    "a module": archive(("app.py", "", False)),
    "a folder": archive(("package/", "", False), ("package/app.py", "", False)),
    "two dots in a name": archive(("a..b.py", "", False)),
    "a link beside": archive(("bin/run", "../package/run.js", True)),
}
UNSAFE = {
    "no archive": b"PK but not really",
    "up and out": archive(("../evil", "", False)),
    "down and up": archive(("a/../../evil", "", False)),
    "absolute": archive(("/etc/evil", "", False)),
    "a Windows path": archive(("C:\\evil", "", False)),
    "up with backslashes": archive(("..\\evil", "", False)),
    "a link out": archive(("link", "../outside", True)),
    "an absolute link": archive(("link", "/etc/passwd", True)),
    "overlapping entries": overlapping(),
}


@pytest.mark.parametrize("content", SAFE.values(), ids=SAFE)
def test_an_archive_that_stays_in_its_folder_is_safe(content):
    assert is_safe(content)


@pytest.mark.parametrize("content", UNSAFE.values(), ids=UNSAFE)
def test_an_archive_that_leaves_its_folder_or_hides_its_size_isnt(content):
    assert not is_safe(content)
