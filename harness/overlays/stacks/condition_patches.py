"""An update deletes what its template's conditions don't want any more.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from localstack.services.cloudformation.engine.v2.change_set_model import (
    NodeIntrinsicFunction,
    NodeOutput,
    NodeResource,
    NodeResources,
    is_nothing,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    ChangeSetModelPreproc,
    PreprocEntityDelta,
)
from localstack.services.cloudformation.engine.validations import ValidationError

from harness.overlays.core import extends, replaces


@dataclass(frozen=True)
class Wanted:
    """Whether conditions want something before the update, and after it."""

    before: bool = True
    after: bool = True


_EITHER_WAY: Final = Wanted()
_REFERRING: Final[ContextVar[Wanted]] = ContextVar("referring", default=_EITHER_WAY)
"""The resource, output or choice whose values are being resolved."""
_NOWHERE: Final = ""
"""What a reference is on the side of an update on which nobody reads it."""


@replaces(ChangeSetModelPreproc.visit_node_resources, written_for="fa200d1dd721")
def visit_node_resources(self: ChangeSetModelPreproc, node_resources: NodeResources) -> None:
    # Upstream passes over a resource as soon as its condition is false, also one that is there.
    for node_resource in node_resources.resources:
        if _wanted(self, node_resource.condition_reference).after or _is_there(self, node_resource):
            self.visit(node_resource)


@extends(ChangeSetModelPreproc.visit_node_resource, written_for="6dd4ef95492e")
def visit_node_resource(
    upstream: Any, self: ChangeSetModelPreproc, node_resource: NodeResource
) -> Any:
    with _referring(_wanted(self, node_resource.condition_reference)):
        return upstream(self, node_resource)


@extends(ChangeSetModelPreproc.visit_node_output, written_for="fd75a2bcb4c0")
def visit_node_output(upstream: Any, self: ChangeSetModelPreproc, node_output: NodeOutput) -> Any:
    with _referring(_wanted(self, node_output.condition_reference)):
        return upstream(self, node_output)


@extends(ChangeSetModelPreproc.visit_node_intrinsic_function_fn_if, written_for="da07f22a02a9")
def visit_fn_if(
    upstream: Any, self: ChangeSetModelPreproc, node_intrinsic_function: NodeIntrinsicFunction
) -> Any:
    # Upstream resolves both sides of both branches when the condition changes.
    condition = self.visit(node_intrinsic_function.arguments.array[0])
    name = condition.before if is_nothing(condition.after) else condition.after
    node = self._get_node_condition_if_exists(condition_name=name)
    value = PreprocEntityDelta() if is_nothing(node) else self.visit(node)
    is_kept = is_nothing(value.before) or is_nothing(value.after) or value.before == value.after
    if is_kept:
        return upstream(self, node_intrinsic_function)
    with _referring(Wanted(before=False, after=False)):
        return upstream(self, node_intrinsic_function)


@extends(ChangeSetModelPreproc._resolve_attribute, written_for="807a84fbcb4a")
def resolve_attribute(
    upstream: Any, self: ChangeSetModelPreproc, arguments: Any, select_before: bool
) -> Any:
    # Upstream resolves the properties of both sides, though a resource may have but one: what goes
    # with it can't be referred to there.
    try:
        return upstream(self, arguments, select_before)
    except ValidationError:
        wanted = _REFERRING.get()
        if wanted.before if select_before else wanted.after:
            raise
        return _NOWHERE


@extends(ChangeSetModelPreproc._resolve_reference, written_for="71d603a2e097")
def resolve_reference(
    upstream: Any, self: ChangeSetModelPreproc, logical_id: str
) -> PreprocEntityDelta[Any, Any]:
    delta: PreprocEntityDelta[Any, Any] = upstream(self, logical_id)
    wanted = _REFERRING.get()
    before, after = delta.before, delta.after
    if not wanted.before and is_nothing(before):
        before = _NOWHERE
    if not wanted.after and is_nothing(after):
        after = _NOWHERE
    return PreprocEntityDelta(before=before, after=after)


@contextmanager
def _referring(wanted: Wanted) -> Iterator[None]:
    token = _REFERRING.set(wanted)
    try:
        yield
    finally:
        _REFERRING.reset(token)


def _wanted(preproc: ChangeSetModelPreproc, reference: Any) -> Wanted:
    if is_nothing(reference):
        return Wanted()
    condition = preproc._resolve_resource_condition_reference(reference)
    return Wanted(condition.before is not False, condition.after is not False)


def _is_there(preproc: ChangeSetModelPreproc, node_resource: NodeResource) -> bool:
    return node_resource.name in (preproc._before_resolved_resources or {})
