"""Whether Chartwell says that the documents do not tell, and only then.

    python -m chartwell.eval.benchmarks.abstention --data FOLDER --keep FOLDER

Every question is asked twice: with its evidence in the collection, and with that taken away by a filter, near-copies
of it too: charts and paragraphs of items whose paragraph shares half of its words or whose title shares 70 %, and for
filings every document that the evidence comes from. Four sets: charts and paragraphs of OpenCQA's development items
together, its charts alone, filings, and the sections of Chinese notes. Questions are cut in two by their name; the
logistic model of `generation.abstention` is fitted on one half, and both halves are reported at the threshold that
answers 85 % of the tuning questions whose evidence is there (mean of the sets), and at each set's own that answers
90 % of them; last comes what all questions of a set give where exactly 90 % are answered, a point of their ROC curve.
`constants` is what the code has, `fitted` what this run would put there, `mean of two` a plain control.

OpenCQA's questions are so general ("What do Americans think of gun control?"), and its items so alike, that other
documents than the removed ones often tell, too. `still_told.json` names those, judged by reading the first three
pieces that were found after the removal, wherever answering was at all likely: `told`, what was asked is told of the
same people, place and time, as far as the question names them; `in part`, of some of it. The judge was a language
model that saw question and reference answer; whatever it did not read counts as not told.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from ...generation.abstention import CALIBRATION, MIN_ANSWERABILITY, Calibration, Signs
from ..machine import describe
from .abstention_questions import Asked, filings, notes, opencqa
from .grounding_checks import auroc
from .halves import half_of
from .measuring import print_table

_ANSWERED, _ANSWERED_EACH = 0.85, 0.9
_STRENGTH = 0.3
"""Inverse of the L2 penalty on standardised signs."""


Score = Callable[[Signs], float]


def main() -> None:
    """Ask, fit, and print both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None, help="ask so many questions of each set only")
    arguments = parser.parse_args()
    asked = [
        *opencqa(arguments.data, arguments.keep, arguments.limit),
        *filings(arguments.data, arguments.keep, arguments.limit),
        *notes(arguments.data, arguments.keep, arguments.limit),
    ]
    print(describe())
    report(asked)


def report(asked: Sequence[Asked]) -> None:
    """Fit on the tuning half, print the constants, and what both halves come to."""
    tuning = [one for one in asked if half_of(one.name) == "tune"]
    fitted = fit(tuning)
    rounded = {field.name: round(getattr(fitted.weights, field.name), 2) for field in fields(Signs)}
    print(f"\nintercept {fitted.intercept:.2f}, weights {rounded}\n")
    ways: dict[str, Score] = {
        "constants": CALIBRATION.probability,
        "fitted": fitted.probability,
        "mean of two": lambda signs: (signs.similarity + signs.coverage) / 2,
    }
    at_one, at_own, at_exact = [], [], []
    for name, score in ways.items():
        threshold = MIN_ANSWERABILITY if name == "constants" else _threshold(tuning, score, _ANSWERED)
        for task in dict.fromkeys(one.task for one in asked):
            whole = [one for one in asked if one.task == task]
            at_exact.append(_row(name, _threshold(whole, score, _ANSWERED_EACH), "both", whole, score))
        for half in ("tune", "report"):
            for task in dict.fromkeys(one.task for one in asked):
                of_task = [one for one in asked if one.task == task]
                of_half = [one for one in of_task if half_of(one.name) == half]
                own = _threshold([one for one in of_task if half_of(one.name) == "tune"], score, _ANSWERED_EACH)
                at_one.append(_row(name, threshold, half, of_half, score))
                at_own.append(_row(name, own, half, of_half, score))
    answered = ["answered, evidence there", "removed", "removed, not told", "removed, not even in part"]
    header = ["score", "from", "half", "set", "questions", "AUROC, not told", *answered]
    print_table(header, at_one)
    print(f"\nAt each set's own threshold, which answers {_ANSWERED_EACH:.0%} of its tuning half\n")
    print_table(header, at_own)
    print(f"\nWhere {_ANSWERED_EACH:.0%} of all questions of a set are answered\n")
    print_table(header, at_exact)


def fit(asked: Sequence[Asked]) -> Calibration:
    """A logistic model of the signs, each set counting the same; without questions that other documents answer."""
    from sklearn.linear_model import LogisticRegression

    asked = [one for one in asked if one.there or one.left != "told"]
    signs = np.array([astuple(one.signs) for one in asked])
    mean, deviation = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    sizes = {task: sum(one.task == task for one in asked) for task in {one.task for one in asked}}
    weights = [len(asked) / len(sizes) / sizes[one.task] for one in asked]
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    model.fit((signs - mean) / deviation, [one.there for one in asked], weights)
    slopes = model.coef_[0] / deviation
    return Calibration(float(model.intercept_[0] - slopes @ mean), Signs(*map(float, slopes)))


def _threshold(asked: Sequence[Asked], score: Score, answered: float) -> float:
    """The score from which, on the mean of the sets, such a share of the answerable questions is answered."""
    per_task = {
        task: np.array([score(one.signs) for one in asked if one.task == task and one.there])
        for task in {one.task for one in asked}
    }
    candidates = sorted({value for scores in per_task.values() for value in scores}, reverse=True)
    answering = (t for t in candidates if np.mean([(s >= t).mean() for s in per_task.values()]) >= answered)
    return float(next(answering))


def _row(name: str, threshold: float, half: str, asked: Sequence[Asked], score: Score) -> list[str]:
    removed = [one for one in asked if not one.there]
    groups = [
        [one for one in asked if one.there],
        removed,
        [one for one in removed if one.left != "told"],
        [one for one in removed if not one.left],
    ]
    there, _, not_told, _ = scores = [[score(one.signs) for one in group] for group in groups]
    answered = [f"{np.mean([value >= threshold for value in values]):.1%}" for values in scores]
    return [name, f"{threshold:.3f}", half, asked[0].task, str(len(there)), f"{auroc(there, not_told):.3f}", *answered]


if __name__ == "__main__":
    main()
