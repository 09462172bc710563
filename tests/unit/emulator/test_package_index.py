"""pip's settings, said in uv's words."""

from __future__ import annotations

import pytest

from harness.emulator import package_index
from harness.emulator.package_index import index_settings, pip_settings, translated


@pytest.mark.parametrize(
    ("pip", "uv"),
    [
        ({}, {}),
        ({"index-url": "https://i/simple"}, {"UV_DEFAULT_INDEX": "https://i/simple"}),
        (
            {"extra-index-url": "https://a\nhttps://b"},
            {"UV_INDEX": "https://a https://b", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        ({"find-links": "/a /b"}, {"UV_FIND_LINKS": "/a,/b"}),
        ({"no-index": "true"}, {"UV_NO_INDEX": "1"}),
        ({"no-index": "0"}, {}),
        ({"trusted-host": "i:8080"}, {"UV_INSECURE_HOST": "i:8080"}),
        ({"cert": "/c.pem"}, {"SSL_CERT_FILE": "/c.pem"}),
        ({"timeout": "60"}, {}),
    ],
    ids=lambda value: ",".join(value) or "nothing",
)
def test_translation(pip, uv):
    assert translated(pip) == uv


def test_variables_win_over_files_and_later_files_over_earlier_ones(tmp_path):
    (first := tmp_path / "first").write_text("[global]\nindex-url = a\ncert = c\ntimeout = 1\n")
    (second := tmp_path / "second").write_text("[install]\nindex-url = b\ntimeout = 2\n")

    settings = pip_settings([first, second, tmp_path / "absent"], {"PIP_TIMEOUT": "3"})

    assert settings == {"index-url": "b", "cert": "c", "timeout": "3"}


def test_a_broken_file_is_left_to_pip(tmp_path):
    (broken := tmp_path / "pip.conf").write_text("index-url = without a section")

    assert pip_settings([broken], {}) == {}


@pytest.mark.parametrize("name", ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"])
def test_uvs_own_settings_win(monkeypatch, name):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip")
    monkeypatch.setenv(name, "https://uv")

    assert index_settings() == {}


def test_uvs_own_file_wins(monkeypatch, tmp_path):
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").touch()
    monkeypatch.setattr(package_index, "_OWN_SETTINGS", ())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip")

    assert index_settings() == {}
