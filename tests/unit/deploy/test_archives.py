"""Archives: the same bytes for the same content, and none that would escape when unpacked."""

from __future__ import annotations

import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.deploy import archive, archive_reading
from harness.deploy.archive import files_of, zipped_files
from harness.deploy.archive_reading import check_archive
from harness.deploy.problems import TemplateProblem

WHERE = 'CodeUri of "F"'


def zipped(folder):
    return zipped_files(list(files_of(folder)), folder)


def entries(content: bytes):
    return zipfile.ZipFile(io.BytesIO(content)).infolist()


names = st.text("abcdefgXYZ019_-é ", min_size=1, max_size=8).map(str.strip).filter(bool)
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map(tuple), st.binary(max_size=50), min_size=1
).filter(lambda tree: not any(a[: len(b)] == b for a in tree for b in tree if a != b))


@given(tree=trees)
def test_content_alone_makes_the_bytes(tmp_path_factory, tree):
    archives = []
    for order in (list(tree.items()), list(reversed(tree.items()))):
        folder = tmp_path_factory.mktemp("tree")
        for age, (parts, content) in enumerate(order):
            file = folder.joinpath(*parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            os.utime(file, (age * 1000, age * 1000))
        archives.append(zipped(folder))
    assert archives[0] == archives[1]
    found = {entry.filename: entry for entry in entries(archives[0])}
    assert found.keys() == {"/".join(parts) for parts in tree}
    assert list(found) == sorted(found)


def test_modes_are_reduced_to_what_lambda_needs(project):
    folder = project({"app.py": "", "bootstrap": ""})
    (folder / "app.py").chmod(0o600)
    (folder / "bootstrap").chmod(0o700)
    modes = {one.filename: stat.S_IMODE(one.external_attr >> 16) for one in entries(zipped(folder))}
    assert modes == {"app.py": 0o644, "bootstrap": 0o755}


def test_what_tools_leave_beside_code_is_left_out(project):
    folder = project(
        {
            "app.py": "",
            "__pycache__/app.cpython-313.pyc": "",
            "lib/__pycache__/x.pyc": "",
            "lib/x.py": "",
            ".git/config": "",
            ".venv/bin/python": "",
            ".DS_Store": "",
            ".env.example": "",
        }
    )
    assert [name for name, _ in files_of(folder)] == [".env.example", "app.py", "lib/x.py"]
    assert ".git/config" in dict(files_of(folder, is_complete=True))


def test_a_link_out_of_the_folder_is_refused(project):
    folder = project({"home/app.py": "", "secret": ""})
    (folder / "home" / "link").symlink_to(folder / "secret")
    with pytest.raises(TemplateProblem, match="which is outside"):
        list(files_of(folder / "home"))


def test_a_link_within_the_folder_is_packaged_as_what_it_names(project):
    folder = project({"shared/x.py": "x = 1"})
    (folder / "link").symlink_to("shared")
    assert [name for name, _ in files_of(folder)] == ["link/x.py", "shared/x.py"]


def test_a_link_to_its_own_parent_is_refused(project):
    folder = project({"lib/x.py": ""})
    (folder / "lib" / "up").symlink_to("..")
    with pytest.raises(TemplateProblem, match="its own parent"):
        list(files_of(folder))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(TemplateProblem, match="holds no file to package"):
        zipped(tmp_path)


def test_more_than_lambda_takes_is_refused(project, monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNZIPPED_BYTES", 3)
    with pytest.raises(TemplateProblem, match="holds 4 bytes; Lambda takes at most 3"):
        zipped(project({"app.py": "1234"}))


@pytest.fixture
def zip_with(tmp_path):
    def make(*names: str, link_to: str | None = None):
        path = tmp_path / "code.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                entry = zipfile.ZipInfo(name)
                if link_to is not None:
                    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
                archive.writestr(entry, link_to or "x")
        return path

    return make


@pytest.mark.parametrize("name", ["app.py", "lib/x.py", "lib/..hidden", "a..b"])
def test_an_ordinary_archive_passes(zip_with, name):
    check_archive(zip_with(name), where=WHERE)


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "a\\..\\..\\x"], ids=repr)
def test_an_archive_that_would_write_elsewhere_is_refused(zip_with, name):
    with pytest.raises(TemplateProblem, match="would be written outside the function's folder"):
        check_archive(zip_with(name), where=WHERE)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "a/../../../x"])
def test_a_link_in_an_archive_that_leads_outside_is_refused(zip_with, target):
    with pytest.raises(TemplateProblem, match="leads outside"):
        check_archive(zip_with("lib/link", link_to=target), where=WHERE)


def test_a_link_in_an_archive_that_stays_passes(zip_with):
    check_archive(zip_with("lib/link", link_to="../app.py"), where=WHERE)


def test_an_archive_that_grows_beyond_measure_is_refused(zip_with, monkeypatch):
    monkeypatch.setattr(archive_reading, "MOST_UNZIPPED_BYTES", 1)
    with pytest.raises(TemplateProblem, match="unpacks to 2 bytes in 2 entries"):
        check_archive(zip_with("a", "b"), where=WHERE)


def test_what_is_no_archive_is_refused(project):
    folder = project({"code.zip": "not a zip"})
    with pytest.raises(TemplateProblem, match="isn't a readable zip archive"):
        check_archive(folder / "code.zip", where=WHERE)
