"""Timelines of durable executions as SVG: on the page of a run, and as files of their own."""

from .drawing import draw
from .files import as_file

__all__ = ["as_file", "draw"]
