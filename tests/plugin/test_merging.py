"""Runs in shards, joined, say what one run of the whole suite says."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from harness.cli import main

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("target_without_inbox")

SUITE = {
    "test_a": """
        import pytest
        @pytest.mark.claim("bus.prefix")
        def test_a_prefix_matches(): pass
        @pytest.mark.claim("bus.version")
        def test_a_version_matches(): pass
    """,
    "test_b": """
        import pytest
        @pytest.mark.claim("bus.prefix", "bus.late")
        @pytest.mark.requires("inbox")
        def test_a_mail_comes(): pass
    """,
    "test_c": """
        import pytest
        @pytest.mark.claim("bus.version")
        @pytest.mark.parametrize("size", [1, 2])
        def test_sizes(size): assert size == 1
    """,
}


@pytest.fixture
def claims_yaml(pytester):
    (pytester.path / "claims.yaml").write_text(
        "bus:\n  prefix: 'a prefix matches'\n  version: 'one matches'\n  late: 'it comes late'\n"
        "  never: 'nobody tries'\n"
    )


@pytest.fixture
def run(suite, pytester, claims_yaml):
    """Runs the suite, or a shard of it, and writes the report to a folder."""

    def run(name: str, *arguments: str) -> str:
        folder = pytester.path / name
        suite(
            f"--harness-report={folder}", f"--junit-xml={folder / 'junit.xml'}", *arguments, **SUITE
        )
        return str(folder)

    return run


@pytest.fixture
def merge(pytester, capsys):
    def merge(*arguments: str) -> int:
        with pytest.raises(SystemExit) as end:
            main(["report", "merge", "--into", str(pytester.path / "joined"), *arguments])
        return end.value.code or 0

    return merge


def outcomes(folder) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    claims = json.loads((folder / "claims.json").read_text())["claims"]
    return {
        name: (
            claim["outcome"],
            sorted(
                (test["test"], test["outcome"], test.get("reason", "")) for test in claim["tests"]
            ),
        )
        for name, claim in claims.items()
    }


def cases(folder) -> list[tuple[str, str, list[str]]]:
    root = ElementTree.parse(folder / "junit.xml").getroot()
    return sorted(
        (case.get("classname"), case.get("name"), [child.tag for child in case])
        for case in root.iter("testcase")
    )


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadfile")], ids=["one", "two"])
def test_shards_joined_say_what_the_whole_run_says(run, merge, pytester, count, workers):
    run("whole")
    shards = [
        run(f"shard-{index}", f"--harness-shard={index}/{count}", *workers)
        for index in range(1, count + 1)
    ]
    assert merge(*shards, "--expect", str(count)) == 1
    whole, joined = pytester.path / "whole", pytester.path / "joined"
    assert outcomes(joined) == outcomes(whole)
    assert {name: outcome for name, (outcome, _) in outcomes(joined).items()} == {
        "bus.prefix": "skipped",
        "bus.version": "failed",
        "bus.late": "skipped",
        "bus.never": "untested",
    }
    assert cases(joined) == cases(whole)
    document = json.loads((joined / "run.json").read_text())
    assert {test["shard"] for test in document["tests"]} <= {
        f"{index}/{count}" for index in range(1, count + 1)
    }
    assert "1 test failed" in (joined / "index.html").read_text()


def test_the_page_names_each_shard(run, merge, pytester):
    shards = [run(f"shard-{index}", f"--harness-shard={index}/2") for index in (1, 2)]
    merge(*shards)
    page = (pytester.path / "joined" / "index.html").read_text()
    assert "from 2 shards" in " ".join(page.split())
    assert "<td>1/2</td>" in page
    assert "<td>2/2</td>" in page


def test_claims_of_a_joined_report_name_the_shard(run, merge, pytester):
    shards = [run(f"shard-{index}", f"--harness-shard={index}/2") for index in (1, 2)]
    merge(*shards)
    claims = json.loads((pytester.path / "joined" / "claims.json").read_text())["claims"]
    assert {test["shard"] for test in claims["bus.version"]["tests"]} <= {"1/2", "2/2"}


def test_a_lost_shard_leaves_no_report(run, merge, pytester, capsys):
    first = run("shard-1", "--harness-shard=1/2")
    second = run("shard-2", "--harness-shard=2/2")
    assert merge(first, second) == 1
    capsys.readouterr()
    assert merge(first) == 2
    assert "The report of shard 2/2 is missing." in capsys.readouterr().err
    assert not (pytester.path / "joined" / "index.html").exists()


def test_a_shard_with_a_module_that_cannot_be_collected_breaks_the_joined_report(
    run, merge, pytester, capsys
):
    pytester.makepyfile(test_d="import nothing_like_it")
    shards = [run(f"shard-{index}", f"--harness-shard={index}/2") for index in (1, 2)]
    capsys.readouterr()
    assert merge(*shards, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["problems"][:2] == ["1/2: collecting test_d.py", "2/2: collecting test_d.py"]
    assert document["shards"].keys() == {"1/2", "2/2"}
