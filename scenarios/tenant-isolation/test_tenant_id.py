"""Which tenant ids Invoke takes, and what it answers to the others.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import string

import pytest
from botocore.exceptions import ClientError

ACCEPTED = {
    "lower-case letters": string.ascii_lowercase,
    "upper-case letters": string.ascii_uppercase,
    "digits": string.digits,
    "hyphen": "ana-ben",
    "underscore": "ana_ben",
    "colon": "ana:ben",
    "equals sign": "ana=ben",
    "plus sign": "ana+ben",
    "at sign": "ana@example.com",
    "full stop": "ana.ben",
    "slash": "ana/ben",
    "space": "ana ben",
    "one character": "a",
    "only punctuation": "-_:=+@.",
}
REFUSED = list("""#!*,;%&~([{'\\$?|<""" + '"')


@pytest.mark.claim("tenant-isolation.charset")
@pytest.mark.parametrize("tenant", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_character_is_accepted(isolated, tenant):
    assert isolated.invoke(tenant=tenant)["tenant_id"] == tenant


@pytest.mark.claim("tenant-isolation.charset")
@pytest.mark.parametrize("character", REFUSED)
def test_a_character_is_refused(isolated, character):
    tenant = f"ana{character}ben"

    with pytest.raises(ClientError) as refused:
        isolated.invoke(tenant=tenant)

    assert_validation_error(refused.value, tenant)


@pytest.mark.claim("tenant-isolation.length")
def test_256_characters_are_accepted_and_all_of_them_count(isolated, new_tenant):
    shared = new_tenant().ljust(255, "x")
    one, other = f"{shared}1", f"{shared}2"
    assert len(one) == len(other) == 256

    first, second = isolated.invoke(tenant=one), isolated.invoke(tenant=other)

    assert (first["tenant_id"], second["tenant_id"]) == (one, other)
    assert (first["visits"], second["visits"]) == (1, 1)


@pytest.mark.claim("tenant-isolation.length")
def test_257_characters_are_refused(isolated):
    tenant = "x" * 257

    with pytest.raises(ClientError) as refused:
        isolated.invoke(tenant=tenant)

    assert_validation_error(refused.value, tenant)


@pytest.mark.claim("tenant-isolation.id-required")
def test_an_isolated_function_refuses_an_invocation_without_a_tenant(isolated):
    with pytest.raises(ClientError) as refused:
        isolated.invoke()

    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert refused.value.response["Error"]["Message"] == (
        "The invoked function is enabled with tenancy configuration. "
        "Add a valid tenant ID in your request and try again."
    )
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.claim("tenant-isolation.id-unexpected")
def test_a_function_without_isolation_refuses_an_invocation_with_a_tenant(generic, new_tenant):
    with pytest.raises(ClientError) as refused:
        generic.invoke(tenant=new_tenant())

    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    # AWS documents the error; of its text these words are known.
    assert "Remove the tenant ID" in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert generic.invoke()["visits"] == 1, "the refused invocation ran"


def assert_validation_error(refused, tenant):
    """Assert what is common to all of Lambda's answers to a value outside its API's model."""
    assert refused.response["Error"]["Code"] == "ValidationException"
    message = refused.response["Error"]["Message"]
    assert message.startswith(f"1 validation error detected: Value '{tenant}' at 'tenantId'")
    assert "failed to satisfy constraint: Member must" in message
    assert refused.response["ResponseMetadata"]["HTTPStatusCode"] == 400
