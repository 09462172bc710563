"""What a connection adds to the requests of its API destinations.

LocalStack asks EventBridge for the connection and Secrets Manager for its secret at each attempt.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html
"""

from __future__ import annotations

import json
import threading
from typing import Any, Final

from localstack.aws.connect import connect_to
from localstack.services.events.api_destination import _auth_keys_from_connection
from localstack.services.events.models import Connection, events_stores
from localstack.utils.aws.message_forwarding import list_of_parameters_to_object
from localstack.utils.http import add_query_params_to_url

from harness.overlays.core import clock

from .arns import parse
from .failures import NO_RESOURCE, DeliveryError

SECRET_SECONDS: Final = 60.0
"""For how long a connection's secret is used, in the emulator's time, if the connection stays."""

_lock: Final = threading.Lock()
_secrets: Final[dict[str, tuple[Any, float, dict[str, Any]]]] = {}


def apply(connection_arn: str, endpoint: str, headers: dict[str, str], body: Any) -> str:
    """Write a connection's parameters into a request.

    Args:
        connection_arn: The connection.
        endpoint: Of the API destination.
        headers: Of the request; changed.
        body: Of the request; changed.

    Returns:
        The request's URL.

    Raises:
        DeliveryError: There is no such connection.
    """
    connection = _connection(connection_arn)
    details = {
        "AuthorizationType": connection.authorization_type,
        "AuthParameters": connection.auth_parameters or {},
    }
    headers.update(_auth_keys_from_connection(details, _secret(connection)))
    added = details["AuthParameters"].get("InvocationHttpParameters") or {}
    headers.update(list_of_parameters_to_object(added.get("HeaderParameters", [])))
    if parameters := list_of_parameters_to_object(added.get("BodyParameters", [])):
        body.update(parameters)
    query = list_of_parameters_to_object(added.get("QueryStringParameters", []))
    return str(add_query_params_to_url(endpoint, query)) if query else endpoint


def forget(account: str) -> None:
    """Drop the secrets of an account's connections."""
    with _lock:
        for arn in [one for one in _secrets if one.split(":")[4:5] == [account]]:
            del _secrets[arn]


def _connection(arn: str) -> Connection:
    parsed = parse(arn)
    # `in` first: reading an account that isn't there would make it.
    if parsed is not None and parsed.account in events_stores:
        known = events_stores[parsed.account][parsed.region].connections
        if found := known.get(parsed.resource.split("/")[1]):
            return found
    raise DeliveryError(NO_RESOURCE, f"The connection {arn} does not exist.")


def _secret(connection: Connection) -> dict[str, Any]:
    arn, changed = connection.secret_arn, connection.last_modified_time
    with _lock:
        kept, until, secret = _secrets.get(arn, (None, 0.0, {}))
    if kept == changed and clock.now() < until:
        return secret
    client = connect_to(
        aws_access_key_id=connection.account_id, region_name=connection.region
    ).secretsmanager
    fresh: dict[str, Any] = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    with _lock:
        _secrets[arn] = (changed, clock.now() + SECRET_SECONDS, fresh)
    return fresh
