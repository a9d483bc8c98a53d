"""Scanned pages against their known text: what is read, in which order, at what cost beside raw RapidOCR.

    python -m chartwell.eval.benchmarks.scanned_pages [--pdfs FOLDER --pages 12] [--drawn 4] [--chinese-font FILE]

Pages are drawn (English, with a font Chinese too, in one and two columns, with table, list and chart) or taken from
the PDF files of a folder, rendered, spoilt as a scanner does, and read back from a PDF of pictures. Words are compared
with what was drawn, or with what the loader makes of the text layer: recall, and order as 1 less the edit distance
over the longer text. Cells count where the same text stands in the same row and column. Times are of the processor,
with one thread; raw is RapidOCR by itself on the same upright picture.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from reportlab.lib.pagesizes import A4

from ...indexing.documents import Box
from ...indexing.loaders.parsed import Block, FigureBlock, Limits, TableBlock, TextBlock, pages_of
from ...indexing.loaders.pdf.loader import PdfLoader
from ...indexing.ocr import OcrEngine, RapidOcrEngine
from ...indexing.scans.scanned_pages import ReadDocument, read_scanned_pages
from ..machine import describe
from .measuring import print_table
from .page_drawing import DrawnPage, draw_page
from .scan_making import Scanner, as_pdf, render, scanned

SCANNERS = {
    "straight": Scanner(),
    "coarse": Scanner(dpi=120, noise=10, quality=35),
    "skew 1.5": Scanner(skew=1.5),
    "skew -6": Scanner(skew=-6),
    "skew 9.5": Scanner(skew=9.5),
    "on its side": Scanner(turns=1),
    "on the other side": Scanner(turns=3),
    "upside down": Scanner(turns=2, skew=-0.8),
}
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_](?:[^\s\u4e00-\u9fff]*[^\W_])?")


@dataclass(slots=True)
class Truth:
    """What stands on a page, and the page as PDF."""

    name: str
    pdf: bytes
    page: int
    words: list[str]
    cells: list[list[str]] = field(default_factory=list)
    chart: tuple[float, float, float, float] | None = None
    caption: str = ""


@dataclass(slots=True)
class Score:
    """How a page was read. `cells` and `chart` are None where it has none."""

    recall: float
    order: float
    cells: float | None
    chart: float | None
    caption: bool | None
    false_figures: int
    seconds: float
    raw_seconds: float | None = None


def drawn_truths(count: int, chinese_font: Path | None) -> Iterator[Truth]:
    """Drawn pages, English ones first."""
    for font in (None, chinese_font) if chinese_font else (None,):
        for number in range(count):
            columns = 1 + number % 2
            page: DrawnPage = draw_page(number, columns=columns, chinese_font=font)
            name = f"drawn, {'Chinese' if font else 'English'}, {columns} col."
            words = [word for text in page.texts for word in words_of(text)]
            yield Truth(name, page.pdf, 0, words, page.cells, page.chart, page.caption)


def real_truths(folder: Path, count: int, seed: int = 7) -> Iterator[Truth]:
    """Pages with some text of the PDF files in a folder, told by their text layer."""
    files = sorted(folder.glob("*.pdf"))
    chance = random.Random(seed)  # noqa: S311 - the same pages each time
    for number in range(count):
        path = files[number % len(files)]
        parsed = PdfLoader().load(path, Limits())
        for page in chance.sample(range(1, len(parsed.pages) + 1), len(parsed.pages)):
            words = words_on(parsed.blocks, page)
            if len(words) > 80:
                yield Truth("filing", path.read_bytes(), page - 1, words)
                break


def words_of(text: str) -> list[str]:
    """Words, and Chinese characters one by one."""
    return [word.casefold() for word in _WORD.findall(text)]


def words_on(blocks: Sequence[Block], page: int) -> list[str]:
    """The words of the text and the tables that begin on a page, in their order."""
    words: list[str] = []
    for block in blocks:
        if pages_of(block)[0] != page:
            continue
        if isinstance(block, TextBlock):
            words += words_of(block.text)
        elif isinstance(block, TableBlock):
            # A spanning cell stands in several places but is one.
            words += words_of(block.table.title)
            for row in block.table.rows:
                words += [word for i, cell in enumerate(row) if i == 0 or cell != row[i - 1] for word in words_of(cell)]
    return words


def edit_similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """1 less the Levenshtein distance of two sequences over the length of the longer."""
    if not first or not second:
        return float(not first and not second)
    codes = {word: code for code, word in enumerate({*first, *second})}
    other = np.array([codes[word] for word in second])
    index = np.arange(len(other) + 1)
    row = index.copy()
    for number, word in enumerate(first, start=1):
        best = np.empty_like(row)
        best[0] = number
        best[1:] = np.minimum(row[1:] + 1, row[:-1] + (other != codes[word]))
        # Insertions run along the row: the least of all earlier entries plus the way from there.
        row = np.minimum.accumulate(best - index) + index
    return 1.0 - float(row[-1]) / max(len(first), len(second))


def cells_right(truth: Sequence[Sequence[str]], blocks: Sequence[Block]) -> float:
    """Share of the cells of a table that stand in the same row and column of the table that has most of them."""
    total = sum(len(row) for row in truth)
    best = 0
    for block in blocks:
        if isinstance(block, TableBlock):
            rows = block.table.rows
            for shift in range(len(rows)):
                pairs = zip(truth, rows[shift:], strict=False)
                hits = sum(a == b for row, other in pairs for a, b in zip(row, other, strict=False))
                best = max(best, hits)
    return best / total


def overlap(first: Box, second: Box) -> float:
    """Intersection over union."""
    width = min(first.x1, second.x1) - max(first.x0, second.x0)
    height = min(first.y1, second.y1) - max(first.y0, second.y0)
    common = max(width, 0.0) * max(height, 0.0)
    areas = sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in (first, second))
    return common / max(areas - common, 1e-9)


def score(truth: Truth, scanner: Scanner, ocr: OcrEngine, raw: Any) -> Score:  # noqa: ANN401 - RapidOCR has no types
    """Scan a page, read it, and compare."""
    data = scanned(render(truth.pdf, truth.page, scanner.dpi), scanner, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        path.write_bytes(as_pdf([data], scanner.dpi))
        started = time.process_time()
        read = read_scanned_pages(PdfLoader().load(path, Limits()), ocr)
        seconds = time.process_time() - started
    return _compare(truth, scanner, read, seconds, _raw_seconds(truth, scanner, raw) if raw else None)


def _compare(truth: Truth, scanner: Scanner, read: ReadDocument, seconds: float, raw_seconds: float | None) -> Score:
    parsed = read.parsed
    # Labels of charts are not compared: those of a real page's charts are no text of the page either.
    words = words_on(parsed.blocks, 1)
    found = sum((Counter(truth.words) & Counter(words)).values())
    figures = [block for block in parsed.blocks if isinstance(block, FigureBlock)]
    chart = caption = None
    if truth.chart:
        place = scanner.displayed(Box(*truth.chart), *A4)
        boxes = [(overlap(_displayed(block.region.box, read), place), block.caption) for block in figures]
        chart, told = max(boxes, default=(0.0, ""))
        caption = words_of(told) == words_of(truth.caption)
    return Score(
        recall=found / len(truth.words),
        order=edit_similarity(truth.words, words),
        cells=cells_right(truth.cells, parsed.blocks) if truth.cells else None,
        chart=chart,
        caption=caption,
        false_figures=max(len(figures) - bool(truth.chart), 0),
        seconds=seconds,
        raw_seconds=raw_seconds,
    )


def _displayed(box: Box, read: ReadDocument) -> Box:
    return read.poses[1].displayed(box) if 1 in read.poses else box


def _raw_seconds(truth: Truth, scanner: Scanner, raw: Any) -> float:  # noqa: ANN401 - RapidOCR has no types
    upright = replace(scanner, skew=0.0, turns=0)
    data = scanned(render(truth.pdf, truth.page, scanner.dpi), upright, seed=1)
    started = time.process_time()
    raw(data)
    return time.process_time() - started


def main() -> None:
    """Parse the command line, read all pages and print a row for each kind of page and scan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdfs", type=Path, help="folder of PDF files with text")
    parser.add_argument("--pages", type=int, default=12, help="how many of their pages")
    parser.add_argument("--drawn", type=int, default=4, help="how many drawn pages of each language")
    parser.add_argument("--chinese-font", type=Path, help="TrueType font; without it no Chinese page is drawn")
    parser.add_argument("--scans", default=",".join(SCANNERS), help="which of the scans, with commas between")
    parser.add_argument("--raw", action="store_true", help="time RapidOCR as it comes, too")
    parser.add_argument("--verbose", action="store_true", help="print a line a page")
    arguments = parser.parse_args()
    ocr = RapidOcrEngine(threads=1)
    truths = list(drawn_truths(arguments.drawn, arguments.chinese_font))
    if arguments.pdfs:
        truths += real_truths(arguments.pdfs, arguments.pages)
    print(f"{describe()}\n")
    _table(truths, arguments.scans.split(","), ocr, _raw_engine() if arguments.raw else None, arguments.verbose)


