"""Python environments from a lock file: made once, kept whole, never half-made."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from harness.emulator import installation, interpreters
from harness.emulator import managed as managed_module
from harness.errors import HarnessError, MissingRequirement

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from harness.emulator.managed import ManagedPython
wanted = ManagedPython(name="t", lock=Path(sys.argv[1]), minors=(sys.argv[2],))
told = []
found = wanted.install(lambda step, done, total: told.append(step))
print(found.folder, "made" if told else "found")
"""


@pytest.fixture
def no_uv(monkeypatch):
    """Fails a test that runs uv from here on."""

    def forbid():
        def refuse(*arguments, **options):
            raise AssertionError(f"uv was started: {arguments}")

        monkeypatch.setattr(installation, "start_uv", refuse)

    return forbid


def imported(installed, code="import parcel; print(parcel.__file__)"):
    done = subprocess.run(
        [installed.python, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def left_in(cache):
    return sorted(path.name for path in (cache / "python").glob("*.building"))


def test_the_locked_packages_are_there(managed):
    installed = managed().install()

    assert imported(installed).startswith(str(installed.site_packages))
    assert managed().installed() == installed


def test_the_packages_are_compiled(managed):
    installed = managed().install()

    assert list(installed.site_packages.glob("parcel/__pycache__/*.pyc"))


def test_a_flat_one_is_a_folder_for_the_path(managed):
    installed = managed(is_flat=True).install()

    assert (installed.site_packages / "parcel" / "__init__.py").exists()
    assert not (installed.folder / "pyvenv.cfg").exists()
    assert (
        imported(installed, "import sys; print(sys.version_info[1])")
        == (installed.minor.partition(".")[2])
    )


def test_it_is_used_again_without_uv(managed, no_uv):
    first = managed().install()
    no_uv()

    assert managed().install() == first


def test_another_lock_file_is_another_environment(managed, wheels):
    first = managed().install()
    managed().lock.write_text(wheels("parcel", "2.0"))

    second = managed().install()

    assert second.folder != first.folder
    assert first.python.exists()


@pytest.mark.parametrize("missing", ["site_packages", "package", "python", "marker"])
def test_damage_is_repaired(managed, missing):
    first = managed().install()
    match missing:
        case "site_packages":
            shutil.rmtree(first.site_packages)
        case "package":
            shutil.rmtree(first.site_packages / "parcel")
        case "python":
            first.python.unlink()
        case "marker":
            (first.folder / managed_module.MARKER).unlink()

    assert managed().installed() is None
    assert imported(managed().install())


def test_remains_of_an_interrupted_installation_are_removed(managed, cache):
    (cache / "python" / "t-0123.building" / "draft").mkdir(parents=True)

    managed().install()

    assert left_in(cache) == []


def test_an_interruption_leaves_nothing(managed, cache, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(managed_module, "install_packages", interrupt)

    with pytest.raises(KeyboardInterrupt):
        managed().install()

    assert left_in(cache) == []
    assert managed().installed() is None


def test_two_processes_at_once_make_one(managed):
    wanted = managed()
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(wanted.lock), wanted.minors[0]]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    said = sorted(process.communicate()[0].split() for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert said == [[str(wanted.folder), "found"], [str(wanted.folder), "made"]]


@pytest.mark.parametrize(
    "variables",
    [
        {"UV_OFFLINE": "1"},
        {
            "UV_OFFLINE": "0",
            "UV_DEFAULT_INDEX": "http://127.0.0.1:1/simple",
            "UV_HTTP_RETRIES": "0",
        },
    ],
    ids=["offline", "no answer"],
)
def test_without_a_network_the_first_installation_says_so(managed, cache, monkeypatch, variables):
    managed().lock.write_text("absent==1.0 --hash=sha256:" + "0" * 64 + "\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(MissingRequirement, match=r"can't be downloaded.*harness install") as told:
        managed().install()

    assert told.value.__notes__
    assert left_in(cache) == []


def test_a_file_that_is_not_the_locked_one_is_refused(managed, wheels):
    wheels("parcel", content="evil = True")

    with pytest.raises(HarnessError, match="isn't the one that the lock file names"):
        managed().install()


def test_without_an_interpreter_it_says_which_ones_fit(managed):
    with pytest.raises(MissingRequirement, match=r"No Python 3\.99 or 3\.98 is installed here\."):
        managed(minors=("3.99", "3.98"), downloads=False).install()


def test_an_interpreter_that_is_gone_makes_another_one_take_over(managed, monkeypatch):
    first = managed(is_flat=True).install()
    marker = first.folder / managed_module.MARKER
    marker.write_text(marker.read_text().replace(str(first.python), "/gone/bin/python"))

    assert managed(is_flat=True).installed() is None
    assert managed(is_flat=True).install().python == first.python


def test_a_cache_that_cannot_be_written_to_is_named(managed, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HARNESS_CACHE_DIR", str(tmp_path / "file"))

    with pytest.raises(MissingRequirement, match=r"cache folder .*HARNESS_CACHE_DIR"):
        managed().install()


def test_progress_is_told(managed):
    told = []

    managed().install(lambda step, done, total: told.append((step, done, total)))

    assert ("resolving", 0, 1) in told
    assert ("compiling", 1, 1) in told
    assert interpreters.find_interpreter(managed().minors)
