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
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from localstack.utils.patch import Patch, get_defining_object
from wrapt import register_post_import_hook

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


@dataclass(frozen=True)
class Substitute:
    """Another meaning of one name in one upstream module.

    Attributes:
        upstream: The module, or the class.
        name: The name.
        replacement: What it means instead.
        written_for: First 12 hex digits of the SHA-256 of its source.
        file: Where it is registered.
    """

    upstream: ModuleType | type
    name: str
    replacement: Any
    written_for: str
    file: str

    def __str__(self) -> str:
        return f"{self.upstream.__name__}:{self.name}"


_registered: dict[str, list[RegisteredPatch]] = {}
_substitutes: dict[str, list[Substitute]] = {}


def digest(function: Callable[..., Any] | ModuleType | type) -> str:
    """Return the first 12 hex digits of the SHA-256 of an upstream function's source.

    Args:
        function: The function, as it was or already patched by another overlay; or a module or
            class.
    """
    source = inspect.getsource(inspect.unwrap(_unpatched(function)))  # type: ignore[arg-type]
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


def substitutes(home: ModuleType | type, name: str, replacement: Any, *, written_for: str) -> None:
    """Register another meaning of a name that an upstream module uses, such as `time` or `Event`.

    Args:
        home: The module; or a class, of a name that isn't a function, such as a property.
        name: The name in it.
        replacement: What it means from then on, there alone.
        written_for: `digest(home)`: of the whole module, since any of it may use the name.
    """
    frame = sys._getframe(1)
    _substitutes.setdefault(frame.f_globals["__name__"], []).append(
        Substitute(home, name, replacement, written_for, frame.f_code.co_filename)
    )


def apply(module: str) -> None:
    """Apply all patches that a module registered.

    Raises:
        UpstreamChanged: A patched function isn't the one its patch was written for; nothing of
            the module is applied then.
    """
    patches = _registered.get(module, [])
    names = _substitutes.get(module, [])
    unverified: list[RegisteredPatch | Substitute] = [*patches, *names]
    for patch in [] if os.environ.get(wire.IS_VERIFIED) else unverified:
        found = digest(patch.upstream)
        if found != patch.written_for:
            raise UpstreamChanged(
                f"{patch} changed: read it, adapt {patch.file}, set written_for to {found!r}."
            )
    for registered in patches:
        upstream = _unpatched(registered.upstream)
        name = upstream.__name__
        homes = [get_defining_object(upstream)]
        homes += [importlib.import_module(other) for other in registered.also_in]
        for home in homes:
            Patch(home, name, registered.replacement).apply()
    for substitute in names:
        setattr(substitute.upstream, substitute.name, substitute.replacement)


def apply_when_imported(module: str, upstream: str) -> None:
    """Apply a module's patches when a module of upstream is imported, which takes long.

    While the patches aren't known to fit they are applied at once, so that a start shows it.

    Args:
        module: Name of the module that registers the patches; it imports what it patches.
        upstream: Name of the upstream module that is imported before any of it is used.
    """

    def now(_: Any = None) -> None:
        importlib.import_module(module)
        apply(module)

    if os.environ.get(wire.IS_VERIFIED):
        register_post_import_hook(now, upstream)
    else:
        now()


def registered_patches() -> list[RegisteredPatch | Substitute]:
    """Return all patches whose modules are imported."""
    functions = [patch for patches in _registered.values() for patch in patches]
    return [*functions, *(name for names in _substitutes.values() for name in names)]
