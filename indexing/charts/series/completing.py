"""Series by elimination: where all numbers of a category but one are named, the last has the name that is left."""

from __future__ import annotations

from collections import defaultdict

from ..marks import Mark
from ..scene import Binding, Scene


def complete_series(binding: Binding, scene: Scene) -> None:
    """Give the last number of a row, column or group the last entry of the legend; no name twice in one of them.

    Of two numbers with one name, that without a bar or dot had it only from where it stands.
    """
    names = {entry.name.key: entry.name for entry in binding.legend}
    if len(names) < 2 or binding.orientation not in {"rows", "columns"}:
        return
    groups: defaultdict[tuple[int, ...], list[Mark]] = defaultdict(list)
    for value in scene.values:
        if id(value) in binding.category:
            groups[tuple(id(mark) for mark in binding.category[id(value)].marks)].append(value)
    for group in groups.values():
        if len(group) != len(names):
            continue
        sure = {binding.series[id(v)].key: v for v in group if id(v) in binding.series and id(v) in binding.carriers}
        left = [v for v in group if not any(v is known for known in sure.values())]
        missing = [key for key in names if key not in sure]
        if len(left) == len(missing) == 1 and (
            id(left[0]) not in binding.carriers or id(left[0]) not in binding.series
        ):
            binding.series[id(left[0])] = names[missing[0]]
