"""How answers of custom resources are read, without an emulator."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.overlays.stacks.custom_resource import (
    Answer,
    FailedError,
    as_text,
    read,
    service_timeout,
)


def answer(**members):
    return json.dumps({"Status": "SUCCESS", "PhysicalResourceId": "id", **members}).encode()


def test_scalars_are_sent_as_text():
    assert as_text({"a": 1, "b": True, "c": [1.5, None], "d": {"e": "f"}}) == {
        "a": "1",
        "b": "true",
        "c": ["1.5", None],
        "d": {"e": "f"},
    }


def test_an_answer_has_an_id_and_attributes():
    body = answer(Data={"Text": "t", "Number": 1, "Flag": False, "List": [1], "Nothing": None})
    assert read(body, request_id="r", physical_id=None) == Answer(
        "id", {"Text": "t", "Number": "1", "Flag": "false", "List": [1]}
    )


def test_a_resource_keeps_its_id_when_the_answer_names_none():
    body = answer(PhysicalResourceId=None)
    assert read(body, request_id="r", physical_id="old").physical_id == "old"


REFUSED = {
    "no id": (answer(PhysicalResourceId=None), "Invalid PhysicalResourceId"),
    "an id that is no text": (answer(PhysicalResourceId=5), "Invalid PhysicalResourceId"),
    "too long": (answer(Data={"a": "x" * 5000}), "Response object is too long."),
    "failure": (
        answer(Status="FAILED", Reason="no"),
        "Received response status [FAILED] from custom resource. Message returned: no "
        "(RequestId: r)",
    ),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_is_none_fails_the_resource(body, reason):
    with pytest.raises(FailedError) as failed:
        read(body, request_id="r", physical_id=None)
    assert str(failed.value) == reason


def test_an_answer_may_take_an_hour_or_as_long_as_the_template_says():
    assert service_timeout({}) == timedelta(hours=1)
    assert service_timeout({"ServiceTimeout": "90"}) == timedelta(seconds=90)
