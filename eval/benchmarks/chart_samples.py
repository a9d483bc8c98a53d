"""The charts that a benchmark reads: drawn ones, drawn ones as vector graphics, and labelled real ones."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as PILImage

from ...indexing.documents import WHOLE, Image, Region
from ...indexing.loaders.parsed import FigureBlock, Limits
from ...indexing.loaders.pdf.loader import PdfLoader
from .chart_drawing.draw import draw_chart, seeds
from .chart_drawing.truth import ChartTruth, read_truth


@dataclass(frozen=True, slots=True)
class Sample:
    """A chart with its truth. `figure` is None where the PDF loader found none in the page; `png` is for reports."""

    truth: ChartTruth
    figure: FigureBlock | None
    png: bytes


def drawn_samples(count: int, first: int, split: str, *, renderer: str = "", vector: bool = False) -> Iterator[Sample]:
    """Charts of the generator, see `chart_drawing`."""
    for seed in seeds(count, first, split):
        chart = draw_chart(seed, renderer=renderer, vector=vector)
        png = chart.rendered.png
        figure = figure_in_pdf(chart.rendered.pdf) if vector else figure_of(png)
        yield Sample(chart.truth, figure, png)


def labelled_samples(truth: Path, images: Path) -> Iterator[Sample]:
    """Charts of a truth file; their pictures are `images`/ID.png. Raises FileNotFoundError for a missing one."""
    for chart in read_truth(truth):
        png = (images / f"{chart.id}.png").read_bytes()
        yield Sample(chart, figure_of(png), png)


def figure_of(png: bytes) -> FigureBlock:
    """A picture as the figure of a page that it fills."""
    with PILImage.open(io.BytesIO(png)) as picture:
        width, height = picture.size
    return FigureBlock(Image(png, "image/png", width, height), Region(1, WHOLE))


def figure_in_pdf(pdf: bytes) -> FigureBlock | None:
    """The largest figure that the PDF loader finds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chart.pdf"
        path.write_bytes(pdf)
        parsed = PdfLoader().load(path, Limits())
    figures = [block for block in parsed.blocks if isinstance(block, FigureBlock)]
    return max(figures, key=lambda block: block.size[0] * block.size[1], default=None)
