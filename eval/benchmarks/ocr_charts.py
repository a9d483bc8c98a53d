"""Reading charts against raw RapidOCR on the same pictures, for several splits into processes and threads.

    python -m chartwell.eval.benchmarks.ocr_charts --images FOLDER --limit 100 [--rounds 2] [--pipeline]

Raw is RapidOCR alone with the same models and settings, in a plain multiprocessing pool, on the same magnified
picture. Ours is OCR, chart reader and node. With `--pipeline` the whole of indexing is timed too: parsing, OCR,
encoding and the store. The clock runs once every worker has loaded its models, except for the whole pipeline,
where it holds the start of the workers. Figures under load say nothing: run it on an idle machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PILImage

from ...indexing.charts.reader import read_chart
from ...indexing.charts.text import chart_node
from ...indexing.documents import WHOLE, Image, Region
from ...indexing.loaders.parsed import FigureBlock
from ...indexing.ocr import RapidOcrEngine
from ...indexing.ocr_pixels import resized, to_bgr
from ...indexing.ocr_words import mended_labels
from ..machine import describe
from .measuring import print_table

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
RAW = "raw RapidOCR, same settings"
Work = Callable[[Path], int]
Split = tuple[int, int]
"""Processes and threads of each; (0, 0) where the side decides itself."""
Side = tuple[str, Split]
Timing = tuple[float, int]
"""Seconds, and lines or nodes."""

_work: list[Work] = []
"""The work of a pool's process: filled once in each of them, since models cannot travel between processes."""


class RawRapidOcr:
    """RapidOCR by itself with the settings of `RapidOcrEngine`."""

    def __init__(self, threads: int) -> None:
        from rapidocr import RapidOCR

        self.engine = RapidOcrEngine(threads=threads)
        self.rapidocr: Any = RapidOCR(params={**self.engine.rapidocr_params(), "Global.text_score": 0.5})

    def __call__(self, path: Path) -> int:
        """Number of lines read."""
        with PILImage.open(path) as image:
            pixels = to_bgr(image)
        pixels = resized(pixels, self.engine.search_scale(pixels.shape[1], pixels.shape[0]))
        found = self.rapidocr(pixels, use_det=True, use_cls=False, use_rec=True)
        return len(found.txts or ())


class ShippedRapidOcr:
    """RapidOCR as it comes, all settings its own but the number of threads."""

    def __init__(self, threads: int) -> None:
        from rapidocr import RapidOCR

        options = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": threads}
        self.rapidocr: Any = RapidOCR(params=options)

    def __call__(self, path: Path) -> int:
        """Number of lines read."""
        return len(self.rapidocr(str(path)).txts or ())


class ChartReader:
    """OCR, chart reader and node, as the pipeline runs them on a figure."""

    def __init__(self, threads: int) -> None:
        self.engine = RapidOcrEngine(threads=threads)

    def __call__(self, path: Path) -> int:
        """Number of lines read."""
        with PILImage.open(path) as image:
            labels = mended_labels(self.engine.read(image))
            figure = FigureBlock(Image(b"", "image/png", image.width, image.height), Region(1, WHOLE))
        chart_node(figure, labels, read_chart(figure, labels))
        return len(labels)


