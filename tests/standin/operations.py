"""Which operation of which AWS service a request is, from nothing but the request.

AWS's protocols say it in different places: a header, the form, the path, or method and path
together.
Source: https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session

UNKNOWN: Final = "?"
_SERVICES: Final = {"monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}
"""boto3's names of services whose requests are signed under another."""
_S3_TOLD_OTHERWISE: Final = ("ListBuckets", "CopyObject", "UploadPartCopy")
_CREDENTIAL: Final = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Request:
    """A request as it came in; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False, default=b"")

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(frozen=True)
class Signature:
    """Who signed a request, and what for."""

    access_key: str
    region: str
    service: str


@dataclass(frozen=True)
class Operation:
    """What a request asks for.

    Attributes:
        service: boto3's name of the service.
        name: The operation; `UNKNOWN` where it can't be told.
        protocol: How it is answered: `query`, `json`, `rest-json`, `rest-xml`,
            `smithy-rpc-v2-cbor`.
    """

    service: str
    name: str
    protocol: str

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


def signature_of(request: Request) -> Signature | None:
    """Return who signed a request, in its header or its address; None when nobody did."""
    presigned = request.query.get("X-Amz-Credential", [""])[0]
    said = request.headers.get("authorization") or f"Credential={presigned}"
    if found := _CREDENTIAL.search(said):
        return Signature(*found.groups())
    return None


def operation_of(request: Request, signature: Signature) -> Operation:
    """Return which operation a signed request is."""
    service = _SERVICES.get(signature.service, signature.service)
    if service == "ses" and request.path.startswith("/v2/"):
        service = "sesv2"
    if target := request.headers.get("x-amz-target"):
        return Operation(service, target.rpartition(".")[2], "json")
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return Operation(service, request.path.rpartition("/")[2], "smithy-rpc-v2-cbor")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(request.body.decode(errors="replace"))
        return Operation(service, form.get("Action", [UNKNOWN])[0], "query")
    return Operation(service, _by_path(service, request), _protocol(service))


@dataclass(frozen=True)
class _Route:
    name: str
    method: str
    path: re.Pattern[str]
    query: Mapping[str, str]
    weight: int

    def takes(self, method: str, path: str, query: Mapping[str, list[str]]) -> bool:
        return (
            self.method == method
            and self.path.fullmatch(path) is not None
            and all(
                name in query and value in ("", query[name][0])
                for name, value in self.query.items()
            )
        )


def _by_path(service: str, request: Request) -> str:
    # As it came: an ARN in a path has slashes of its own.
    path = request.path
    if service == "s3":
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        if not bucket:
            return "ListBuckets"
        # The model's paths begin after the bucket, which the endpoint's rules put in front.
        path = f"/{key}"
        if "x-amz-copy-source" in request.headers:
            return "UploadPartCopy" if "partNumber" in request.query else "CopyObject"
    fitting = [
        route for route in _routes(service) if route.takes(request.method, path, request.query)
    ]
    return max(fitting, key=lambda route: route.weight).name if fitting else UNKNOWN


@cache
def _protocol(service: str) -> str:
    try:
        return str(_model(service).metadata["protocol"])
    except botocore.exceptions.UnknownServiceError:
        return "rest-json"


@cache
def _model(service: str) -> botocore.model.ServiceModel:
    return botocore.session.Session().get_service_model(service)


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    try:
        return tuple(_routes_of(service))
    except botocore.exceptions.UnknownServiceError:
        return ()


def _routes_of(service: str) -> Iterator[_Route]:
    model = _model(service)
    for name in model.operation_names:
        if service == "s3" and name in _S3_TOLD_OTHERWISE:
            continue
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        if service == "s3":
            path = path.removeprefix("/{Bucket}") or "/"
        pieces = re.split(r"(\{[^}]+\})", path)
        pattern = "".join(
            (".+" if piece.endswith("+}") else "[^/]+")
            if piece.startswith("{")
            else re.escape(piece)
            for piece in pieces
        )
        fixed = sum(len(piece) for piece in pieces if not piece.startswith("{"))
        wanted = _wanted(query, operation.input_shape)
        yield _Route(
            name, operation.http["method"], re.compile(pattern), wanted, fixed + 100 * len(wanted)
        )


def _wanted(query: str, shape: Any) -> dict[str, str]:
    """Return what a request's query has to hold, with any value where it is empty."""
    wanted = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    wanted.pop("x-id", None)  # boto3 doesn't send it
    for name in shape.required_members if shape else ():
        place = shape.members[name].serialization
        if place.get("location") == "querystring":
            wanted.setdefault(place["name"], "")
    return wanted
