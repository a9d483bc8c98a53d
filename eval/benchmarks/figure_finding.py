"""Finding the figures of PDFs: composed reports whose charts are known, read by the PDF loader.

    python -m chartwell.eval.benchmarks.figure_finding --images FOLDER --items FILE [--held-out] [--chinese-font FILE]

FOLDER holds pictures of charts, FILE lines of JSON with a `paragraph` each. Reports are composed of them, of charts
drawn by matplotlib (embedded as forms) and by reportlab (on the page itself), of captions, tables and decorations,
in a temporary folder. Development and held-out reports share neither seeds nor pictures nor paragraphs.

A chart counts as found where a figure overlaps its true box with an IoU of 0.8 or more; a figure that belongs to no
chart (IoU below 0.5 with each) is false. A caption is right where it equals the true one up to width, case and white
space, and where there is none, that none is told.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...indexing.loaders.parsed import FigureBlock, Limits, ParsedDocument
from ...indexing.loaders.pdf.loader import PdfLoader
from ..machine import describe
from .measuring import print_table
from .report_figures import Box, Material, PlacedChart
from .report_pages import Report, compose_report

_FOUND, _SAME = 0.8, 0.5
_SUFFIXES = {".png", ".jpg", ".jpeg"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A chart of a report with the figure found for it: its IoU (0 where there is none) and caption."""

    chart: PlacedChart
    iou: float
    caption: str

    @property
    def found(self) -> bool:
        """Whether the figure's box is the chart's."""
        return self.iou >= _FOUND

    @property
    def caption_right(self) -> bool:
        """Whether the figure was found with its caption."""
        return self.iou >= _SAME and _folded(self.caption) == _folded(self.chart.caption)


@dataclass(frozen=True, slots=True)
class FalseFigure:
    """A figure that is no chart: its page, counted from 1, and box in points."""

    page: int
    box: Box


