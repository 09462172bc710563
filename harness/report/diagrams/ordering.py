"""Sorts the layers of a flowchart so that few links cross and subgraphs stay together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from .layers import Box, Layered

SWEEPS = 24

Ranks = dict[int, float]


def order(found: Layered) -> None:
    """Sort each layer by where its neighbours are, and keep the order with fewest crossings."""
    best, fewest = [list(layer) for layer in found.layers], crossings(found.layers)
    for sweep in range(SWEEPS):
        _sweep(found.layers, is_down=sweep % 2 == 0)
        if (count := crossings(found.layers)) < fewest:
            best, fewest = [list(layer) for layer in found.layers], count
    found.layers = best


def crossings(layers: list[list[Box]]) -> int:
    """Count the links that cross between neighbouring layers."""
    count = 0
    for layer, following in pairwise(layers):
        place = {id(box): index for index, box in enumerate(following)}
        ends = [index for box in layer for index in sorted(place[id(end)] for end in box.after)]
        count += sum(
            ends[one] > ends[other]
            for one in range(len(ends))
            for other in range(one + 1, len(ends))
        )
    return count


def _sweep(layers: list[list[Box]], *, is_down: bool) -> None:
    rank: Ranks = {}
    for layer in layers:
        _number(layer, rank)
    group_rank = _means(
        (group, rank[id(box)]) for layer in layers for box in layer for group in box.groups
    )
    for layer in layers if is_down else layers[::-1]:
        for box in layer:
            if near := box.before if is_down else box.after:
                rank[id(box)] = sum(rank[id(other)] for other in near) / len(near)
        layer.sort(key=lambda box: _place(box, rank, group_rank))
        _number(layer, rank)


def _number(layer: list[Box], rank: Ranks) -> None:
    for index, box in enumerate(layer):
        rank[id(box)] = index / max(1, len(layer) - 1)


def _place(box: Box, rank: Ranks, group_rank: dict[str, float]) -> tuple[tuple[float, str], ...]:
    """Sort by group first, so that no stranger stands between the members of one."""
    return (*((group_rank[group], group) for group in box.groups), (rank[id(box)], ""))


def _means(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {name: sum(found) / len(found) for name, found in values.items()}