def _raw_engine() -> Any:  # noqa: ANN401 - RapidOCR has no types
    from rapidocr import RapidOCR

    options = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    return RapidOCR(params=options)


def _table(truths: Sequence[Truth], scans: Sequence[str], ocr: OcrEngine, raw: Any, verbose: bool) -> None:  # noqa: ANN401, FBT001 - RapidOCR has no types
    ocr.read(render(truths[0].pdf, truths[0].page, 30.0))  # loads the models
    rows: list[list[str]] = []
    for scan in scans:
        by_name: dict[str, list[Score]] = {}
        for number, truth in enumerate(truths):
            result = score(truth, SCANNERS[scan], ocr, raw)
            by_name.setdefault(truth.name, []).append(result)
            if verbose:
                print(scan, number, truth.name, result, flush=True)
        rows += [[scan, name, str(len(scores)), *_row(scores)] for name, scores in by_name.items()]
    header = [
        "scan",
        "pages",
        "n",
        "word recall",
        "order",
        "cells",
        "chart IoU ≥ .5",
        "≥ .8",
        "caption",
        "false figures",
    ]
    print_table([*header, "s/page", "raw s/page"], rows)


def _row(scores: Sequence[Score]) -> list[str]:
    def mean(values: Sequence[float | None]) -> str:
        known = [value for value in values if value is not None]
        return f"{statistics.mean(known):.3f}" if known else ""

    charts = [score.chart for score in scores]
    return [
        mean([score.recall for score in scores]),
        mean([score.order for score in scores]),
        mean([score.cells for score in scores]),
        *(mean([None if chart is None else float(chart >= least) for chart in charts]) for least in (0.5, 0.8)),
        mean([None if score.caption is None else float(score.caption) for score in scores]),
        str(sum(score.false_figures for score in scores)),
        mean([score.seconds for score in scores]),
        mean([score.raw_seconds for score in scores]),
    ]


if __name__ == "__main__":
    main()
