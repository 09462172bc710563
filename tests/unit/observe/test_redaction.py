"""What looks like a credential leaves no run."""

from __future__ import annotations

import pytest

from harness.observe.redaction import MASK, redacted, redacted_document

# AWS's documentation uses these as examples.
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"key {KEY_ID} used", KEY_ID),
        ("ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
        (f"aws_secret_access_key = {SECRET}", SECRET),
        (f'{{"SecretAccessKey": "{SECRET}"}}', SECRET),
        (f"AWS_SECRET_ACCESS_KEY={SECRET}", SECRET),
        (f"{{'SessionToken': '{SECRET}'}}", SECRET),
        ("Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"),
        (f"'Authorization': 'Basic {SECRET}'", SECRET),
        (
            "authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, "
            f"SignedHeaders=host, Signature={'a1' * 32}",
            "a1" * 32,
        ),
        (f"GET /?X-Amz-Signature={'b2' * 32}&X-Amz-Expires=60", "b2" * 32),
        (f"https://x/?X-Amz-Security-Token={SECRET}&y=1", SECRET),
        (f"token {TOKEN}", TOKEN),
        ('{"password": "hunter22"}', "hunter22"),
        ("client_secret=s3cr3t-value&grant_type=client_credentials", "s3cr3t-value"),
        ("x-api-key: 0123456789abcdef", "0123456789abcdef"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "MIIEpAIBAAKCAQEA",
        ),
    ],
)
def test_a_secret_is_masked(text, secret):
    assert secret not in redacted(text)
    assert MASK in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:visitor",
        "START RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95 Version: $LATEST",
        "assert 'ValidationException' == 'InvalidParameterValueException'",
        "the tenant's token is required",
        '{"source": "orders", "detail-type": "OrderPlaced"}',
        "X-Amz-Tenant-Id: tenant-1",
    ],
)
def test_plain_text_stays_as_it_is(text):
    assert redacted(text) == text


def test_what_surrounds_a_secret_stays_readable():
    assert redacted('{"password": "hunter22", "user": "ana"}') == (
        f'{{"password": "{MASK}", "user": "ana"}}'
    )


def test_redacting_twice_changes_nothing_more():
    once = redacted(f"Authorization: Bearer {TOKEN}\npassword=hunter22")
    assert redacted(once) == once


def test_documents_are_redacted_at_any_depth():
    document = {"calls": [{"headers": [f"key {KEY_ID}"], "count": 2, "ok": True, "none": None}]}
    assert redacted_document(document) == {
        "calls": [{"headers": [f"key {MASK}"], "count": 2, "ok": True, "none": None}]
    }
