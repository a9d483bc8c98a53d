"""Charts for composed reports: real pictures, drawings by matplotlib to be embedded as forms, and drawings by
reportlab that go right onto the page.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .report_words import Words

Axes = Any
"""Axes of matplotlib."""
Kind = Literal["raster", "form", "drawn"]
_PALETTES = (
    ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"),
    ("#003f5c", "#58508d", "#bc5090", "#ff6361", "#ffa600", "#7a5195"),
    ("#222222", "#666666", "#999999", "#bbbbbb", "#444444", "#dddddd"),
    ("#006d2c", "#31a354", "#74c476", "#bae4b3", "#41ab5d", "#a1d99b"),
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of `width` x `height` points: `data` is an encoded picture, a PDF of one page, or a reportlab drawing.

    `ink` is what it paints, in fractions of its size from the top left: the true box of a drawing.
    """

    kind: Kind
    data: Any
    width: float
    height: float
    ink: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def raster_chart(path: Path, width: float, max_height: float, source: random.Random) -> Chart:
    """A real chart at one of several resolutions, as PNG or JPEG, at most `width` x `max_height` points large."""
    from PIL import Image

    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    scale = source.choice((1.0, 1.0, 0.7, 1.5))
    picture = picture.resize((max(round(picture.width * scale), 60), max(round(picture.height * scale), 60)))
    encoded = io.BytesIO()
    if source.random() < 0.5:
        picture.save(encoded, "PNG")
    else:
        picture.save(encoded, "JPEG", quality=source.choice((60, 80, 95)))
    shrink = min(width / picture.width, max_height / picture.height)
    return Chart("raster", encoded.getvalue(), picture.width * shrink, picture.height * shrink)


def form_chart(width: float, height: float, words: Words, font: str | None) -> Chart:
    """A chart by matplotlib. `font` names a family with Chinese characters where `words` are Chinese."""
    import matplotlib as mpl
    from cycler import cycler
    from matplotlib.figure import Figure

    source = words.source
    size = source.choice((7, 8, 9))
    settings: Any = {"font.size": size, "pdf.fonttype": source.choice((3, 42))}
    settings |= {"font.family": [font, "DejaVu Sans"] if font else source.choice(("DejaVu Sans", "DejaVu Serif"))}
    settings |= {"axes.grid": source.random() < 0.4, "axes.spines.top": source.random() < 0.5}
    settings |= {"axes.spines.right": source.random() < 0.5, "axes.spines.left": source.random() < 0.8}
    settings |= {"axes.prop_cycle": cycler(color=source.choice(_PALETTES)), "axes.unicode_minus": False}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        axes = figure.add_subplot()
        source.choice(_PLOTS)(axes, words)
        if source.random() < 0.65:
            axes.set_title(words.title(), loc=source.choice(("left", "center")), fontsize=size + source.choice((0, 2)))
        elif source.random() < 0.5:
            figure.suptitle(words.title(), fontweight="bold")
        if source.random() < 0.3:
            figure.supxlabel(words.source_line(), fontsize=size - 2, ha="left", x=0.02)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="pdf", transparent=source.random() < 0.3)
    return Chart("form", buffer.getvalue(), width, height, _ink(buffer.getvalue()))


def drawn_chart(width: float, height: float, words: Words, font: str | None) -> Chart:
    """A chart by reportlab.graphics. `font` is a registered one with Chinese characters where `words` are Chinese."""
    from reportlab.graphics import renderPDF

    from .report_drawings import drawing_of

    drawing = drawing_of(width, height, words, font)
    return Chart("drawn", drawing, width, height, _ink(renderPDF.drawToString(drawing)))


def _ink(pdf: bytes) -> tuple[float, float, float, float]:
    """What a page paints, in fractions of it from the top left; strokes thinner than half a pixel count as well."""
    import numpy as np
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        pixels = np.asarray(document[0].render(scale=3, grayscale=True).to_pil())
    rows, columns = np.flatnonzero((pixels < 250).any(axis=1)), np.flatnonzero((pixels < 250).any(axis=0))
    height, width = pixels.shape
    left, right = float(columns[0]), float(columns[-1] + 1)
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    return left / width, top / height, right / width, bottom / height


