"""Templates: what a templated e-mail says.

Source: https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from localstack.aws.api import CommonServiceException
from moto.core.exceptions import JsonRESTError
from moto.ses.exceptions import MissingRenderingAttributeException
from moto.ses.template import parse_template

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Template:
    """Subject and bodies with `{{variables}}`."""

    subject: str
    text: str | None
    html: str | None


@dataclass(frozen=True)
class Rendered:
    """Subject and bodies as they are sent."""

    subject: str
    text: str | None
    html: str | None


def rendered(template: Template, data: str | None) -> Rendered | None:
    """Fill a template in.

    Args:
        template: The template.
        data: The variables, a JSON object.

    Returns:
        None when a variable is missing: SES accepts such a request and sends nothing.

    Raises:
        CommonServiceException: The data isn't a JSON object.
    """
    variables = variables_of(data)
    try:
        return Rendered(
            parse_template(template.subject, variables),
            _filled(template.text, variables),
            _filled(template.html, variables),
        )
    except (MissingRenderingAttributeException, JsonRESTError) as missing:
        LOG.warning("A templated e-mail isn't sent, as on AWS: %s", missing)
        return None


def _filled(part: str | None, variables: dict[str, Any]) -> str | None:
    return parse_template(part, variables) if part else None


def variables_of(data: str | None) -> dict[str, Any]:
    """Read a template's variables.

    Raises:
        CommonServiceException: They aren't a JSON object.
    """
    try:
        variables = json.loads(data or "{}")
    except ValueError:
        variables = None
    if not isinstance(variables, dict):
        raise CommonServiceException(
            "InvalidParameterValue", "Template data is not valid JSON", status_code=400
        )
    text: dict[str, Any] = _as_text(variables)
    return text


def _as_text(value: Any) -> Any:
    # moto's templates are filled in with text alone.
    if isinstance(value, dict):
        return {name: _as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return value if isinstance(value, str) else json.dumps(value)
