"""Templates: YAML or JSON in, a mapping with resources out, or a sentence that says why not."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from harness.errors import UsageProblem

from . import yaml_tags
from .problems import TemplateProblem

MOST_BYTES: Final = 1_048_576
"""A template of CloudFormation's is never larger.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

SERVERLESS_TRANSFORM: Final = "AWS::Serverless-2016-10-31"


@dataclass(frozen=True)
class Template:
    """A template that was read.

    Attributes:
        path: Its file.
        folder: What it may name lies in here.
        body: The document, short tags spelled out (`{"Fn::Sub": …}`).
    """

    path: Path
    folder: Path
    body: dict[str, Any]

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        resources: dict[str, dict[str, Any]] = self.body["Resources"]
        return resources

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        return self.body.get("Parameters") or {}

    @property
    def transforms(self) -> list[Any]:
        """The transforms it asks for, in their order."""
        named = self.body.get("Transform") or []
        return list(named) if isinstance(named, list) else [named]

    @property
    def is_serverless(self) -> bool:
        """Whether it is a SAM template."""
        return SERVERLESS_TRANSFORM in self.transforms

    def with_body(self, body: dict[str, Any]) -> Template:
        """Return the same template with another document."""
        return Template(self.path, self.folder, body)

    def copied_body(self) -> dict[str, Any]:
        """Return a document of its own, to be changed."""
        return copy.deepcopy(self.body)


def read_template(path: Path, *, folder: Path | None = None) -> Template:
    """Read a template.

    Args:
        path: A YAML or JSON file.
        folder: What the template may name lies in here; its own folder when not given.

    Raises:
        UsageProblem: There is no such file.
        TemplateProblem: It can't be read as a template.
    """
    text = _text_of(path)
    body = _parsed(text, path)
    _check_shape(body, path)
    return Template(path, folder or path.parent, body)


def _text_of(path: Path) -> str:
    if path.is_dir():
        raise UsageProblem(f"{path} is a folder, not a template.", "Name the template in it.")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TemplateProblem(
                f"{path} has {size:,} bytes; a template has at most {MOST_BYTES:,}.",
                "Split it into nested stacks.",
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as problem:
        raise UsageProblem(
            f"There is no template {path}.", "Check the name, and the folder you are in."
        ) from problem
    except UnicodeDecodeError as problem:
        raise TemplateProblem(
            f"{path} isn't UTF-8 text (byte {problem.start}).", "Save it as UTF-8."
        ) from problem
    except OSError as problem:
        raise TemplateProblem(
            f"{path} can't be read: {problem.strerror}.", "Check its permissions."
        ) from problem


def _parsed(text: str, path: Path) -> Any:
    try:
        if path.suffix == ".json":
            return json.loads(text, object_pairs_hook=_each_key_once)
        return yaml_tags.load(text)
    except json.JSONDecodeError as problem:
        raise _unreadable(path, problem.lineno, problem.colno, problem.msg, "JSON") from problem
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = problem.problem or problem.context or "unreadable"
        raise _unreadable(path, line, column, said, "YAML") from problem
    except yaml.reader.ReaderError as problem:
        before = text[: problem.position]
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        raise _unreadable(path, line, column, "a character that YAML forbids", "YAML") from problem
    except _RepeatedKey as problem:
        raise TemplateProblem(
            f'{path}: the key "{problem}" is there twice in one object.', "Remove one of them."
        ) from problem
    except RecursionError as problem:
        raise TemplateProblem(f"{path} is nested too deeply.", "Flatten it.") from problem
    except ValueError as problem:  # a date or number that isn't one
        raise TemplateProblem(f"{path} isn't readable: {problem}.", "Quote the value.") from problem


class _RepeatedKey(Exception):
    pass


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKey(key)
        found[key] = value
    return found


def _unreadable(path: Path, line: int, column: int, said: str, kind: str) -> TemplateProblem:
    said = said.strip().rstrip(".")
    return TemplateProblem(
        f"{path}, line {line}, column {column}: {said}.", f"Correct the {kind} there."
    )


def _check_shape(body: Any, path: Path) -> None:
    if body is None:
        raise TemplateProblem(f"{path} is empty.", "Write at least one entry under Resources.")
    if not isinstance(body, dict):
        raise TemplateProblem(
            f"{path} holds {_kind(body)}, not a mapping with Resources.",
            "A template is a mapping whose key Resources holds the resources.",
        )
    resources = body.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise TemplateProblem(
            f"{path} has no Resources.", "Add a mapping Resources with at least one resource."
        )
    for section in ("Parameters", "Outputs", "Conditions", "Mappings", "Globals"):
        if not isinstance(body.get(section) or {}, dict):
            raise TemplateProblem(f"{path}: {section} isn't a mapping.", "Make it one.")
    for name, parameter in (body.get("Parameters") or {}).items():
        if not isinstance(parameter, dict) or not isinstance(parameter.get("Type"), str):
            raise TemplateProblem(
                f'{path}: the parameter "{name}" has no Type.', "Give it one, such as String."
            )
    for name, resource in resources.items():
        if str(name).startswith("Fn::"):
            continue
        if not isinstance(resource, dict):
            raise TemplateProblem(
                f'{path}: the resource "{name}" is {_kind(resource)}, not a mapping.',
                "Give it a Type and Properties.",
            )
        if not isinstance(resource.get("Type"), str):
            raise TemplateProblem(
                f'{path}: the resource "{name}" has no Type.', "Give it one, as AWS::SQS::Queue."
            )
        if not isinstance(resource.get("Properties") or {}, dict):
            raise TemplateProblem(
                f'{path}: the Properties of "{name}" aren\'t a mapping.', "Make them one."
            )


def _kind(value: Any) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "text"
        case bool() | int() | float():
            return "a single value"
        case None:
            return "empty"
        case _:
            return f"a {type(value).__name__}"
