"""Patches of upstream functions: registered by decorator, guarded by digest, applied once.

A patch names the function it replaces and the digest of that function's source as it was read.
When upstream differs, `apply` refuses: a patch written for other code would do something else
than its author meant.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from localstack.utils.patch import Patch, get_defining_object

from harness import wire

Function = TypeVar("Function", bound=Callable[..., Any])

DIGEST_LENGTH = 12
_UPSTREAM = "__patched_upstream__"


class UpstreamChanged(RuntimeError):
    """The upstream function isn't the one that a patch was written for."""


@dataclass(frozen=True)
class RegisteredPatch:
    """One touch on upstream.

    Attributes:
        upstream: The function that is replaced.
        written_for: First 12 hex digits of the SHA-256 of its source.
        replacement: What is called instead.
        also_in: Modules that bound the function's name by `from … import …`.
    """

    upstream: Callable[..., Any]
    written_for: str
    replacement: Callable[..., Any]
    also_in: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return inspect.getsourcefile(inspect.unwrap(self.replacement)) or "?"

    def __str__(self) -> str:
        return f"{self.upstream.__module__}:{self.upstream.__qualname__}"


_registered: dict[str, list[RegisteredPatch]] = {}


def digest(function: Callable[..., Any]) -> str:
    """Return the first 12 hex digits of the SHA-256 of an upstream function's source.

    Args:
        function: The function, as it was or already patched by another overlay.
    """
    source = inspect.getsource(inspect.unwrap(_unpatched(function)))
    return hashlib.sha256(source.encode()).hexdigest()[:DIGEST_LENGTH]


def _unpatched(function: Callable[..., Any]) -> Callable[..., Any]:
    while upstream := getattr(function, _UPSTREAM, None):
        function = upstream
    return function


def replaces(
    upstream: Callable[..., Any], *, written_for: str, also_in: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Register the decorated function as the replacement of an upstream function.

    Args:
        upstream: A module's function or a class's method.
        written_for: `digest(upstream)` when the replacement was written.
        also_in: Names of modules that hold the function under its own name as well.
    """

    def register(replacement: Function) -> Function:
        patches = _registered.setdefault(replacement.__module__, [])
        patches.append(RegisteredPatch(upstream, written_for, replacement, also_in))
        setattr(replacement, _UPSTREAM, upstream)
        return replacement

    return register


def extends(
    upstream: Callable[..., Any], *, written_for: str, also_in: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Register a wrapper: like `replaces`, but the original comes as its first argument."""

    def register(wrapper: Function) -> Function:
        @functools.wraps(upstream)
        def extended(*args: Any, **kwargs: Any) -> Any:
            return wrapper(upstream, *args, **kwargs)

        # Two overlays may extend one function: the later one wraps the earlier one's wrapper, and
        # is guarded by the same source.
        setattr(extended, _UPSTREAM, upstream)
        extended.__wrapped__ = wrapper
        patches = _registered.setdefault(wrapper.__module__, [])
        patches.append(RegisteredPatch(upstream, written_for, extended, also_in))
        return wrapper

    return register


def apply(module: str) -> None:
    """Apply all patches that a module registered.

    Raises:
        UpstreamChanged: A patched function isn't the one its patch was written for; nothing of
            the module is applied then.
    """
    patches = _registered.get(module, [])
    for patch in [] if os.environ.get(wire.IS_VERIFIED) else patches:
        found = digest(patch.upstream)
        if found != patch.written_for:
            raise UpstreamChanged(
                f"{patch} changed: read it, adapt {patch.file}, set written_for to {found!r}."
            )
    for patch in patches:
        upstream = _unpatched(patch.upstream)
        name = upstream.__name__
        homes = [get_defining_object(upstream)]
        homes += [importlib.import_module(other) for other in patch.also_in]
        for home in homes:
            Patch(home, name, patch.replacement).apply()


def registered_patches() -> list[RegisteredPatch]:
    """Return all patches whose modules are imported."""
    return [patch for patches in _registered.values() for patch in patches]
