"""How well charts are read: drawn ones whose content is known, or labelled real ones.

    python -m chartwell.eval.benchmarks.chart_reading --count 260 [--split held-out] [--vector] [--report FOLDER]
    python -m chartwell.eval.benchmarks.chart_reading --truth FILE --images FOLDER [--cache FOLDER]

Each chart goes the way the pipeline takes: OCR (or, with `--vector`, the PDF loader and its text layer), then the
chart reader. The reader is developed on even seeds (`dev`) only; the held-out ones, odd, give the figures that count.
`--truth` reads charts that lie in a folder as ID.png, real or drawn. What counts as right: see `chart_scoring`.
Times are the processor's; those of OCR come from the run that filled the cache.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shlex
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...indexing.charts.reader import read_chart
from ...indexing.documents import ChartReading
from ...indexing.ocr import RapidOcrEngine
from ...indexing.ocr_words import mended_labels
from ..machine import describe
from .chart_drawing.draw import RENDERERS
from .chart_report import ReadChart, write_report
from .chart_samples import Sample, drawn_samples, labelled_samples
from .chart_scoring import ChartScore, score_chart, total
from .measuring import median, print_table
from .ocr_cache import OcrCache

HEADER = (
    "",
    "charts",
    "type right",
    "title right",
    "triples: precision",
    "recall",
    "numbers: recall",
    "estimates: given",
    "within 5 %",
    "both",
    "estimated values",
)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Processor time of one chart: of OCR (None without OCR) and of what the reader adds."""

    ocr: float | None
    reader: float


def main() -> None:
    """Parse the command line, read every chart, print the tables."""
    arguments = _arguments()
    samples = _samples(arguments)
    cache = OcrCache(RapidOcrEngine(threads=1), arguments.cache)
    charts, seconds = [], []
    for sample in samples:
        reading, took = read_sample(sample, cache)
        charts.append(ReadChart(sample, reading, score_chart(sample.truth, reading)))
        seconds.append(took)
    if not charts:
        raise SystemExit("no charts: raise --count, or check the truth file")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        print(f"{describe()}\npython -m chartwell.eval.benchmarks.chart_reading {shlex.join(sys.argv[1:])}\n")
        print_results(charts, seconds)
    print(output.getvalue())
    if arguments.report:
        print(f"report: {write_report(arguments.report, charts, output.getvalue())}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=260)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--renderer", choices=RENDERERS, default="")
    parser.add_argument("--vector", action="store_true", help="charts as PDF, read from the text layer")
    parser.add_argument("--truth", type=Path, help="read labelled charts instead of drawing some")
    parser.add_argument("--images", type=Path, help="their pictures, ID.png")
    parser.add_argument("--cache", type=Path, help="folder to keep OCR results in")
    parser.add_argument("--report", type=Path, help="folder for a page of the worst charts")
    arguments = parser.parse_args()
    if (arguments.truth is None) != (arguments.images is None):
        parser.error("--truth and --images go together")
    return arguments


def _samples(arguments: argparse.Namespace) -> Iterator[Sample]:
    if arguments.truth:
        return labelled_samples(arguments.truth, arguments.images)
    return drawn_samples(
        arguments.count, arguments.seed, arguments.split, renderer=arguments.renderer, vector=arguments.vector
    )


def read_sample(sample: Sample, cache: OcrCache) -> tuple[ChartReading, Seconds]:
    """Read one chart as the pipeline does."""
    figure, ocr = sample.figure, None
    if figure is None or figure.image is None:
        return ChartReading(), Seconds(None, 0.0)
    labels = figure.labels
    if labels is None:
        result = cache.read(figure.image.data)
        labels, ocr = result.labels, result.cpu_seconds
    started = time.process_time()
    if figure.labels is None:
        labels = mended_labels(labels)
    reading = read_chart(figure, labels)
    return reading, Seconds(ocr, time.process_time() - started)


def print_results(charts: Sequence[ReadChart], seconds: Sequence[Seconds]) -> None:
    """All charts in one row, then by what tells them apart; then the reader's time."""
    print_table(HEADER, [_row("all", [chart.match.score for chart in charts])])
    keys: dict[str, Callable[[ReadChart], str]] = {
        "renderer": lambda chart: chart.sample.truth.renderer,
        "language": lambda chart: chart.sample.truth.language,
        "type": lambda chart: chart.sample.truth.chart_type,
        "style": lambda chart: chart.sample.truth.style,
    }
    for name, key in keys.items():
        groups: dict[str, list[ChartScore]] = defaultdict(list)
        for chart in charts:
            groups[key(chart)].append(chart.match.score)
        if set(groups) != {""}:
            print()
            print_table((f"by {name}", *HEADER[1:]), [_row(group, groups[group]) for group in sorted(groups)])
    missing = sum(chart.sample.figure is None for chart in charts)
    if missing:
        print(f"\nno figure was found in {missing} of {len(charts)} pages")
    print(f"\n{time_line(seconds)}")


def _row(name: str, scores: Sequence[ChartScore]) -> list[str]:
    score = total(scores)
    return [
        name,
        str(score.charts),
        _share(score.types_right, score.charts),
        _share(score.titles_right, score.charts),
        _share(score.triples_right, score.given),
        _share(score.triples_right, score.printed),
        _share(score.numbers_right, score.printed),
        _share(score.data_given, score.data),
        _share(score.data_right, score.data_given),
        _share(score.data_right, score.data),
        _share(score.estimated, score.estimated + score.given),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % of {whole}" if whole else "–"


def time_line(seconds: Sequence[Seconds]) -> str:
    """The reader's processor time, and what it adds to that of OCR."""
    reader = [each.reader for each in seconds]
    line = f"reader: {1000 * median(reader):.1f} ms a chart (median), {1000 * max(reader):.1f} ms at most"
    with_ocr = [(each.ocr, each.reader) for each in seconds if each.ocr]
    if with_ocr:
        ocr = sum(one for one, _ in with_ocr)
        added = sum(one for _, one in with_ocr) / ocr
        line += f"; OCR: {1000 * ocr / len(with_ocr):.0f} ms a chart; the reader adds {100 * added:.1f} %"
    return line


if __name__ == "__main__":
    main()
