"""Without isolation: one environment serves whoever comes next, with all that it remembers."""

from __future__ import annotations

import base64

import pytest


@pytest.mark.claim("tenant-isolation.warm-reuse")
def test_an_environment_serves_the_next_invocation_without_a_new_start(generic):
    first, second = generic.respond(), generic.respond()

    assert second["Report"]["environment"] == first["Report"]["environment"]
    assert second["Report"]["log_stream"] == first["Report"]["log_stream"]
    assert second["Report"]["visits"] == first["Report"]["visits"] + 1
    # Lambda itself says in its REPORT line which invocation had to start an environment.
    assert b"Init Duration:" in base64.b64decode(first["LogResult"])
    assert b"Init Duration:" not in base64.b64decode(second["LogResult"])


@pytest.mark.claim("tenant-isolation.generic-counter-shared")
def test_the_counter_goes_on_for_the_next_tenant(generic):
    assert generic.invoke({"for": "tenant1"})["visits"] == 1
    assert generic.invoke({"for": "tenant2"})["visits"] == 2
    assert generic.invoke({"for": "tenant1"})["visits"] == 3


@pytest.mark.claim("tenant-isolation.generic-tmp-shared")
def test_the_next_tenant_reads_the_file_of_the_one_before(generic):
    assert generic.invoke({"for": "tenant1", "note": "tenant1 owes 100"})["note"] is None

    next_visit = generic.invoke({"for": "tenant2"})
    assert next_visit["note"] == "tenant1 owes 100"
    assert "note.txt" in next_visit["files"]


@pytest.mark.claim("tenant-isolation.generic-object-shared")
def test_the_next_tenant_is_given_the_secret_of_the_one_before(generic):
    first = generic.invoke({"secret_of": "tenant1"})
    assert first["secret"] == "the secret of tenant1"

    second = generic.invoke({"secret_of": "tenant2"})
    assert second["secret"] == "the secret of tenant1"
    assert second["object_id"] == first["object_id"]
