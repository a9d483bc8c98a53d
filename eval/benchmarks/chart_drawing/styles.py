"""How charts look: named styles, each with a few variations, for every renderer."""

from __future__ import annotations

import random
from dataclasses import dataclass

SANS = ("DejaVu Sans", "Liberation Sans")
SERIF = ("DejaVu Serif", "STIXGeneral", "Liberation Serif")
MONO = ("DejaVu Sans Mono",)


@dataclass(frozen=True, slots=True)
class Look:
    """One choice among what a style allows. Font sizes in points, `size` in inches, colours as `#rrggbb`."""

    style: str
    font: str
    text_size: float
    title_size: float
    bold_title: bool
    title_anchor: str
    title_case: str
    palette: tuple[str, ...]
    background: str
    panel: str
    ink: str
    muted: str
    grid: str
    spines: str
    legend: str
    value_labels: str
    value_axis: bool
    turn: int
    size: tuple[float, float]
    dpi: int
    markers: bool
    line_width: float
    bar_width: float


@dataclass(frozen=True, slots=True)
class Style:
    """What the charts of one house look like; where there are several choices, each chart takes one.

    `legend`: `inside`, `right`, `top`, `bottom`, `direct`; `value_labels`: `outside` (above or beyond the mark's end),
    `inside` (at its end), `middle`; `hidden_axis` is the share of charts with printed values that have no value axis.
    """

    name: str
    fonts: tuple[str, ...]
    palettes: tuple[tuple[str, ...], ...]
    text_sizes: tuple[float, ...] = (9.0, 10.0)
    title_sizes: tuple[float, ...] = (12.0, 13.0)
    bold_title: bool = False
    title_anchors: tuple[str, ...] = ("middle",)
    title_cases: tuple[str, ...] = ("sentence",)
    background: str = "#ffffff"
    panel: str = "#ffffff"
    ink: str = "#000000"
    muted: str = "#555555"
    grids: tuple[str, ...] = ("none", "lines")
    spines: str = "all"
    legends: tuple[str, ...] = ("inside", "right")
    value_labels: tuple[str, ...] = ("outside",)
    hidden_axis: float = 0.4
    turns: tuple[int, ...] = (0,)
    sizes: tuple[tuple[float, float], ...] = ((6.4, 4.8), (8.0, 5.0))
    dpis: tuple[int, ...] = (100,)
    markers: tuple[bool, ...] = (True, False)
    line_width: float = 1.6
    bar_widths: tuple[float, ...] = (0.8, 0.65)

    def choose(self, rng: random.Random) -> Look:
        """One of the looks."""
        return Look(
            style=self.name,
            font=rng.choice(self.fonts),
            text_size=rng.choice(self.text_sizes),
            title_size=rng.choice(self.title_sizes),
            bold_title=self.bold_title,
            title_anchor=rng.choice(self.title_anchors),
            title_case=rng.choice(self.title_cases),
            palette=rng.choice(self.palettes),
            background=self.background,
            panel=self.panel,
            ink=self.ink,
            muted=self.muted,
            grid=rng.choice(self.grids),
            spines=self.spines,
            legend=rng.choice(self.legends),
            value_labels=rng.choice(self.value_labels),
            value_axis=rng.random() >= self.hidden_axis,
            turn=rng.choice(self.turns),
            size=rng.choice(self.sizes),
            dpi=rng.choice(self.dpis),
            markers=rng.choice(self.markers),
            line_width=self.line_width,
            bar_width=rng.choice(self.bar_widths),
        )


def _colours(text: str) -> tuple[str, ...]:
    return tuple(f"#{colour}" for colour in text.split())


_TAB = _colours("1f77b4 ff7f0e 2ca02c d62728 9467bd 8c564b")
_OFFICE = _colours("4472c4 ed7d31 a5a5a5 ffc000 5b9bd5 70ad47")
_NAVY = _colours("1b3a5c c8553d 3a8d8b e0a030 7a6c9d 94a3b3")
_PASTEL = _colours("8dd3c7 fb8072 80b1d3 fdb462 b3de69 bebada")
_GREYS = _colours("2b2b2b 7f7f7f b5b5b5 555555 999999 d2d2d2")
_VIVID = _colours("e6194b 3cb44b 4363d8 f58231 911eb4 008080")
_NEON = _colours("5ec8f2 ffd166 ef6f8f 8bd17c c792ea f78c6b")
_EARTH = _colours("8c5a2b c9a227 5f7a3d a34a28 3f5e5a b39b7d")
_BLUES = _colours("08306b 2171b5 6baed6 9ecae1 4292c6 c6dbef")
_MODERN = _colours("4c78a8 f58518 e45756 72b7b2 54a24b eeca3b")

