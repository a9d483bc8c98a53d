"""Charts drawn as pictures (PNG): the annual report's two, and the drawing kit of the single chart files.

Needs the `dev` extra (matplotlib). No state of matplotlib's is changed, and the user's own style is not used.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Image as PlacedImage

from .palette import INK, MUTED, NAVY, RUST, TEAL
from .report_numbers import MONTHS, ON_TIME_DELIVERY, REGIONS, SENSORS_BY_REGION

DPI = 200
COLOURS = 64


@contextmanager
def plain_style() -> Iterator[None]:
    """Matplotlib's own defaults, whatever the machine's matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


def png_bytes(figure: Figure) -> bytes:
    """The figure as a small palette PNG without a time stamp or the name of the program."""
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    raw.seek(0)
    with Image.open(raw) as opened:
        reduced = opened.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    reduced.save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def picture(png: bytes, width: float) -> Any:
    """A PNG as a flowable of `width` points."""
    pixels_wide, pixels_high = ImageReader(io.BytesIO(png)).getSize()
    return PlacedImage(io.BytesIO(png), width, width * pixels_high / pixels_wide)


def regions_chart() -> bytes:
    """Figure 3: horizontal bars, the value at the end of each."""
    with plain_style():
        figure = Figure(figsize=(6.8, 3.2))
        axes = figure.add_axes((0.2, 0.04, 0.76, 0.78))
        positions = range(len(REGIONS), 0, -1)
        axes.barh(positions, SENSORS_BY_REGION, height=0.66, color=TEAL)
        for position, value in zip(positions, SENSORS_BY_REGION, strict=True):
            axes.text(value + 2, position, str(value), va="center", fontsize=9, fontweight="bold", color=INK)
        axes.set_yticks(positions, REGIONS, fontsize=9, color=INK)
        axes.set_xlim(0, 230)
        bare(axes)
        axes.spines["left"].set_visible(True)
        heading(figure, "Connected sensors by region", "Thousands, 31 December 2024")
        return png_bytes(figure)


def delivery_chart() -> bytes:
    """Figure 5: a line with a labelled point for each month."""
    with plain_style():
        figure = Figure(figsize=(6.8, 3.0))
        axes = figure.add_axes((0.06, 0.11, 0.91, 0.68))
        places = range(len(MONTHS))
        axes.plot(places, ON_TIME_DELIVERY, color=NAVY, linewidth=2, marker="o", markersize=5)
        for place, value in zip(places, ON_TIME_DELIVERY, strict=True):
            low = value < 75
            axes.annotate(
                f"{value}%",
                (place, value),
                xytext=(0, -14 if low else 7),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                fontweight="bold",
                color=RUST if low else INK,
            )
        axes.set_xticks(places, MONTHS, fontsize=10, color=INK)
        axes.set_ylim(50, 108)
        axes.set_yticks((60, 80, 100), ("60", "80", "100"), fontsize=8, color=MUTED)
        bare(axes, keep_ticks=True)
        heading(figure, "Orders delivered on the promised day", "Percent of orders, by month, 2024")
        return png_bytes(figure)


def heading(figure: Figure, title: str, unit: str, font: Path | None = None) -> None:
    """Title and unit line at the top left. `font` is a font file, matplotlib's own sans serif without one."""
    face: dict[str, Any] = {"font": font} if font else {}
    figure.text(0.012, 0.985, title, fontsize=11.5, fontweight="bold", va="top", color=INK, **face)
    figure.text(0.012, 0.9, unit, fontsize=9, va="top", color=MUTED, **face)


def bare(axes: Any, *, keep_ticks: bool = False) -> None:
    """Take away frame and tick marks, and with `keep_ticks` unset the value axis too."""
    for side in axes.spines.values():
        side.set_visible(False)
        side.set_color(MUTED)
    axes.tick_params(length=0)
    if not keep_ticks:
        axes.set_xticks([])
    axes.set_axisbelow(True)
