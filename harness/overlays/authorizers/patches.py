"""Where an API's document becomes methods: LocalStack drops their IAM authorization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.services.apigateway.helpers import import_api_from_openapi_spec

from harness.overlays.core import extends

from .signed_methods import signed_methods

PROVIDER = "localstack.services.apigateway.legacy.provider"


@extends(import_api_from_openapi_spec, written_for="573043a942cd", also_in=(PROVIDER,))
def import_api(
    upstream: Callable[..., tuple[Any, list[str]]],
    rest_api: Any,
    context: RequestContext,
    open_api_spec: dict[str, Any],
    mode: str,
) -> tuple[Any, list[str]]:
    rest_api, warnings = upstream(rest_api, context, open_api_spec, mode)
    signed = {(path.rstrip("/") or "/", verb) for path, verb in signed_methods(open_api_spec)}
    for resource in rest_api.resources.values():
        for verb, method in resource.resource_methods.items():
            if (resource.get_path(), verb) in signed:
                method.authorization_type = "AWS_IAM"
    return rest_api, warnings
