"""Draws when each test of a run ran, a row for each worker and module of each shard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape

from .model import RunTest

WIDTH = 1000.0
LEFT, RIGHT, TOP = 250.0, 14.0, 24.0
ROW, BAR = 26.0, 16.0
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


def timeline_of(tests: Sequence[RunTest], start: datetime, duration: timedelta) -> str:
    """Return an SVG element with a bar for each test, its set-up paler than the rest.

    Args:
        tests: The run's tests.
        start: When the run began.
        duration: How long it took.
    """
    rows: dict[tuple[str, str], list[RunTest]] = {}
    for test in sorted(tests, key=lambda test: (test.shard, test.worker, test.started)):
        rows.setdefault((_place(test), test.id.partition("::")[0]), []).append(test)
    seconds = max(duration.total_seconds(), 0.001)
    height = TOP + ROW * len(rows) + 8
    scale = (WIDTH - LEFT - RIGHT) / seconds
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img"'
        ' aria-label="When each test ran">'
    ]
    parts += _axis(seconds, scale, height)
    for index, ((place, module), ran) in enumerate(rows.items()):
        top = TOP + index * ROW
        parts.append(_name(place, module, top))
        parts += [_bar(test, start, scale, top) for test in ran]
    return "\n".join([*parts, "</svg>"])


def _axis(seconds: float, scale: float, height: float) -> Iterator[str]:
    step = next((step for step in STEPS if seconds / step <= 10), STEPS[-1])
    for count in range(int(seconds / step) + 1):
        x = LEFT + count * step * scale
        yield f'<path class="grid" d="M{x:.1f},{TOP - 4:.0f} V{height - 4:.0f}"/>'
        yield (
            f'<text class="tick" x="{x:.1f}" y="12" text-anchor="middle">{count * step:g} s</text>'
        )


def _place(test: RunTest) -> str:
    shard = f"shard {test.shard}" if test.shard else ""
    return ", ".join(filter(None, (shard, test.worker)))


def _name(place: str, module: str, top: float) -> str:
    *_, folder, file = ("", *module.split("/"))
    name = f"{folder} · {file.removeprefix('test_').removesuffix('.py').replace('_', ' ')}"
    short = name if len(name) <= 40 else f"{name[:39]}…"
    tip = f"{module} on {place}" if place else module
    return (
        f'<text class="row" x="{LEFT - 10:.0f}" y="{top + ROW / 2:.1f}" text-anchor="end"'
        f' dominant-baseline="central"><title>{escape(tip)}</title>{escape(short)}</text>'
    )


def _bar(test: RunTest, start: datetime, scale: float, top: float) -> str:
    x = LEFT + max(0.0, (test.started - start).total_seconds()) * scale
    setup = test.setup.total_seconds() * scale
    rest = max((test.duration - test.setup).total_seconds() * scale, 1.5)
    y = top + (ROW - BAR) / 2
    tip = f"{test.sentence}: {test.outcome}, {test.duration.total_seconds():.2f} s"
    return (
        f'<g class="{test.outcome}"><title>{escape(tip)}</title>'
        f'<rect class="setup" x="{x:.1f}" y="{y:.1f}" width="{setup:.1f}" height="{BAR:.0f}"/>'
        f'<rect class="bar" x="{x + setup:.1f}" y="{y:.1f}" width="{rest:.1f}"'
        f' height="{BAR:.0f}" rx="2"/></g>'
    )
