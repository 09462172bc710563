"""REST APIs, HTTP APIs, user pools: what is called from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .kind import Kind, Turn


def _rest_apis(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in client.get_paginator("get_rest_apis").paginate():
        for api in page["items"]:
            yield api["id"], api.get("tags") or {}


def _http_apis(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in client.get_paginator("get_apis").paginate():
        for api in page["Items"]:
            yield api["ApiId"], api.get("Tags") or {}


def _user_pools(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for page in client.get_paginator("list_user_pools").paginate(MaxResults=60):
        for pool in page["UserPools"]:
            described = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
            yield pool["Id"], described.get("UserPoolTags") or {}


KINDS: Final = {
    "AWS::ApiGateway::RestApi": Kind(
        "apigateway",
        look=lambda client, which: client.get_rest_api(restApiId=which),
        delete=lambda client, which: client.delete_rest_api(restApiId=which),
        tags=lambda client, which: client.get_rest_api(restApiId=which).get("tags") or {},
        find=_rest_apis,
        turn=Turn.USERS,
    ),
    "AWS::ApiGatewayV2::Api": Kind(
        "apigatewayv2",
        look=lambda client, which: client.get_api(ApiId=which),
        delete=lambda client, which: client.delete_api(ApiId=which),
        tags=lambda client, which: client.get_api(ApiId=which).get("Tags") or {},
        find=_http_apis,
        turn=Turn.USERS,
    ),
    "AWS::Cognito::UserPool": Kind(
        "cognito-idp",
        look=lambda client, which: client.describe_user_pool(UserPoolId=which),
        delete=lambda client, which: client.delete_user_pool(UserPoolId=which),
        find=_user_pools,
    ),
}
