"""Names of executions, and their ARNs: rules without an emulator."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.overlays.durable import arns, names


@dataclass(frozen=True)
class Known:
    version: str = "1"
    payload: str = "{}"


@pytest.mark.parametrize(
    ("existing", "decision"),
    [
        pytest.param(None, "start", id="free"),
        pytest.param(Known(), "attach", id="same event"),
        pytest.param(Known(payload='{"a": 1}'), "conflict", id="another event"),
        pytest.param(Known(payload="{ }"), "conflict", id="other spaces"),
        pytest.param(Known(version="2"), "conflict", id="another version"),
    ],
)
def test_a_name_that_is_taken_is_attached_to_or_a_conflict(existing, decision):
    assert names.decision(existing, version="1", payload="{}") == decision


def test_generated_names_are_names_and_differ():
    one, other = names.generated(), names.generated()
    assert one != other
    assert len(one) <= 64


@pytest.mark.parametrize("version", ["$LATEST", "$LATEST.PUBLISHED", "17"])
def test_an_arn_is_read_as_it_is_written(version):
    text = (
        f"arn:aws:lambda:eu-west-1:123456789012:function:leave:{version}/durable-execution/a-1/b_2"
    )
    arn = arns.parse(text)
    assert arn is not None
    assert str(arn) == text
    assert (arn.name, arn.id, arn.version) == ("a-1", "b_2", version)
    assert arn.version_arn == text.partition("/")[0]
    assert arn.function_arn.endswith(":function:leave")


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:lambda:eu-west-1:123456789012:function:leave:live/durable-execution/a/b",
        "arn:aws:lambda:eu-west-1:123456789012:function:leave/durable-execution/a/b",
        "arn:aws:lambda:eu-west-1:1:function:leave:1/durable-execution/a/b",
        "arn:aws:lambda:eu-west-1:123456789012:function:leave:1/durable-execution/a",
    ],
    ids=["alias", "no version", "account", "no id"],
)
def test_what_is_no_executions_arn(text):
    assert arns.parse(text) is None
