"""The environment variables of functions.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_RUNTIME_DIR, _TASK_ROOT = "/var/runtime", "/var/task"

UNRESERVED = {
    "LANG": "en_US.UTF-8",
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH": ":".join(
        [
            *("/var/lang/lib", "/lib64", "/usr/lib64"),
            *(_RUNTIME_DIR, f"{_RUNTIME_DIR}/lib", _TASK_ROOT, f"{_TASK_ROOT}/lib", "/opt/lib"),
        ]
    ),
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
    "TZ": ":UTC",
    # SDKs put prefixes such as "sync-" before the endpoint's host, which has an address here.
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
}
"""What functions may set themselves."""


@dataclass(frozen=True)
class Identity:
    """Which environment of which function the variables are for.

    Attributes:
        region: Region name.
        runtime: Lambda's identifier, such as `python3.13`.
        function: The function's name.
        version: Version number or `$LATEST`.
        handler: As configured.
        memory_mb: Memory size.
        initialization_type: `on-demand` or `provisioned-concurrency`.
        log_group: CloudWatch Logs group.
        log_stream: Its stream for this environment.
        log_format: `Text` or `JSON`.
        log_level: Application log level; only with JSON.
        endpoint: Where the emulator answers.
        credentials: Access key id, secret, token of the role's session.
    """

    region: str
    runtime: str
    function: str
    version: str
    handler: str
    memory_mb: int
    initialization_type: str
    log_group: str
    log_stream: str
    log_format: str
    log_level: str | None
    endpoint: str
    credentials: tuple[str, str, str] = field(repr=False)


def variables_of(identity: Identity, configured: Mapping[str, str]) -> dict[str, str]:
    """Compose all variables of an environment but the Runtime API's address.

    Args:
        identity: Whose they are.
        configured: The function's own; they win over what Lambda doesn't reserve.
    """
    key, secret, token = identity.credentials
    reserved = {
        "_HANDLER": identity.handler,
        "AWS_DEFAULT_REGION": identity.region,
        "AWS_REGION": identity.region,
        "AWS_LAMBDA_FUNCTION_NAME": identity.function,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(identity.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": identity.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": identity.initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": identity.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": identity.log_stream,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "LAMBDA_TASK_ROOT": _TASK_ROOT,
        "LAMBDA_RUNTIME_DIR": _RUNTIME_DIR,
    }
    if not identity.runtime.startswith("provided"):
        reserved["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{identity.runtime}"
    if identity.log_format == "JSON":
        reserved["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
    if identity.log_level:
        reserved["AWS_LAMBDA_LOG_LEVEL"] = identity.log_level
    defaults = {**UNRESERVED, **_of_language(identity.runtime)}
    defaults["AWS_ENDPOINT_URL"] = identity.endpoint
    return {**defaults, **configured, **reserved}


def _of_language(runtime: str) -> dict[str, str]:
    if runtime.startswith("python"):
        return {"PYTHONPATH": _RUNTIME_DIR}
    if runtime.startswith("nodejs"):
        major = runtime.removeprefix("nodejs").partition(".")[0]
        return {
            "NODE_PATH": f"/opt/nodejs/node{major}/node_modules:/opt/nodejs/node_modules:"
            f"{_RUNTIME_DIR}/node_modules:{_RUNTIME_DIR}:{_TASK_ROOT}",
        }
    return {}
