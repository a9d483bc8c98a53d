"""Whether `compare` finds what is there, and nothing where nothing is.

    python -m chartwell.eval.benchmarks.compare_power [--scores RUN] [--items 500] [--comparisons 100]

Rankings of 500 questions are drawn: each question has a difficulty, and each system finds its document at a rank drawn
for that difficulty, so that two systems agree as far as two good rankings do. A/A: both systems are equally good. A/B:
the second is better by 0.03 of mean nDCG@10, the true mean, not that of the sample. Every comparison is over nDCG@10,
MRR and recall@1, 5 and 10, with Holm's correction. With `--scores`, the difficulties are those of a run's own nDCG@10
at the level of pages or documents. Printed: how often something is found, and the power that the smallest detectable
effect promises.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..comparison.paired_statistics import Difference, differences
from ..machine import describe
from ..runs.run import Run
from .measuring import print_table

PLANTED = 0.03
_PLACES = 31
"""Ranks 1 to 30, and not found."""
_AGREEMENT = 0.8
"""Share of questions at which two equally good systems draw the same rank."""
Floats = NDArray[np.float64]


def main() -> None:
    """Draw the comparisons and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, help="a run whose questions are as hard")
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--comparisons", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.compare_power\n")
    rng = np.random.default_rng(arguments.seed)
    goodness = _goodness(arguments.scores, arguments.items, rng)
    rows = []
    for name, planted in (("A/A", 0.0), ("A/B, nDCG@10 better by 0.03", PLANTED)):
        started = time.process_time()
        found = [compared(goodness, planted, rng) for _ in range(arguments.comparisons)]
        seconds = (time.process_time() - started) / arguments.comparisons
        rows.append(_row(name, found, seconds))
    header = ["comparison", "number", "anything found", "nDCG@10 found", "mean difference", "detectable", "CPU s each"]
    print_table(header, rows)


def compared(goodness: Floats, planted: float, rng: np.random.Generator) -> list[Difference]:
    """Two systems on the same questions: the first as good as it is, the second better by `planted`."""
    better = _raised(goodness, planted)
    draws, others = rng.random((2, len(goodness)))
    # Where they agree, both see the question the same way: one draw, read by either goodness.
    agreed = np.where(rng.random(len(goodness)) < _AGREEMENT, draws, others)
    metrics = list(_metrics(np.array([1])))
    return differences(_scores(_ranks(goodness, draws)), _scores(_ranks(better, agreed)), metrics)


def expected(goodness: Floats) -> float:
    """The true mean nDCG@10 of a system."""
    gains = _metrics(np.arange(1, _PLACES + 1))["nDCG@10"]
    return float(np.mean(_shares(goodness) @ gains))


def _goodness(run: Path | None, items: int, rng: np.random.Generator) -> Floats:
    if run is None:
        return rng.beta(1.6, 1.0, items)
    scores = Run.open(run).scores
    known = [values.get("page.nDCG@10", values.get("document.nDCG@10")) for values in scores.values()]
    found = np.array([value for value in known if value is not None])
    # A question's one score says little of how hard it is: it is drawn to the mean of all.
    goodness: Floats = np.clip(0.7 * rng.choice(found, items) + 0.3 * found.mean(), 0.02, 0.98)
    return goodness


def _shares(goodness: Floats) -> Floats:
    """`(n, 31)` chances of each rank: geometric in the question's goodness, the last for what is not found."""
    places = np.arange(_PLACES - 1)
    shares = goodness[:, None] * (1 - goodness[:, None]) ** places
    return np.column_stack([shares, 1 - shares.sum(axis=1)])


def _ranks(goodness: Floats, draws: Floats) -> NDArray[np.int64]:
    places: NDArray[np.int64] = 1 + (np.cumsum(_shares(goodness), axis=1) < draws[:, None]).sum(axis=1).clip(
        max=_PLACES - 1
    )
    return places


def _raised(goodness: Floats, by: float) -> Floats:
    """Goodness raised towards 1 so far that the true mean nDCG@10 is better by `by`."""
    if by == 0:
        return goodness
    from scipy.optimize import brentq

    wanted = expected(goodness) + by
    share = brentq(lambda x: expected(goodness + x * (1 - goodness)) - wanted, 0.0, 1.0)
    raised: Floats = goodness + share * (1 - goodness)
    return raised


def _metrics(found: NDArray[np.int64]) -> Mapping[str, Floats]:
    reciprocal = np.where(found < _PLACES, 1 / found, 0.0)
    return {
        "nDCG@10": np.where(found <= 10, 1 / np.log2(found + 1), 0.0),
        "MRR": reciprocal,
        **{f"recall@{depth}": (found <= depth).astype(np.float64) for depth in (1, 5, 10)},
    }


def _scores(found: NDArray[np.int64]) -> dict[str, dict[str, float | None]]:
    columns = {name: values.tolist() for name, values in _metrics(found).items()}
    return {str(index): {name: values[index] for name, values in columns.items()} for index in range(len(found))}


def _row(name: str, found: Sequence[Sequence[Difference]], seconds: float) -> list[str]:
    leading = [one[0] for one in found]
    return [
        name,
        str(len(found)),
        str(sum(any(metric.significant for metric in one) for one in found)),
        str(sum(one.significant for one in leading)),
        f"{np.mean([one.difference for one in leading]):+.4f}",
        f"{np.mean([one.detectable or 0.0 for one in leading]):.4f}",
        f"{seconds:.2f}",
    ]


if __name__ == "__main__":
    main()
