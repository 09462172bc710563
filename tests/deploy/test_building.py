"""Libraries of functions, installed without Docker; here from files, so that no network is used."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading
import zipfile
from pathlib import Path

import pytest

from harness.deploy.build import builder
from harness.deploy.functions import Function
from harness.deploy.problems import BuildFailed
from harness.emulator.cache import CACHE_DIR

WHEEL = "tiny-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache of the test's own: nothing is found there that another test has built."""
    monkeypatch.setenv(CACHE_DIR, str(tmp_path / "cache"))


@pytest.fixture
def build():
    """Builds a function, and returns the folder with its libraries; `build.told` is the story."""
    told: list[str] = []
    make = builder(lambda function, words: told.append(words))

    def run(folder: Path, runtime: str, **rest) -> Path | None:
        return make(Function("F", 'CodeUri of "F"', folder, runtime, "app.handler", **rest))

    run.told = told
    return run


@pytest.fixture
def python_folder(project):
    folder = project({"fn/app.py": "import tiny\n", "fn/requirements.txt": f"./{WHEEL}\n"}) / "fn"
    write_wheel(folder / WHEEL)
    return folder


def write_wheel(file: Path, *more: str) -> None:
    """Write a package of one module, with further lines of its metadata."""
    metadata = ("Metadata-Version: 2.1", "Name: tiny", "Version: 1.0", *more)
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("tiny/__init__.py", "answer = 42\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "\n".join(metadata) + "\n")
        wheel.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny/__init__.py,,\n")


@pytest.fixture
def node_folder(project):
    package = {"name": "fn", "version": "1.0.0", "dependencies": {"tiny": "file:./tiny"}}
    return (
        project(
            {
                "fn/index.mjs": "import tiny from 'tiny'\n",
                "fn/package.json": json.dumps(package),
                "fn/tiny/package.json": json.dumps({"name": "tiny", "version": "1.0.0"}),
                "fn/tiny/index.js": "module.exports = 42\n",
            }
        )
        / "fn"
    )


def test_python_libraries_are_installed_once(build, python_folder):
    libraries = build(python_folder, "python3.13")
    assert (libraries / "tiny" / "__init__.py").read_text() == "answer = 42\n"
    assert build(python_folder, "python3.13") == libraries
    assert build.told == [f"installing what {python_folder / 'requirements.txt'} requires"]


@pytest.fixture
def index(tmp_path):
    """Address of a package index whose only package requires one that nobody has."""
    folder = tmp_path / "index"
    (folder / "tiny").mkdir(parents=True)
    write_wheel(folder / "tiny" / WHEEL, "Requires-Dist: no-such-package-anywhere")
    (folder / "tiny" / "index.html").write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_uvs_settings_beside_the_requirements_are_heeded(build, python_folder, index):
    (python_folder / "requirements.txt").write_text(f"--index-url {index}\ntiny\n")
    with pytest.raises(BuildFailed, match="no-such-package-anywhere"):
        build(python_folder, "python3.13")

    (python_folder / "pyproject.toml").write_text("[tool.uv.pip]\nno-deps = true\n")
    assert (build(python_folder, "python3.13") / "tiny").is_dir()


def test_a_runtime_that_isn_t_this_python_is_built_for(build, python_folder):
    assert (build(python_folder, "python3.12") / "tiny").is_dir()


def test_a_layer_gets_lambdas_layout(build, python_folder):
    libraries = build(python_folder, "python3.13", is_layer=True, build_method="python3.13")
    assert (libraries / "python" / "tiny" / "__init__.py").is_file()


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm isn't installed")
def test_node_libraries_are_installed(build, node_folder):
    libraries = build(node_folder, "nodejs20.x")
    assert (libraries / "node_modules" / "tiny" / "index.js").is_file()


def test_what_can_t_be_installed_is_one_sentence_and_leaves_nothing(build, project, tmp_path):
    folder = project({"fn/app.py": "", "fn/requirements.txt": "./gone-1.0-py3-none-any.whl\n"})
    with pytest.raises(BuildFailed) as failure:
        build(folder / "fn", "python3.13")
    assert failure.value.problem.startswith(
        f"What {folder / 'fn' / 'requirements.txt'} requires can't be installed: "
    )
    assert "\n" not in failure.value.problem
    assert "The builder said:" in failure.value.__notes__[0]
    left = [one.name for one in (tmp_path / "cache" / "builds").iterdir() if one.is_dir()]
    assert left == []


def test_nothing_is_built_when_that_is_asked(python_folder):
    build = builder(lambda function, words: None, no_build=True)
    assert build(Function("F", "", python_folder, "python3.13", "app.handler")) is None
