"""From the pixels of a chart to what is painted in it (see `graphics`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...ocr_pixels import Pixels, resized
from ..extent import Extent, edges
from ..graphics import Area, Bar, Dot, Graphics, Rule, Stroke, Swatch
from ..palette import Color, Indices, Palette, codes_of, color_distance, is_neutral, palette_of, without_text
from .areas import area_of, is_outline, is_sloped, smooth_edge
from .bar_shapes import rules_apart, without_markers
from .grounds import has_panel, is_panel, without_fragments, without_panels, without_strips
from .legend_keys import legend_keys
from .markers import with_markers
from .mending import mended
from .sectors import sectors_of
from .shapes import THIN, Patch, bars_of, dots_of, patches_of, take_rules
from .strokes import is_dash, is_edge, is_slanted, is_stroke, strokes_of
from .swatches import TextBox, swatches_of, text_color

LARGEST_SIDE = 1000
"""Pixels; larger pictures are looked at reduced."""
SMALLEST_SIDE = 24
INK = 70
"""Levels by which letters may differ from the flat colour that they are printed in."""
WIDEST_BAR = 0.25
"""Share of the picture's width from which a shape with a sloping edge is an area."""
LARGE = 3.5
"""Times the usual height of a line from which a box holds no text."""
FEWEST_DOTS = 3
"""Markers of a chart beside which specks are no bars."""
DISC = 0.72
"""Share of its box that a marker fills at least, and no letter does."""
OVER_LETTER = 0.3
"""Share of a label's height that a marker takes at least, and no dot over a letter does."""


def find_graphics(pixels: Pixels, texts: Sequence[TextBox]) -> Graphics:
    """Bars, lines, areas, sectors, dots, legend keys and rules of a chart whose labels stand in `texts`.

    `pixels` is `(height, width, 3)` BGR, the boxes and all that is found are in its pixels. A picture that is too
    small, blank or a photograph gives few marks or none.
    """
    height, width = pixels.shape[:2]
    colors = tuple(text_color(pixels, text.box) for text in texts)
    if min(height, width) < SMALLEST_SIDE:
        return Graphics(text_colors=colors)
    scale = min(1.0, LARGEST_SIDE / max(height, width))
    reduced = resized(pixels, scale)
    small = [TextBox(t.index, Extent(*(v * scale for v in edges(t.box))), t.is_name) for t in texts]
    found = _found(reduced, small, colors)
    graphics = found if scale == 1.0 else _enlarged(found, 1.0 / scale)
    return Graphics(
        graphics.background,
        graphics.bars,
        graphics.strokes,
        graphics.areas,
        graphics.sectors,
        graphics.dots,
        graphics.swatches,
        graphics.rules,
        colors,
    )


def _found(pixels: Pixels, texts: Sequence[TextBox], inks: Sequence[Color | None]) -> Graphics:
    height, width = pixels.shape[:2]
    codes = codes_of(pixels)
    palette = palette_of(codes)
    indices = palette.codes[codes]
    untouched = palette.soft[codes]
    kept = _plausible([text.box for text in texts])
    texts, inks = [texts[n] for n in kept], [inks[n] for n in kept]
    swatches = legend_keys(swatches_of(untouched, palette, texts))
    hiding = [None if text.is_name else ink for text, ink in zip(texts, inks, strict=True)]
    painted = without_text(indices, [text.box for text in texts], hiding, palette.colors)
    soft = np.where(painted == indices, untouched, painted)
    bars: list[Bar] = []
    strokes: list[Stroke] = []
    areas: list[Area] = []
    dots: list[Dot] = []
    others: list[Patch] = []
    rules: list[Rule] = []
    for color, rgb in enumerate(palette.colors):
        if is_neutral(rgb) and (color or has_panel(palette, indices)):
            rules += take_rules(painted, color, rgb)
    for color, rgb in enumerate(palette.colors):
        ground = color == 0 or is_panel(painted, color, rgb, palette.colors[0])
        if ground and (color == 0 or not is_sloped(painted == color)):
            continue
        patches = patches_of(painted, color, rgb, rules)
        rest: list[Patch] = []
        level: list[Patch] = []
        for patch in patches:
            if _is_swatch(patch, swatches, rgb) or _is_letter(patch, texts):
                continue
            wide = patch.x1 - patch.x0 >= WIDEST_BAR * width
            rectangles = bars_of(patch, rgb) if not (wide and is_sloped(patch.mask)) else []
            bars += rectangles
            (level if rectangles else rest).append(patch)
        side = max(height, width)
        thin = [patch for patch in rest if is_stroke(patch, side)]
        # Dashes and dots of a line are small rectangles by themselves.
        found = _strokes(strokes_of(thin, soft, color, rgb, level), palette, texts)
        strokes += with_markers(found, untouched == color)
        dots += dots_of(rest, rgb, side)
        filled = [p for p in rest if p not in thin and (is_sloped(p.mask) or (p.fill < 0.97 and smooth_edge(p.mask)))]
        area = area_of(filled, rgb, width)
        if area is not None:
            areas.append(area)
        others += [patch for patch in rest if patch not in thin]
    sectors = sectors_of(others, painted, palette)
    bars = [bar for bar in bars if not is_dash(bar, strokes)]
    bars, small = without_markers(mended(bars), max(height, width))
    bars, frames = without_panels(without_fragments(bars), (height, width), [t.box for t in texts if not t.is_name])
    thin_bars, bars = rules_apart(without_strips(bars, strokes, palette.colors[0]))
    rules += thin_bars + frames
    dotted = not sectors and all(min(bar.width, bar.height) <= THIN for bar in bars)
    dots = _dots(indices, palette, texts, inks, swatches) if dotted else [*dots, *small]
    bars = [] if _are_specks(bars, dots) else bars
    return Graphics(
        palette.colors[0],
        tuple(_in_order(bars)),
        tuple(s for s in strokes if not is_edge(s, bars) and not is_outline(s, areas)) if not sectors else (),
        tuple(areas) if not sectors else (),
        tuple(sectors),
        tuple(dots),
        tuple(swatches),
        tuple(rules),
    )


