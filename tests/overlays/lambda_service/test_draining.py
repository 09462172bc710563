"""Invocations in flight while their version is retired, without an emulator."""

from __future__ import annotations

import threading

import pytest

from harness.overlays.lambda_service.draining import InFlight, VersionRetiredError


@pytest.fixture
def retired():
    return threading.Event()


@pytest.fixture
def done():
    return []


def test_what_is_idle_is_retired_at_once(done):
    InFlight().when_idle("manager", lambda: done.append("retired"))
    assert done == ["retired"]


def test_a_version_is_retired_after_its_last_invocation(retired, done):
    in_flight = InFlight()
    with in_flight.invocation("manager", code="code", retired=retired):
        with in_flight.invocation("manager", code="code", retired=retired):
            in_flight.when_idle("manager", lambda: done.append("retired"))
        assert done == []
    assert done == ["retired"]


def test_a_failed_invocation_has_ended_too(retired, done):
    in_flight = InFlight()

    def fail():
        with in_flight.invocation("manager", code="code", retired=retired):
            in_flight.when_idle("manager", lambda: done.append("retired"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert done == ["retired"]


def test_a_retired_version_takes_no_invocation(retired):
    retired.set()
    with pytest.raises(VersionRetiredError):
        InFlight().invocation("manager", code="code", retired=retired).__enter__()


def test_code_goes_when_no_version_runs_it_any_more(retired, done):
    in_flight = InFlight()
    first = in_flight.invocation("first", code="code", retired=retired)
    second = in_flight.invocation("second", code="code", retired=retired)
    with first:
        with second:
            in_flight.when_code_is_idle("code", lambda: done.append("gone"))
        assert done == []
    assert done == ["gone"]


def test_other_code_goes_at_once(retired, done):
    in_flight = InFlight()
    with in_flight.invocation("manager", code="code", retired=retired):
        in_flight.when_code_is_idle("other", lambda: done.append("gone"))
        assert done == ["gone"]
