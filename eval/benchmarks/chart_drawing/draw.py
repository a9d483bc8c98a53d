"""Drawing charts by seed: the same seed gives the same chart on the same machine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .chinese_words import CHINESE
from .english_words import ENGLISH
from .invention import invent
from .legibility import Illegible
from .rendering import Rendered, Renderer
from .styles import STYLES
from .truth import DRAWN_TYPES, ChartTruth
from .wording import title_text

RENDERERS = ("matplotlib", "vega")
ATTEMPTS = 90
PATIENCE = 15
"""Attempts after which another style is tried: some content does not fit some styles."""
SHARE_CHINESE = 0.3


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart and what it says."""

    rendered: Rendered
    truth: ChartTruth


def seeds(count: int, first: int, split: str) -> Iterator[int]:
    """Seeds of a split: even ones to develop on (`dev`), odd ones to check on (`held-out`)."""
    return iter(range(2 * first + (split != "dev"), 2 * (first + count), 2))


def draw_chart(
    seed: int, *, renderer: str = "", kind: str = "", language: str = "", vector: bool = False
) -> DrawnChart:
    """The chart of this seed. The types take turns; the rest follows the seed where it is not given.

    Where a content does not fit its look (texts overlap), another is made from the same seed.
    """
    chosen = random.Random(f"chart {seed}")
    kind = kind or DRAWN_TYPES[(seed // 2) % len(DRAWN_TYPES)]
    renderer = renderer or chosen.choice(RENDERERS)
    words = CHINESE if (language or ("zh" if chosen.random() < SHARE_CHINESE else "en")) == "zh" else ENGLISH
    style = chosen.choice(STYLES)
    reason = ""
    for attempt in range(ATTEMPTS):
        rng = random.Random(f"chart {seed} {attempt}")
        if attempt and attempt % PATIENCE == 0:
            style = rng.choice(STYLES)
        content, look = invent(rng, kind, words), style.choose(rng)
        content = replace(content, title=title_text(content, look))
        try:
            rendered = _render(renderer)(content, look, vector=vector)
        except Illegible as error:
            reason = str(error)
            continue
        return DrawnChart(rendered, content.truth(f"drawn-{seed}", rendered.printed, renderer, style.name))
    raise RuntimeError(f"no legible {kind} in style {style.name} came of seed {seed} with {renderer}: {reason}")


def _render(renderer: str) -> Renderer:
    # Both need libraries that only the development environment has.
    if renderer == "matplotlib":
        from .mpl_renderer import render as by_matplotlib

        return by_matplotlib
    from .vega_renderer import render as by_vega

    return by_vega
