"""Which methods of an OpenAPI document want signed requests. Pure.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

AUTHTYPE = "x-amazon-apigateway-authtype"
AUTH = "x-amazon-apigateway-auth"
ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


def signed_methods(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield path and verb (`ANY` for all) of each method with IAM authorization."""
    schemes = document.get("securityDefinitions") or document.get("components", {}).get(
        "securitySchemes", {}
    )
    signing = {
        name for name, scheme in schemes.items() if scheme.get(AUTHTYPE, "").lower() == "awssigv4"
    }
    for path, operations in document.get("paths", {}).items():
        for name, operation in operations.items():
            if name in METHODS or name == ANY_METHOD:
                required = operation.get("security", document.get("security")) or []
                named = any(scheme in signing for requirement in required for scheme in requirement)
                if named or operation.get(AUTH, {}).get("type", "").upper() == "AWS_IAM":
                    yield path, "ANY" if name == ANY_METHOD else name.upper()
