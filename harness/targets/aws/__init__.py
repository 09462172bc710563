"""A real AWS account, or a stand-in for one: entered by a flag, left as it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .target import Aws

__all__ = ["Aws"]


def __getattr__(name: str) -> Any:
    # boto3 takes a tenth of a second to import, which whoever only checks options needn't pay.
    if name == "Aws":
        from .target import Aws

        return Aws
    raise AttributeError(name)
