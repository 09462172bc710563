"""SAM templates, translated on this machine by AWS's own translator.

No service has to know SAM, and a template means the same on each target.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from typing import Any

from .problems import TemplateProblem
from .template import SERVERLESS_TRANSFORM, Template

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"

# The translator keeps the region of its latest run in a class attribute.
_one_at_a_time = threading.Lock()


def translated(template: Template, parameters: Mapping[str, Any], *, region: str) -> dict[str, Any]:
    """Translate a packaged SAM template into CloudFormation's words.

    Args:
        template: A template; one without SAM's transform comes back as it is.
        parameters: The values given for this deployment; defaults are the template's.
        region: Where it will be deployed; AWS's partitions depend on it.

    Raises:
        TemplateProblem: The translator refuses it; a note for each further error.
    """
    if not template.is_serverless or _needs_expansion_first(template):
        return template.copied_body()
    # Imported when it is needed: it takes a second, and plain templates shouldn't pay for it.
    import boto3
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.model.exceptions import ExceptionWithMessage
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import (
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )

    # It warns about switches of its own that no template has a say in.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    body, values = template.copied_body(), dict(parameters)
    others = [name for name in template.transforms if name != SERVERLESS_TRANSFORM]
    session = boto3.Session(
        region_name=region, aws_access_key_id="unused", aws_secret_access_key="unused"
    )
    policies = ManagedPolicies(session.get_partition_for_region(region))
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    with _one_at_a_time:
        try:
            to_py27_compatible_template(body, values)
            translator = Translator(None, Parser(), boto_session=session, metrics=metrics)
            result = translator.translate(
                body, values, passthrough_metadata=True, get_managed_policy_map=lambda: policies
            )
        except ExceptionWithMessage as problem:
            raise _refusal(template, problem) from problem
        finally:
            metrics.publish()  # to nobody; it warns on stderr about what it still has
    document: dict[str, Any] = undo_mark_unicode_str_in_template(result)
    if others:
        document["Transform"] = others if len(others) > 1 else others[0]
    return document


class ManagedPolicies(dict[str, str]):
    """Names of AWS's managed policies that the translator's own list lacks, to ARNs.

    The translator's fallback is a call to IAM that lists all of them; a policy without a path has
    an ARN that follows from its name, and those with one are in the translator's list.

    Args:
        partition: Such as `aws` or `aws-cn`.
    """

    def __init__(self, partition: str) -> None:
        super().__init__()
        self._partition = partition

    def get(self, name: str, default: Any = None) -> Any:
        is_name = re.fullmatch(r"[\w+=,.@-]{1,128}", name) is not None
        return f"arn:{self._partition}:iam::aws:policy/{name}" if is_name else default

    def __bool__(self) -> bool:
        return True


def _needs_expansion_first(template: Template) -> bool:
    # Loops are CloudFormation's to expand, and SAM's resources inside them come after it.
    loops = any(str(name).startswith("Fn::ForEach") for name in template.resources)
    return loops and LANGUAGE_EXTENSIONS in template.transforms


def _refusal(template: Template, problem: Any) -> TemplateProblem:
    causes = list(getattr(problem, "causes", None) or [problem])
    first, *others = [_sentence(cause.message) for cause in causes]
    more = f" ({len(others)} more below)" if others else ""
    refusal = TemplateProblem(
        f"{template.path} isn't a valid SAM template: {first}{more}.",
        "Correct it; the SAM specification names each property.",
    )
    for other in others:
        refusal.add_note(f"{other}.")
    return refusal


def _sentence(message: str) -> str:
    for pattern, replacement in (
        (r"Structure of the SAM template is invalid\. ", ""),
        (r"Resource with id \[(.+?)\] is invalid\. ", r'resource "\1": '),
        (r"Event with id \[(.+?)\] is invalid\. ", r'event "\1": '),
    ):
        message = re.sub(pattern, replacement, message)
    return " ".join(message.split()).rstrip(".")