def match(report: Report, document: ParsedDocument) -> tuple[list[Outcome], list[FalseFigure]]:
    """Assign each chart the figure that overlaps it most, each figure once; what is left over is false."""
    figures = [block for block in document.blocks if isinstance(block, FigureBlock)]
    boxes = [_in_points(figure, document) for figure in figures]
    pairs = sorted(
        (
            (iou(box, chart.box), i, j)
            for i, chart in enumerate(report.charts)
            for j, (box, figure) in enumerate(zip(boxes, figures, strict=True))
            if figure.region.page == chart.page
        ),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    given: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for value, i, j in pairs:
        if value > 0 and i not in given and j not in used:
            given[i] = (j, value)
            used.add(j)
    best = [max((value for value, _, other in pairs if other == j), default=0.0) for j in range(len(figures))]
    outcomes = [
        Outcome(chart, given[i][1], figures[given[i][0]].caption) if i in given else Outcome(chart, 0.0, "")
        for i, chart in enumerate(report.charts)
    ]
    false = [
        FalseFigure(figure.region.page or 0, boxes[j])
        for j, figure in enumerate(figures)
        if best[j] < _SAME or j not in used
    ]
    return outcomes, false


def iou(first: Box, second: Box) -> float:
    """Common area of two boxes as a share of their union."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = ((first[2] - first[0]) * (first[3] - first[1]), (second[2] - second[0]) * (second[3] - second[1]))
    return width * height / (sum(areas) - width * height)


def material(images: Path, items: Path, *, held_out: bool, chinese_font: Path | None) -> Material:
    """Every other picture and paragraph, the first ones for development, the second ones held out."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    start = int(held_out)
    paths = sorted(path for path in images.iterdir() if path.suffix.lower() in _SUFFIXES)[start::2]
    lines = items.read_text(encoding="utf-8").splitlines()[start::2]
    paragraphs = [paragraph for line in lines if (paragraph := json.loads(line).get("paragraph"))]
    drawn = form = None
    if chinese_font is not None:
        from matplotlib.font_manager import FontProperties, fontManager
        from reportlab.pdfbase.ttfonts import TTFont

        fontManager.addfont(str(chinese_font))
        form = FontProperties(fname=str(chinese_font)).get_name()
        drawn = "Chinese"
        pdfmetrics.registerFont(TTFont(drawn, str(chinese_font)))
    return Material(paths, paragraphs, "STSong-Light", drawn, form)


def main() -> None:
    """Parse the command line, compose and read the reports, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--chinese-font", type=Path, help="TrueType font for Chinese charts; without it there are none")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder to keep the reports in, with what was found")
    arguments = parser.parse_args()
    stuff = material(
        arguments.images, arguments.items, held_out=arguments.held_out, chinese_font=arguments.chinese_font
    )
    outcomes: list[Outcome] = []
    false: list[FalseFigure] = []
    figures, seconds = 0, 0.0
    reports = max(round(arguments.pages / 8), 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(reports):
            report = compose_report(_seed(arguments.seed, number, held_out=arguments.held_out), stuff)
            path = folder / f"report-{number}.pdf"
            path.write_bytes(report.pdf)
            started = time.process_time()
            document = PdfLoader().load(path, Limits())
            seconds += time.process_time() - started
            found, wrong = match(report, document)
            outcomes += found
            false += wrong
            figures += sum(isinstance(block, FigureBlock) for block in document.blocks)
            if arguments.keep:
                _keep(path, found, wrong)
    command = f"--pages {arguments.pages} --seed {arguments.seed}{' --held-out' * arguments.held_out}"
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.figure_finding --images … --items … {command}\n")
    _print(outcomes, false, figures, seconds / (8 * reports))


def _seed(seed: int, number: int, *, held_out: bool) -> int:
    return 1_000_000 * (2 * seed + int(held_out)) + number


def _print(outcomes: Sequence[Outcome], false: Sequence[FalseFigure], figures: int, seconds: float) -> None:
    groups: list[tuple[str, Sequence[Outcome]]] = [("all", outcomes)]
    groups += [(kind, [o for o in outcomes if o.chart.kind == kind]) for kind in ("raster", "form", "drawn")]
    groups += [(f"{n} columns", [o for o in outcomes if o.chart.columns == n]) for n in (1, 2)]
    groups += [(f"caption {place}", [o for o in outcomes if o.chart.place == place]) for place in _PLACES]
    rows = []
    for name, group in groups:
        found, right = sum(o.found for o in group), sum(o.caption_right for o in group)
        count = max(len(group), 1)
        rows.append([name, str(len(group)), f"{100 * found / count:.1f} %", f"{100 * right / count:.1f} %"])
    print_table(["", "charts", "found (IoU >= 0.8)", "caption right"], rows)
    print(f"\nfalse figures: {len(false)} of {figures} ({100 * len(false) / max(figures, 1):.1f} %)")
    print(f"reading: {1000 * seconds:.1f} ms a page (CPU, pictures cut out)")


_PLACES = ("above", "below", "none")


def _keep(path: Path, outcomes: Sequence[Outcome], false: Sequence[FalseFigure]) -> None:
    """Write down what was found beside the report, for a look at what failed."""
    lines = [
        {"page": o.chart.page, "box": o.chart.box, "kind": o.chart.kind, "place": o.chart.place, "iou": round(o.iou, 3)}
        | {"caption": o.chart.caption, "told": o.caption, "right": o.caption_right}
        for o in outcomes
    ]
    lines += [{"page": figure.page, "box": figure.box, "kind": "false"} for figure in false]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.with_suffix(".jsonl").write_text(text + "\n", encoding="utf-8")


def _in_points(figure: FigureBlock, document: ParsedDocument) -> Box:
    page = document.pages[(figure.region.page or 1) - 1]
    box = figure.region.box
    width, height = page.width or 1.0, page.height or 1.0
    return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


if __name__ == "__main__":
    main()
