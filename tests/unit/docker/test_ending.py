"""How a container ended is told in a sentence, with its log beside it."""

from __future__ import annotations

import pytest

from harness.emulator.docker.engine import connect
from harness.emulator.docker.problems import EngineGone
from harness.errors import HarnessError, MissingRequirement
from harness.targets.docker.ending import ending_of, log_tail

NAME = "aws-pattern-harness-0f"


@pytest.fixture
def engine(fake_engine):
    fake_engine.answers(f"GET /containers/{NAME}/logs", "what it said last")
    return connect(fake_engine.endpoint)


@pytest.fixture
def ended(fake_engine, engine):
    """Has the container end in some way, and returns what is told."""

    def tell(code, *, log="what it said last", is_out_of_memory=False):
        state = {"Running": False, "ExitCode": code, "OOMKilled": is_out_of_memory}
        described = {"State": state, "Config": {"Tty": True}}
        fake_engine.answers(f"GET /containers/{NAME}/json", described)
        fake_engine.answers(f"GET /containers/{NAME}/logs", log)
        return ending_of(engine, NAME)

    return tell


def test_one_that_runs_has_not_ended(fake_engine, engine):
    fake_engine.answers(f"GET /containers/{NAME}/json", {"State": {"Running": True}})

    assert ending_of(engine, NAME) is None


@pytest.mark.parametrize(
    ("code", "facts", "kind", "sentence", "remedy"),
    [
        (137, {}, HarnessError, "(exit code 137): somebody killed it.", "'docker events'"),
        (
            137,
            {"is_out_of_memory": True},
            MissingRequirement,
            "(exit code 137): it ran out of memory.",
            "Give Docker more memory",
        ),
        (127, {}, HarnessError, "(exit code 127): its image is incomplete.", "image build"),
        (
            1,
            {"log": "exec /opt/harness/emulator/bin/python: exec format error"},
            MissingRequirement,
            "(exit code 1): its image is for another architecture.",
            "harness image build --rebuild",
        ),
        (
            1,
            {"log": "OSError: [Errno 28] No space left on device"},
            MissingRequirement,
            "(exit code 1): Docker's disk is full.",
            "docker system df",
        ),
        (70, {}, HarnessError, "(exit code 70).", '"harness doctor"'),
    ],
    ids=["killed", "out of memory", "incomplete", "architecture", "disk full", "otherwise"],
)
def test_an_ending_is_told_with_its_remedy(ended, code, facts, kind, sentence, remedy):
    told = ended(code, **facts)

    assert type(told) is kind
    assert told.problem == f"The emulator's container {NAME} has ended by itself {sentence}"
    assert remedy in told.remedy
    assert told.__notes__ == [f'"{facts.get("log", "what it said last")}"']


def test_one_that_is_gone_has_been_removed(fake_engine, engine):
    fake_engine.refuses(f"GET /containers/{NAME}/json", f"No such container: {NAME}", 404)

    assert "has been removed while it was in use" in str(ending_of(engine, NAME))


def test_an_engine_that_died_meanwhile_is_told(fake_engine, engine):
    fake_engine.breaks_off(f"GET /containers/{NAME}/json")

    told = ending_of(engine, NAME)

    assert isinstance(told, EngineGone)
    assert "broke off the connection" in told.problem


def test_a_log_that_cannot_be_read_says_why(fake_engine, engine):
    fake_engine.refuses(f"GET /containers/{NAME}/json", "No such container", 404)

    assert log_tail(engine, NAME).startswith("(The log can't be read: The Docker engine refused")
