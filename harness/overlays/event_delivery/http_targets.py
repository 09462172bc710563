"""Delivery to APIs: API destinations and REST APIs of API Gateway.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-gateway-target.html
"""

from __future__ import annotations

import copy
import json
import socket
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import requests
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from localstack import config
from localstack.services.events.models import events_stores
from localstack.services.events.target import ApiGatewayTargetSender
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.message_forwarding import add_target_http_parameters

from harness.overlays.core import clock

from . import clients, connections
from .arns import Arn
from .failures import (
    CONNECTION_FAILURE,
    INVALID_PARAMETER,
    NO_RESOURCE,
    TIMEOUT,
    DeliveryError,
    from_http_status,
)
from .received import Invocation

TIMEOUT_SECONDS: Final = 5
LONGEST_BODY: Final = 4096
"""Characters of an answer that are kept."""


def to_api_destination(invocation: Invocation) -> str:
    """Send to an API destination, with what its connection adds.

    Returns:
        The answer's body.

    Raises:
        DeliveryError: There is no success.
    """
    arn, target = invocation.arn, invocation.target
    destination = _destination(arn)
    headers = {
        "User-Agent": "Amazon/EventBridge/ApiDestinations",
        "Content-Type": "application/json; charset=utf-8",
        "Range": "bytes=0-1048575",
        "Accept-Encoding": "gzip,deflate",
        "Connection": "close",
        **_trace(invocation),
    }
    # The connection's parameters are written into it.
    body = copy.deepcopy(invocation.input)
    url = connections.apply(
        destination["ConnectionArn"], destination["InvocationEndpoint"], headers, body
    )
    if parameters := copy.deepcopy(target.get("HttpParameters")):
        url = add_target_http_parameters(parameters, url, headers, body)
    return _send(destination["HttpMethod"], url, headers, to_json_str(body))


def _destination(arn: Arn) -> dict[str, str]:
    name = arn.resource.split("/")[1]
    # `in` first: reading an account that isn't there would make it.
    known = arn.account in events_stores
    found = events_stores[arn.account][arn.region].api_destinations.get(name) if known else None
    if found is None:
        raise DeliveryError(NO_RESOURCE, f"An api-destination '{name}' does not exist.")
    return {
        "ConnectionArn": found.connection_arn,
        "InvocationEndpoint": found.invocation_endpoint,
        "HttpMethod": found.http_method,
    }


def to_rest_api(invocation: Invocation) -> str:
    """Send to a method of a REST API.

    Returns:
        The answer's body.

    Raises:
        DeliveryError: There is no success.
    """
    parts = invocation.arn.resource.split("/")
    method = parts[2].upper() if len(parts) > 2 else ""
    if method not in ApiGatewayTargetSender.ALLOWED_HTTP_METHODS:
        raise DeliveryError(INVALID_PARAMETER, f"{invocation.arn.text} names no HTTP method.")
    api, stage = parts[:2]
    given = invocation.target.get("HttpParameters") or {}
    values = iter(given.get("PathParameterValues") or ())
    segments = [next(values, "") if part == "*" else part for part in parts[3:]]
    path = "/".join(quote(segment) for segment in segments).strip("/")
    url = f"{config.internal_service_url()}/{stage}/{path}/".replace("//", "/").replace(
        ":/", "://", 1
    )
    if query := given.get("QueryStringParameters"):
        url += f"?{urlencode(query)}"
    headers = {
        name: value
        for name, value in (given.get("HeaderParameters") or {}).items()
        if name.lower() not in ApiGatewayTargetSender.PROHIBITED_HEADERS
    }
    headers.setdefault("Content-Type", "application/json")
    headers["Host"] = f"{api}.execute-api.localhost.localstack.cloud"
    headers |= {
        "X-Amz-Source-Arn": invocation.rule_arn,
        "X-Amz-Source-Account": invocation.received.account,
        **_trace(invocation),
    }
    body = json.dumps(invocation.input)
    if invocation.role:
        headers = _signed(invocation, method, url, headers, body)
    return _send(method, url, headers, body)


def _signed(
    invocation: Invocation, method: str, url: str, headers: dict[str, str], body: str
) -> dict[str, str]:
    """Return the headers of a request, signed by the target's role."""
    received = invocation.received
    given = clients.SESSIONS.of(
        invocation.role,
        account=received.account,
        region=received.region,
        rule_arn=invocation.rule_arn,
    )
    request = AWSRequest(method, url, headers=headers, data=body.encode())
    credentials = Credentials(
        given["aws_access_key_id"], given["aws_secret_access_key"], given["aws_session_token"]
    )
    SigV4Auth(credentials, "execute-api", invocation.arn.region).add_auth(request)
    return dict(request.headers.items())


def _send(method: str, url: str, headers: dict[str, str], body: str) -> str:
    try:
        answer = requests.request(
            method, url, headers=headers, data=body.encode(), timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )  # fmt: skip
    except requests.Timeout as problem:
        raise DeliveryError(TIMEOUT, str(problem)) from problem
    except requests.ConnectionError as problem:
        raise DeliveryError(
            CONNECTION_FAILURE, str(problem), is_retried=not _is_unknown_name(problem)
        ) from problem
    except requests.RequestException as problem:
        raise DeliveryError(INVALID_PARAMETER, str(problem)) from problem
    text = answer.text[:LONGEST_BODY]
    if not answer.ok or answer.is_redirect:
        raise from_http_status(
            answer.status_code, text, not_before=_not_before(answer.headers.get("Retry-After"))
        )
    return text


def _not_before(retry_after: str | None) -> float | None:
    """Return when an answer wants the next attempt at the earliest; None for never."""
    if not retry_after:
        return 0
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            return parsedate_to_datetime(retry_after).timestamp()
        except ValueError:
            return 0
    return clock.now() + seconds if seconds >= 0 else None


def _is_unknown_name(problem: BaseException | None) -> bool:
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        if isinstance(problem, (socket.gaierror, urllib3.exceptions.NameResolutionError)):
            return True
        inner = next((one for one in problem.args if isinstance(one, BaseException)), None)
        reason = getattr(inner, "reason", None)
        problem = (
            (reason if isinstance(reason, BaseException) else inner)
            or problem.__cause__
            or problem.__context__
        )
    return False


def _trace(invocation: Invocation) -> dict[str, str]:
    header: Any = invocation.received.trace_header
    return {"X-Amzn-Trace-Id": header} if header else {}
