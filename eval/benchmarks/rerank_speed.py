"""The fine stage's time on 50 candidates: a cross-encoder behind the `Reranker` against raw `CrossEncoder.predict`.

    python -m chartwell.eval.benchmarks.rerank_speed --questions 20

Raw = `CrossEncoder.predict` with its defaults on the same 50 pairs. The model has MiniLM's weights below a head of
random ones: it takes as long as a trained one and ranks nothing. `--model` measures another. Ours cuts, counts,
batches, aligns regions, predicts and combines; both sides take turns on the same questions. The bar is 1.2.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ...indexing.documents import Box, Node, Part, Region
from ...indexing.encoders.weights import resolve_text_model
from ...retrieval.query import Query, parse_query
from ...retrieval.rerank.cross_encoder import CrossEncoderModel
from ...retrieval.rerank.passages import readable_text
from ...retrieval.rerank.protocol import Candidate
from ...retrieval.rerank.region_alignment import RegionAlignmentReranker
from ...retrieval.rerank.relevance import RelevanceReranker
from ..machine import describe
from .measuring import median, print_table

_CANDIDATES = 50
_WORDS = (
    *("revenue", "rose", "margin", "fell", "operating", "income", "segment", "quarter", "adults", "share", "percent"),
    *("survey", "energy", "region", "price", "store", "cash", "debt", "tax", "assets", "growth", "index", "report"),
    *("total", "other", "north", "south", "women", "men", "products", "services"),
)

Timed = tuple[float, float]
"""Seconds by the clock and of processor time."""


def main() -> None:
    """Time both sides in turn, and region alignment apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--model", default="", help="a cross-encoder's folder or hub name")
    arguments = parser.parse_args()
    generator = random.Random(7)  # noqa: S311 - made-up text
    rounds = [_round(generator, number) for number in range(arguments.questions + 1)]
    alignment = RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 100), 10_000))
    with tempfile.TemporaryDirectory() as folder:
        model = arguments.model or _headed_minilm(Path(folder))
        ours = RelevanceReranker(CrossEncoderModel(model), alignment, fall_back=False)
        raw = _raw(model)
        # mypy cannot infer a lambda with default arguments.
        times: list[tuple[Timed, Timed, Timed]] = [
            (
                _timed(lambda q=query, c=candidates: ours.rerank(q, c)),  # type: ignore[misc]  # defaults bind the loop's
                _timed(lambda q=query, c=candidates: raw(q, c)),  # type: ignore[misc]  # defaults bind the loop's
                _timed(lambda q=query, c=candidates: alignment.rerank(q, c)),  # type: ignore[misc]  # defaults bind the loop's
            )
            for query, candidates in rounds
        ]
    # The first round loads the models.
    cross, baseline, aligned = zip(*times[1:], strict=True)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.rerank_speed --questions {arguments.questions}\n")
    print_table(
        [f"fine stage, {_CANDIDATES} candidates", "p50 ms", "p50 processor ms"],
        [
            ["cross-encoder reranker", *_medians(cross)],
            ["raw CrossEncoder.predict", *_medians(baseline)],
            ["ratio", *(f"{median(_column(cross, i)) / median(_column(baseline, i)):.2f}" for i in (0, 1))],
            ["region alignment (tokens known)", *_medians(aligned)],
        ],
    )


def _round(generator: random.Random, number: int) -> tuple[Query, list[Candidate]]:
    """A question with 50 candidates that no other has: passages of 40 to 250 words and charts of 5 to 60 labels."""
    region = (Region(1, Box(0, 0, 1, 1)),)
    candidates = []
    for position in range(_CANDIDATES):
        chart = position % 3 == 0
        lengths = [3] * generator.randint(5, 60) if chart else [20] * generator.randint(2, 12)
        lines = [f"{' '.join(generator.choices(_WORDS, k=length))} {generator.randint(1, 99)}%" for length in lengths]
        parts = tuple(Part(line, region) for line in lines)
        text = ("\n" if chart else " ").join(lines)
        node = Node("chart" if chart else "text", text, parts, region, id=number * _CANDIDATES + position + 1)
        candidates.append(Candidate(node, generator.random()))
    return parse_query(f"What was the {' '.join(generator.sample(_WORDS, 8))} in {1990 + number}?"), candidates


def _headed_minilm(folder: Path) -> str:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    source = resolve_text_model(allow_download=False).path
    torch.manual_seed(7)
    AutoModelForSequenceClassification.from_pretrained(source, num_labels=1).save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, model_max_length=512).save_pretrained(folder)
    return str(folder)


def _raw(model: str) -> Callable[[Query, Sequence[Candidate]], object]:
    from sentence_transformers import CrossEncoder

    encoder = CrossEncoder(model, local_files_only=True)
    return lambda query, candidates: encoder.predict(
        [(query.text, readable_text(candidate.node)) for candidate in candidates], show_progress_bar=False
    )


def _timed(work: Callable[[], object]) -> Timed:
    started, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - spent


def _column(times: Sequence[Timed], index: int) -> list[float]:
    return [pair[index] for pair in times]


def _medians(times: Sequence[Timed]) -> list[str]:
    return [f"{1e3 * median(_column(times, index)):.0f}" for index in (0, 1)]


if __name__ == "__main__":
    main()
