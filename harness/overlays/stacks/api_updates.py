"""Updates of REST APIs and their stages."""

from __future__ import annotations

import json
from typing import Any

Model = dict[str, Any]


def update_rest_api(clients: Any, model: Model, former: Model) -> None:
    """Change an API's settings, and import its body anew when that has changed."""
    api, api_id = clients.apigateway, former["RestApiId"]
    model.setdefault("Name", former["Name"])
    operations = [
        {"op": "replace", "path": path, "value": _text(model[name])}
        for name, path in (
            ("Name", "/name"),
            ("Description", "/description"),
            ("ApiKeySourceType", "/apiKeySource"),
            ("DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"),
            ("MinimumCompressionSize", "/minimumCompressionSize"),
            ("Policy", "/policy"),
        )
        if name in model and model[name] != former.get(name)
    ]
    if operations:
        api.update_rest_api(restApiId=api_id, patchOperations=operations)
    if "Body" in model and model["Body"] != former.get("Body"):
        body = model["Body"]
        api.put_rest_api(
            restApiId=api_id,
            mode=model.get("Mode", "overwrite"),
            body=(body if isinstance(body, str) else json.dumps(body)).encode(),
            parameters={"basepath": "ignore", **(model.get("Parameters") or {})},
        )
        resources = api.get_resources(restApiId=api_id, limit=500)["items"]
        former["RootResourceId"] = next(one["id"] for one in resources if one["path"] == "/")


def update_deployment(clients: Any, model: Model, former: Model) -> None:
    """Change a deployment's description; what it deployed stays what it was."""
    clients.apigateway.update_deployment(
        restApiId=model["RestApiId"],
        deploymentId=former["DeploymentId"],
        patchOperations=[
            {"op": "replace", "path": "/description", "value": model.get("Description", "")}
        ],
    )


def update_stage(clients: Any, model: Model, former: Model) -> None:
    """Change a stage's deployment, settings, variables and access log."""
    operations = [
        {"op": "replace", "path": path, "value": _text(model[name])}
        for name, path in (
            ("DeploymentId", "/deploymentId"),
            ("Description", "/description"),
            ("TracingEnabled", "/tracingEnabled"),
            ("CacheClusterEnabled", "/cacheClusterEnabled"),
            ("CacheClusterSize", "/cacheClusterSize"),
            ("DocumentationVersion", "/documentationVersion"),
        )
        if name in model and model[name] != former.get(name)
    ]
    wanted, known = model.get("Variables") or {}, former.get("Variables") or {}
    operations += [
        {"op": "replace", "path": f"/variables/{name}", "value": _text(value)}
        for name, value in wanted.items()
        if value != known.get(name)
    ]
    operations += [
        {"op": "remove", "path": f"/variables/{name}"} for name in known.keys() - wanted.keys()
    ]
    log, known_log = model.get("AccessLogSetting") or {}, former.get("AccessLogSetting") or {}
    operations += [
        {"op": "replace", "path": f"/accessLogSettings/{name[0].lower()}{name[1:]}", "value": value}
        for name, value in log.items()
        if value != known_log.get(name)
    ]
    if operations:
        clients.apigateway.update_stage(
            restApiId=model["RestApiId"],
            stageName=model["StageName"],
            patchOperations=operations,
        )


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict() | list():
            return json.dumps(value)
        case _:
            return str(value)