def _bars(axes: Axes, words: Words) -> None:
    names = words.categories()
    bars = axes.bar(names, words.numbers(len(names)), width=words.source.choice((0.5, 0.8)))
    if words.source.random() < 0.5:
        axes.bar_label(bars)
    if words.source.random() < 0.3:
        axes.tick_params(axis="x", rotation=45)


def _grouped(axes: Axes, words: Words) -> None:
    names, series = words.categories(), words.series(2)
    for index, name in enumerate(series):
        places = [i + 0.4 * index for i in range(len(names))]
        axes.bar(places, words.numbers(len(names)), 0.38, label=name)
    axes.set_xticks([i + 0.2 for i in range(len(names))], names)
    _legend(axes, words)


def _stacked(axes: Axes, words: Words) -> None:
    names = words.categories()
    below = [0.0] * len(names)
    for name in words.series(3):
        values = words.numbers(len(names))
        axes.bar(names, values, bottom=below, label=name)
        below = [low + value for low, value in zip(below, values, strict=True)]
    _legend(axes, words)


def _horizontal(axes: Axes, words: Words) -> None:
    names = words.categories(3)
    bars = axes.barh(names, words.numbers(len(names)), height=words.source.choice((0.5, 0.8)))
    if words.source.random() < 0.6:
        axes.bar_label(bars, padding=2)
    if words.source.random() < 0.3:
        axes.xaxis.set_visible(False)
        axes.grid(visible=False)


def _lines(axes: Axes, words: Words) -> None:
    count, series = words.source.randint(4, 20), words.source.randint(1, 4)
    marker = words.source.choice((None, None, "o", "s"))
    for name in words.series(series):
        axes.plot(range(2000, 2000 + count), words.numbers(count), label=name, marker=marker)
    axes.set_ylabel(words.title())
    _legend(axes, words)


def _area(axes: Axes, words: Words) -> None:
    count = words.source.randint(5, 12)
    axes.stackplot(range(count), words.numbers(count), words.numbers(count), labels=words.series(2))
    if words.source.random() < 0.4:
        axes.set_xlim(1, count - 2)  # the areas run on beyond the clip
    _legend(axes, words)


def _pie(axes: Axes, words: Words) -> None:
    names = words.categories(3)
    ring = {"width": 0.4} if words.source.random() < 0.4 else None
    options: dict[str, Any] = {"autopct": "%d%%"} if words.source.random() < 0.7 else {}
    if words.source.random() < 0.5:
        axes.pie(words.numbers(len(names)), labels=names, wedgeprops=ring, **options)
    else:
        axes.pie(words.numbers(len(names)), wedgeprops=ring, **options)
        axes.legend(names, loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)


def _scatter(axes: Axes, words: Words) -> None:
    count = words.source.randint(15, 150)
    axes.scatter(words.numbers(count), words.numbers(count), s=words.source.choice((6, 15, 30)), alpha=0.7)
    axes.set_xlabel(words.title())
    axes.set_ylabel(words.title())


def _histogram(axes: Axes, words: Words) -> None:
    axes.hist([words.source.gauss(50, 15) for _ in range(300)], bins=words.source.randint(8, 25))
    axes.set_xlabel(words.title())


_PLOTS: tuple[Callable[[Axes, Words], None], ...] = (
    _bars,
    _grouped,
    _stacked,
    _horizontal,
    _lines,
    _area,
    _pie,
    _scatter,
    _histogram,
)


def _legend(axes: Axes, words: Words) -> None:
    place = words.source.choice(("inside", "right", "below", "above", "none"))
    if place == "inside":
        axes.legend(frameon=words.source.random() < 0.5)
    elif place == "right":
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False)
    elif place == "below":
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False)
    elif place == "above":
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.08), ncols=2, frameon=False)
