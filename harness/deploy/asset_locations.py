"""Where templates name local files, and what takes their place once they are uploaded.

Pure: a table of properties, a walk that finds them, and the values that replace them.
Source: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .asset_bucket import Uploaded


class Kind(enum.Enum):
    """What lies at a location."""

    CODE = "code"
    """A folder or file that is zipped; a zip archive stays as it is."""
    TEMPLATE = "template"
    """A nested template, packaged itself."""
    DOCUMENT = "document"
    """A file that is uploaded as it is."""


class Form(enum.Enum):
    """How the property names an uploaded object."""

    URI = "uri"
    """`s3://bucket/key`"""
    URL = "url"
    """`https://bucket.s3.region.amazonaws.com/key`"""
    CODE = "code"
    """`{"S3Bucket": …, "S3Key": …}`"""
    BODY = "body"
    """`{"Bucket": …, "Key": …}`"""


@dataclass(frozen=True)
class Location:
    """A property that may name local files.

    Attributes:
        kind: What lies there.
        form: How it names an uploaded object.
        is_defaulted: Whether the template's folder is meant when the property is absent.
    """

    kind: Kind
    form: Form
    is_defaulted: bool = False


LOCATIONS: dict[tuple[str, str], Location] = {
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): Location(Kind.DOCUMENT, Form.BODY),
    ("AWS::ApiGatewayV2::Api", "BodyS3Location"): Location(Kind.DOCUMENT, Form.BODY),
    ("AWS::CloudFormation::Stack", "TemplateURL"): Location(Kind.TEMPLATE, Form.URL),
    ("AWS::Lambda::Function", "Code"): Location(Kind.CODE, Form.CODE),
    ("AWS::Lambda::LayerVersion", "Content"): Location(Kind.CODE, Form.CODE),
    ("AWS::Serverless::Api", "DefinitionUri"): Location(Kind.DOCUMENT, Form.URI),
    ("AWS::Serverless::Application", "Location"): Location(Kind.TEMPLATE, Form.URL),
    ("AWS::Serverless::Function", "CodeUri"): Location(Kind.CODE, Form.URI, is_defaulted=True),
    ("AWS::Serverless::HttpApi", "DefinitionUri"): Location(Kind.DOCUMENT, Form.URI),
    ("AWS::Serverless::LayerVersion", "ContentUri"): Location(Kind.CODE, Form.URI),
    ("AWS::Serverless::StateMachine", "DefinitionUri"): Location(Kind.DOCUMENT, Form.BODY),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"): Location(
        Kind.DOCUMENT, Form.BODY
    ),
}

_REMOTE = ("s3://", "https://", "http://", "arn:")


@dataclass(frozen=True)
class LocalFile:
    """A property of a resource that names something on this machine.

    Attributes:
        logical_id: The resource.
        resource_type: Its type.
        prop: The property.
        named: The path as written.
        location: What the property takes.
    """

    logical_id: str
    resource_type: str
    prop: str
    named: str
    location: Location

    @property
    def where(self) -> str:
        """Who names it, for errors."""
        return f'{self.prop} of "{self.logical_id}"'


def local_files(resources: dict[str, Any]) -> Iterator[LocalFile]:
    """Find the properties of a template's resources that name local paths."""
    for logical_id, resource in resources.items():
        if not isinstance(resource, dict):
            continue
        kind = resource.get("Type")
        properties = resource.get("Properties") or {}
        for (resource_type, prop), location in LOCATIONS.items():
            if resource_type != kind:
                continue
            value = properties.get(prop)
            if value is None and location.is_defaulted and _is_packaged(properties):
                value = "."
            if isinstance(value, str) and value and not value.startswith(_REMOTE):
                yield LocalFile(logical_id, resource_type, prop, value, location)


def replacement(form: Form, uploaded: Uploaded, url: str) -> Any:
    """Return what a property holds in place of a local path."""
    match form:
        case Form.URI:
            return uploaded.uri
        case Form.URL:
            return url
        case Form.CODE:
            return {"S3Bucket": uploaded.bucket, "S3Key": uploaded.key}
        case Form.BODY:
            return {"Bucket": uploaded.bucket, "Key": uploaded.key}


def _is_packaged(properties: dict[str, Any]) -> bool:
    elsewhere = ("InlineCode", "ImageUri")
    is_image = properties.get("PackageType") == "Image"
    return not is_image and not any(properties.get(name) for name in elsewhere)