STYLES = (
    Style("plain", SANS, (_TAB,), turns=(0, 45), sizes=((6.4, 4.8), (7.0, 4.0))),
    Style(
        "newsroom",
        SANS,
        (_NAVY, _MODERN),
        bold_title=True,
        title_anchors=("start",),
        ink="#1a1a1a",
        muted="#6b6b6b",
        grids=("lines", "none"),
        spines="base",
        legends=("direct", "top"),
        value_labels=("outside", "middle"),
        sizes=((6.4, 4.2), (5.6, 5.0)),
        dpis=(100, 130),
        line_width=2.2,
    ),
    Style(
        "report",
        SERIF,
        (_BLUES, _EARTH),
        title_sizes=(13.0, 15.0),
        text_sizes=(10.0, 11.0),
        grids=("dashed",),
        spines="corner",
        legends=("bottom", "inside"),
        value_labels=("outside", "inside"),
        turns=(0, 30),
        dpis=(100, 120),
    ),
    Style(
        "dark",
        SANS,
        (_NEON,),
        background="#15202b",
        panel="#15202b",
        ink="#f2f2f2",
        muted="#b8c4cf",
        grids=("lines", "none"),
        spines="none",
        legends=("top", "right", "direct"),
        title_anchors=("start", "middle"),
        value_labels=("outside", "inside"),
        dpis=(100, 120),
    ),
    Style(
        "grey",
        (*SANS, *SERIF),
        (_GREYS,),
        grids=("none", "dashed"),
        spines="corner",
        legends=("inside", "bottom"),
        turns=(0, 90),
        text_sizes=(9.0, 10.5),
    ),
    Style(
        "panel",
        SANS,
        (_PASTEL, _VIVID),
        panel="#eaeaf2",
        muted="#333333",
        grids=("lines",),
        spines="none",
        legends=("right", "inside"),
        value_labels=("outside", "middle"),
        turns=(0, 45),
    ),
    Style(
        "slide",
        SANS,
        (_OFFICE, _VIVID),
        text_sizes=(13.0, 15.0),
        title_sizes=(18.0, 21.0),
        bold_title=True,
        grids=("none", "lines"),
        spines="base",
        legends=("top", "bottom"),
        value_labels=("outside", "inside", "middle"),
        sizes=((10.0, 5.6), (9.0, 6.0)),
        dpis=(90, 110),
        line_width=3.0,
    ),
    Style(
        "small",
        SANS,
        (_TAB, _MODERN),
        text_sizes=(7.5, 8.5),
        title_sizes=(9.5, 11.0),
        grids=("lines", "dashed"),
        spines="corner",
        legends=("inside", "right", "bottom"),
        sizes=((4.8, 3.4), (5.2, 3.2)),
        dpis=(100, 110),
        hidden_axis=0.2,
    ),
    Style(
        "survey",
        (*SANS, "DejaVu Serif"),
        (_EARTH, _BLUES, _NAVY),
        bold_title=True,
        title_anchors=("start",),
        ink="#222222",
        grids=("none",),
        spines="none",
        legends=("direct", "top"),
        value_labels=("inside", "middle", "outside"),
        hidden_axis=0.85,
        sizes=((5.0, 6.0), (5.6, 5.0), (6.4, 4.6)),
        dpis=(90, 110),
        bar_widths=(0.7, 0.5),
    ),
    Style(
        "office",
        ("Liberation Sans", "DejaVu Sans"),
        (_OFFICE,),
        text_sizes=(9.0, 11.0),
        title_sizes=(14.0, 16.0),
        ink="#404040",
        muted="#595959",
        grids=("lines",),
        spines="none",
        legends=("bottom", "right"),
        value_labels=("outside", "middle"),
        sizes=((7.2, 4.3), (6.0, 4.5)),
        dpis=(96, 150),
        bar_widths=(0.7, 0.4),
    ),
    Style(
        "poster",
        (*MONO, "DejaVu Sans"),
        (_EARTH, _NAVY),
        background="#f7f1e3",
        panel="#f7f1e3",
        ink="#2d2a26",
        muted="#5b554d",
        bold_title=True,
        title_cases=("upper", "sentence"),
        title_anchors=("start", "middle"),
        grids=("dashed", "none"),
        spines="base",
        legends=("top", "direct", "right"),
        value_labels=("outside", "inside"),
        sizes=((7.0, 5.5), (8.4, 4.8)),
    ),
)
