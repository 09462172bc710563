"""Which methods of an OpenAPI document want signed requests."""

from __future__ import annotations

import pytest

from harness.overlays.authorizers.signed_methods import signed_methods

SIGNED = {"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
KEYED = {"type": "apiKey", "name": "x-api-key"}
SCHEMES = {"components": {"securitySchemes": {"Signed": SIGNED, "Keyed": KEYED}}}
AUTH = "x-amazon-apigateway-auth"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({**SCHEMES, "paths": {"/a": {"get": {"security": [{"Signed": []}]}}}}, [("/a", "GET")]),
        ({**SCHEMES, "paths": {"/a": {"get": {"security": [{"Keyed": []}]}}}}, []),
        (
            {**SCHEMES, "security": [{"Signed": []}], "paths": {"/a": {"put": {}}}},
            [("/a", "PUT")],
        ),
        (
            {
                **SCHEMES,
                "security": [{"Signed": []}],
                "paths": {"/a": {"put": {"security": []}}},
            },
            [],
        ),
        (
            {
                "securityDefinitions": {"Signed": SIGNED},
                "paths": {"/": {"x-amazon-apigateway-any-method": {"security": [{"Signed": []}]}}},
            },
            [("/", "ANY")],
        ),
        ({"paths": {"/a": {"get": {AUTH: {"type": "AWS_IAM"}}}}}, [("/a", "GET")]),
        ({"paths": {"/a": {"get": {}, "parameters": []}}}, []),
        ({}, []),
    ],
    ids=[
        "one operation",
        "another scheme",
        "the whole document",
        "an operation that opts out",
        "Swagger 2.0, any method",
        "the extension of an operation",
        "no security",
        "no paths",
    ],
)
def test_methods_with_iam_authorization_are_found(document, expected):
    assert list(signed_methods(document)) == expected