def in_pool(make: Callable[[int], Work], paths: Sequence[Path], processes: int, threads: int) -> Timing:
    """Seconds for all pictures in `processes` processes of `threads` threads, and the lines read."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    with context.Pool(processes, initializer=_prepare, initargs=(partial(make, threads), ready)) as pool:
        ready.wait()
        started = time.perf_counter()
        lines = sum(pool.imap_unordered(_run, paths, chunksize=1))
        return time.perf_counter() - started, lines


def through_pipeline(paths: Sequence[Path]) -> Timing:
    """Seconds to index the pictures into a new collection with `Chartwell.index`, and the nodes made."""
    from ... import Chartwell

    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        pictures.mkdir()
        for path in paths:
            shutil.copy(path, pictures)
        with Chartwell.open(Path(folder) / "collection") as client:
            client.text_encoder.encode_documents(["load the model"])
            started = time.perf_counter()
            report = client.index([pictures])
            return time.perf_counter() - started, report.nodes


def main() -> None:
    """Parse the command line, run every side in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--splits", default="1x2,2x1,2x2", help="processes x threads, with commas between")
    parser.add_argument("--rounds", type=int, default=1, help="parts of the pictures; the sides take turns at each")
    parser.add_argument("--shipped", action="store_true", help="time RapidOCR with its own settings, too")
    parser.add_argument("--pipeline", action="store_true", help="time the whole of indexing, too")
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.images.iterdir() if path.suffix.lower() in SUFFIXES)[: arguments.limit]
    if not paths:
        parser.error(f"no pictures in {arguments.images}")
    splits = [(int(p), int(t)) for p, t in (split.split("x") for split in arguments.splits.split(","))]
    print(f"{describe()}\n{_command(arguments)}\n\n{len(paths)} pictures\n")
    _print(_timed(paths, splits, arguments), len(paths), splits)


def _timed(paths: Sequence[Path], splits: Sequence[Split], arguments: argparse.Namespace) -> dict[Side, Timing]:
    """Seconds and counts of every side, summed over the rounds: a machine that slows down meets all sides alike."""
    sums: dict[Side, Timing] = {}
    for start in range(arguments.rounds):
        part = paths[start :: arguments.rounds]
        for side, run in _sides(splits, shipped=arguments.shipped, pipeline=arguments.pipeline).items():
            seconds, count = run(part)
            before = sums.get(side, (0.0, 0))
            sums[side] = before[0] + seconds, before[1] + count
    return sums


def _sides(splits: Sequence[Split], *, shipped: bool, pipeline: bool) -> dict[Side, Callable[[Sequence[Path]], Timing]]:
    kinds: list[tuple[str, Callable[[int], Work]]] = [(RAW, RawRapidOcr), ("OCR, chart reader, node", ChartReader)]
    if shipped:
        kinds.append(("raw RapidOCR, its own settings", ShippedRapidOcr))
    sides: dict[Side, Callable[[Sequence[Path]], Timing]] = {
        (name, split): partial(_in_pool, make, split) for name, make in kinds for split in splits
    }
    if pipeline:
        sides["Chartwell.index, all of it", (0, 0)] = through_pipeline
    return sides


def _in_pool(make: Callable[[int], Work], split: Split, paths: Sequence[Path]) -> Timing:
    return in_pool(make, paths, *split)


def _print(timings: Mapping[Side, Timing], pictures: int, splits: Sequence[Split]) -> None:
    best = min(timings[RAW, split][0] for split in splits)
    print_table(
        ["", "processes x threads", "s/picture", "lines or nodes", "ratio to the best raw"],
        [
            [
                name,
                f"{split[0]} x {split[1]}" if split[0] else "its own",
                f"{seconds / pictures:.3f}",
                str(count),
                f"{seconds / best:.2f}",
            ]
            for (name, split), (seconds, count) in timings.items()
        ],
    )


def _command(arguments: argparse.Namespace) -> str:
    options = f"--images {arguments.images.name} --limit {arguments.limit} --splits {arguments.splits}"
    if arguments.rounds > 1:
        options += f" --rounds {arguments.rounds}"
    flags = [f" --{name}" for name in ("shipped", "pipeline") if getattr(arguments, name)]
    return f"python -m chartwell.eval.benchmarks.ocr_charts {options}{''.join(flags)}"


def _prepare(make: Callable[[], Work], ready: Any) -> None:  # noqa: ANN401 - a barrier's type is its context's
    work = make()
    with tempfile.TemporaryDirectory() as folder:
        warm_up = Path(folder) / "warm-up.png"
        PILImage.fromarray(np.tile(np.arange(255, dtype=np.uint8), (64, 1))).save(warm_up)
        work(warm_up)
    _work.append(work)
    ready.wait()


def _run(path: Path) -> int:
    return _work[0](path)


if __name__ == "__main__":
    main()
