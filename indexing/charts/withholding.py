"""Which printed numbers a reading withholds: those that nothing in the chart names, and those known to be misread.

A number without series and category states nothing that a question could be answered with, and where it was meant to
have them, giving it bare is giving it wrong. It stays in the text of the chart, among its other labels.
"""

from __future__ import annotations

from collections.abc import Sequence

from .found_values import FoundValue
from .palette import color_distance
from .scene import Binding, Scene
from .series.series import ALIKE


def with_meaning(found: Sequence[FoundValue], binding: Binding, scene: Scene) -> list[FoundValue]:
    """The numbers that the chart says something with; those at the only line of a chart are named by its title.

    Where nothing painted is seen, places alone tell names, too little to hold their lack against a number.
    """
    known = [value for value in found if id(value.mark) not in binding.misread]
    graphics = scene.graphics
    if not (graphics.bars or graphics.strokes or graphics.sectors or graphics.dots):
        return known
    named = binding.category.keys() | binding.series.keys()
    if not binding.series and _has_one_line(scene):
        named |= binding.on_lines
    return [value for value in known if value.name or id(value.mark) in named]


def _has_one_line(scene: Scene) -> bool:
    """Whether all pieces of lines are of one colour."""
    colors = [stroke.color for stroke in scene.graphics.strokes]
    return all(color_distance(color, colors[0]) <= ALIKE for color in colors)
