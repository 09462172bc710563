"""A container's first process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from harness import wire
from harness.emulator.image import entrypoint, layout
from harness.emulator.settings import environment_of

FIRST_PROCESS = """
import subprocess, sys
from harness.emulator.image.entrypoint import outlive
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
sys.exit(outlive(child))
"""


def run(child, **options):
    """Start a first process with a Python program as its emulator."""
    return subprocess.Popen(
        [sys.executable, "-c", FIRST_PROCESS, textwrap.dedent(child)],
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def test_it_ends_as_the_emulator_does():
    assert run("import sys; sys.exit(7)").wait(30) == 7


def test_an_emulator_that_a_signal_ends_is_told_as_shells_do():
    assert run("import os; os.kill(os.getpid(), 9)").wait(30) == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_passes_signals_on(number):
    process = run("""
        import signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
        print("ready", flush=True)
        signal.pause()
    """)
    assert process.stdout.readline() == "ready\n"

    process.send_signal(number)

    assert process.wait(30) == 3


def test_it_buries_orphans():
    """As the last parent of all that the emulator leaves behind."""
    script = """
        import ctypes
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what process 1 is by itself
    """
    child = """
        import os, pathlib, sys, time
        parent = os.getppid()
        first = os.fork()
        if first == 0:
            orphan = os.fork()
            os._exit(0)
        os.waitpid(first, 0)
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children")
        deadline = time.monotonic() + 20
        while children.read_text().split() != [str(os.getpid())] and time.monotonic() < deadline:
            time.sleep(0.01)
        sys.exit(0 if children.read_text().split() == [str(os.getpid())] else 1)
    """
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", textwrap.dedent(script) + FIRST_PROCESS),
            textwrap.dedent(child),
        ]
    )
    assert process.wait(60) == 0


@pytest.fixture
def mounted(monkeypatch, tmp_path):
    """Where Docker's socket would be mounted; this machine's own isn't."""
    monkeypatch.setattr(layout, "DOCKER_SOCKET", tmp_path / "docker.sock")
    return layout.DOCKER_SOCKET


def test_a_mounted_socket_is_used(monkeypatch, mounted):
    monkeypatch.setattr(entrypoint, "describe_runtimes", lambda: {"runtimes": {}})
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(mounted))
        contained = entrypoint.variables_of(4600, layout.STATE, {})
    assert contained[wire.DOCKER_SOCKET] == str(mounted)
    assert contained["DOCKER_HOST"] == f"unix://{mounted}"


def test_a_socket_that_may_not_be_used_is_told(monkeypatch, mounted, capsys):
    monkeypatch.setattr(entrypoint, "describe_runtimes", lambda: {"runtimes": {}})
    monkeypatch.setattr(os, "access", lambda *_: False)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(mounted))
        contained = entrypoint.variables_of(4600, layout.STATE, {})
    assert wire.DOCKER_SOCKET not in contained
    assert "group_add" in capsys.readouterr().err


def test_the_emulator_runs_with_the_settings_of_an_embedded_one(monkeypatch, mounted):
    monkeypatch.setattr(entrypoint, "describe_runtimes", lambda: {"runtimes": {}})
    embedded = environment_of(
        port=4600,
        state=layout.STATE,
        bridge=layout.BRIDGE,
        python=layout.EMULATOR / "bin" / "python",
        runtimes={"runtimes": {}},
    )

    contained = entrypoint.variables_of(4600, layout.STATE, {})

    different = {name for name in embedded if contained[name] != embedded[name]}
    assert different == {"GATEWAY_LISTEN"}
    assert contained["GATEWAY_LISTEN"] == "0.0.0.0:4600"
    assert contained.keys() - embedded.keys() <= {wire.IMAGE_DIGEST, wire.IS_VERIFIED}


def test_only_what_is_meant_for_it_gets_into_the_emulator(monkeypatch):
    monkeypatch.setattr(entrypoint, "describe_runtimes", lambda: {"runtimes": {}})
    given = {wire.ALLOWED_HOSTS: "emulator.example", "AWS_SECRET_ACCESS_KEY": "secret"}

    contained = entrypoint.variables_of(4600, layout.STATE, given)

    assert contained[wire.ALLOWED_HOSTS] == "emulator.example"
    assert "AWS_SECRET_ACCESS_KEY" not in contained


def test_what_a_former_emulator_left_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "SEEDS", tmp_path / "seeds")
    (tmp_path / "seeds" / "cache" / "plux").mkdir(parents=True)
    (tmp_path / "seeds" / "cache" / "plux" / "index").write_text("known")
    state = tmp_path / "state"
    (state / "localstack" / "s3").mkdir(parents=True)
    (state / "localstack" / "s3" / "object").touch()
    (state / "mine").touch()

    entrypoint.prepare(state)

    assert not (state / "localstack" / "s3").exists()
    assert (state / "cache" / "plux" / "index").read_text() == "known"
    assert (state / "mine").exists()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, capsys):
    (tmp_path / "state").touch()

    with pytest.raises(SystemExit) as end:
        entrypoint.prepare(Path(tmp_path, "state"))

    assert end.value.code == os.EX_CANTCREAT
    assert "Mount a named volume there" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["80", "x", "70000", "-1"])
def test_a_port_that_is_none_is_told(port, capsys):
    with pytest.raises(SystemExit) as end:
        entrypoint._port({layout.PORT_VARIABLE: port})

    assert end.value.code == os.EX_USAGE
    assert repr(port) in capsys.readouterr().err