def _plausible(boxes: Sequence[Extent]) -> list[int]:
    """Which boxes are about as high as lines: where OCR has read a shape as a letter, the box is much larger."""
    usual = float(np.median([min(box.width, box.height) for box in boxes])) if boxes else 0.0
    return [number for number, box in enumerate(boxes) if min(box.width, box.height) <= LARGE * usual]


def _dots(
    indices: Indices,
    palette: Palette,
    texts: Sequence[TextBox],
    inks: Sequence[Color | None],
    swatches: Sequence[Swatch],
) -> list[Dot]:
    """Markers, also those that a label's box reaches over: all but letters there, which have the label's colour."""
    side = max(indices.shape)
    dots: list[Dot] = []
    for color, rgb in enumerate(palette.colors):
        if color:
            own = [t.box for t, ink in zip(texts, inks, strict=True) if ink and color_distance(ink, rgb) < INK]
            patches = [p for p in patches_of(indices, color, rgb, ()) if not _is_swatch(p, swatches, rgb)]
            dots += dots_of([p for p in patches if not _is_inked(p, own)], rgb, side)
    usual = sorted(dot.height for dot in dots)[len(dots) // 2] if dots else 0.0
    return [dot for dot in dots if abs(dot.height - usual) <= max(2.0, 0.3 * usual)]


def _are_specks(bars: Sequence[Bar], dots: Sequence[Dot]) -> bool:
    """Whether what was taken for bars is smaller than a marker: ticks of an axis."""
    areas = sorted(dot.area for dot in dots)
    return len(areas) >= FEWEST_DOTS and all(bar.area < areas[len(areas) // 2] for bar in bars)


def _is_inked(patch: Patch, boxes: Sequence[Extent]) -> bool:
    """Whether a patch in the colour of the letters of `boxes` is one of these, or the dot over one."""
    cx, cy, height = (patch.x0 + patch.x1) / 2, (patch.y0 + patch.y1) / 2, patch.y1 - patch.y0
    disc = patch.fill >= DISC
    return any(box.holds(cx, cy) and not (disc and height >= OVER_LETTER * box.height) for box in boxes)


def _strokes(found: Sequence[Stroke], palette: Palette, texts: Sequence[TextBox]) -> list[Stroke]:
    """The lines that are neither what was left of names nor a grid's."""
    return [
        stroke
        for stroke in found
        if not _is_text(stroke, texts)
        and (is_slanted(stroke) or not (is_neutral(stroke.color) and _is_faint(stroke.color, palette)))
    ]


def _is_faint(rgb: Color, palette: Palette) -> bool:
    """A grey close to the background: lines of the grid."""
    return color_distance(rgb, palette.colors[0]) < 70


def _is_text(stroke: Stroke, texts: Sequence[TextBox]) -> bool:
    """Whether most of a line runs through names: letters that were left of them."""
    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    hidden = np.zeros(len(x), bool)
    for box in (text.box for text in texts if text.is_name):
        hidden |= (box.x0 <= x) & (x <= box.x1) & (box.y0 <= y) & (y <= box.y1)
    return bool(hidden.mean() > 0.4)


def _is_swatch(patch: Patch, swatches: Sequence[Swatch], rgb: Color) -> bool:
    cx, cy = (patch.x0 + patch.x1) / 2, (patch.y0 + patch.y1) / 2
    size = (patch.x1 - patch.x0) * (patch.y1 - patch.y0)
    return any(s.color == rgb and s.holds(cx, cy, 2.0) and size <= 2 * s.area + 8 for s in swatches)


def _is_letter(patch: Patch, texts: Sequence[TextBox]) -> bool:
    """Whether the patch is a piece of a name: inside its box and small for it."""
    cx, cy, height = (patch.x0 + patch.x1) / 2, (patch.y0 + patch.y1) / 2, patch.y1 - patch.y0
    return any(t.is_name and t.box.holds(cx, cy) and height < 0.9 * t.box.height for t in texts) and (
        patch.x1 - patch.x0 < 2 * height + 4
    )


def _in_order(bars: Sequence[Bar]) -> list[Bar]:
    return sorted(bars, key=lambda bar: (bar.y0, bar.x0, bar.y1, bar.x1))


def _enlarged(found: Graphics, factor: float) -> Graphics:
    def box(e: Extent) -> tuple[float, float, float, float]:
        return e.x0 * factor, e.y0 * factor, e.x1 * factor, e.y1 * factor

    def line(values: Sequence[float]) -> tuple[float, ...]:
        return tuple(value * factor for value in values)

    from dataclasses import replace

    return Graphics(
        found.background,
        tuple(Bar(*box(b), b.color) for b in found.bars),
        tuple(
            Stroke(
                s.color,
                line(s.x),
                line(s.y),
                s.thickness * factor,
                tuple((x * factor, y * factor) for x, y in s.markers),
            )
            for s in found.strokes
        ),
        tuple(Area(a.color, line(a.x), line(a.top), line(a.bottom)) for a in found.areas),
        tuple(
            replace(
                s, cx=s.cx * factor, cy=s.cy * factor, radius=s.radius * factor, inner_radius=s.inner_radius * factor
            )
            for s in found.sectors
        ),
        tuple(Dot(*box(d), d.color) for d in found.dots),
        tuple(Swatch(*box(s), s.color, s.label, s.dash) for s in found.swatches),
        tuple(Rule(*box(r), r.color) for r in found.rules),
    )
