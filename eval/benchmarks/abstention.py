"""Whether Chartwell says that the documents do not tell, and only then.

    python -m chartwell.eval.benchmarks.abstention --data FOLDER --keep FOLDER

Every question is asked twice: with its evidence in the collection, and with that taken away by a filter, near-copies
of it too: charts and paragraphs of items whose paragraph shares half of its words or whose title shares 70 %, and for
filings every document that the evidence comes from. Four sets: charts and paragraphs of OpenCQA's development items
together, its charts alone, filings, and the sections of Chinese notes. Questions are cut in two by their name; the
logistic model of `generation.abstention` is fitted on one half, and both halves are reported at the threshold that
answers 85 % of the tuning questions whose evidence is there (mean of the sets). `constants` is what the code
has, `fitted` what this run would put there, `mean of two` a plain control.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...generation.abstention import CALIBRATION, MIN_ANSWERABILITY, Answerability, Calibration, Signs
from ...retrieval.rerank.region_alignment import inverse_document_frequency
from ..machine import describe
from .grounding_checks import auroc
from .halves import half_of
from .measuring import print_table
from .retrieval_quality import opened
from .retrieval_tasks import financebench, opencqa_mixed, zh_notes

if TYPE_CHECKING:
    from ... import Chartwell

_ANSWERED = 0.85
_WORDS_SHARED, _TITLE_SHARED = 0.5, 0.7
_STRENGTH = 0.3
"""Inverse of the L2 penalty on standardised signs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set as it was asked once: whether its evidence was there, and the signs of an answer."""

    task: str
    name: str
    there: bool
    signs: Signs


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
    rows = []
    for name, score in ways.items():
        threshold = MIN_ANSWERABILITY if name == "constants" else _threshold(tuning, score)
        for half in ("tune", "report"):
            of_half = [one for one in asked if half_of(one.name) == half]
            tasks = dict.fromkeys(one.task for one in of_half)
            rows += [_row(name, threshold, half, [o for o in of_half if o.task == task], score) for task in tasks]
    header = ["score", "from", "half", "set", "questions", "AUROC", "answered, evidence there", "evidence removed"]
    print_table(header, rows)


def fit(asked: Sequence[Asked]) -> Calibration:
    """A logistic model of the signs, each set counting the same."""
    from sklearn.linear_model import LogisticRegression

    signs = np.array([astuple(one.signs) for one in asked])
    mean, deviation = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    sizes = {task: sum(one.task == task for one in asked) for task in {one.task for one in asked}}
    weights = [len(asked) / len(sizes) / sizes[one.task] for one in asked]
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    model.fit((signs - mean) / deviation, [one.there for one in asked], weights)
    slopes = model.coef_[0] / deviation
    return Calibration(float(model.intercept_[0] - slopes @ mean), Signs(*map(float, slopes)))


def _threshold(asked: Sequence[Asked], score: Score) -> float:
    """The score from which, on the mean of the sets, so many answerable questions are answered."""
    per_task = {
        task: np.array([score(one.signs) for one in asked if one.task == task and one.there])
        for task in {one.task for one in asked}
    }
    candidates = sorted({value for scores in per_task.values() for value in scores}, reverse=True)
    answering = (t for t in candidates if np.mean([(s >= t).mean() for s in per_task.values()]) >= _ANSWERED)
    return float(next(answering))


def _row(name: str, threshold: float, half: str, asked: Sequence[Asked], score: Score) -> list[str]:
    there = [score(one.signs) for one in asked if one.there]
    removed = [score(one.signs) for one in asked if not one.there]
    answered = [f"{np.mean([value >= threshold for value in values]):.1%}" for values in (there, removed)]
    return [name, f"{threshold:.3f}", half, asked[0].task, str(len(there)), f"{auroc(there, removed):.3f}", *answered]


def opencqa(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Charts and paragraphs together, and charts alone."""
    items = [json.loads(line) for line in (data / "opencqa-dev" / "items.jsonl").read_text("utf-8").splitlines()]
    words = [(_words(item["paragraph"]), _words(item["title"])) for item in items]
    with opened(opencqa_mixed(data, keep), keep, {}) as client:
        sources: dict[str, list[str]] = {}
        for document in client.documents():
            sources.setdefault(Path(document.source).stem, []).append(document.source)
        for item, (paragraph, title) in list(zip(items, words, strict=True))[:limit]:
            alike = [
                other
                for other, (its_paragraph, its_title) in zip(items, words, strict=True)
                if _shared(paragraph, its_paragraph) >= _WORDS_SHARED or _shared(title, its_title) >= _TITLE_SHARED
            ]
            removed = sorted(source for other in alike for source in sources.get(other["id"], ()))
            for task, where in (("charts and paragraphs", {}), ("charts", {"kind": "chart"})):
                yield from _twice(client, task, item["id"], item["question"], where, removed)


def filings(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Company filings; a question loses every document that its evidence comes from."""
    items = [json.loads(line) for line in (data / "financebench-dev" / "items.jsonl").read_text("utf-8").splitlines()]
    with opened(financebench(data, keep), keep, {}) as client:
        sources = {Path(document.source).name: document.source for document in client.documents()}
        for item in items[:limit]:
            removed = sorted({sources[evidence["source"]] for evidence in item["evidence"]})
            yield from _twice(client, "filings", item["id"], item["question"], {}, removed)


def notes(data: Path, keep: Path, limit: int | None) -> Iterator[Asked]:
    """Chinese notes, a file for each section; its heading asks for it."""
    from ... import Chartwell

    folder = keep / "zh-section-files"
    folder.mkdir(parents=True, exist_ok=True)
    (path,) = (data / "zh-notes").glob("*.md")
    files = {}
    for number, section in enumerate(re.split(r"(?m)^(?=## )", path.read_text("utf-8"))):
        files[_bare(section.partition("\n")[0])] = folder / f"{number:03d}.md"
        (folder / f"{number:03d}.md").write_text(section, "utf-8")
    with Chartwell.open(keep / "zh-sections") as client:
        client.index([folder])
        for question in zh_notes(data, keep).questions[:limit]:
            removed = [str(files[next(iter(question.relevant))].resolve())]
            text = re.sub(r"^[#\s*\d.、]+|[*#]", "", question.text).strip()
            yield from _twice(client, "Chinese notes", Path(removed[0]).name, text, {}, removed)


def _twice(
    client: Chartwell, task: str, name: str, question: str, where: dict[str, Any], removed: Sequence[str]
) -> Iterator[Asked]:
    collection = client.collection
    answerability = Answerability(
        lambda tokens: inverse_document_frequency(
            tokens, collection.document_frequency(tokens), collection.node_count()
        )
    )
    for there in (True, False):
        scope = where if there else {**where, "source": {"!=": list(removed)}}
        retrieval = client.retrieve(question, 8, scope or None)
        if retrieval.evidence:
            yield Asked(task, name, there, answerability.signs(retrieval))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _shared(some: frozenset[str], others: frozenset[str]) -> float:
    return len(some & others) / max(1, len(some | others))


def _bare(heading: str) -> str:
    return re.sub(r"[*#\s]", "", heading)


if __name__ == "__main__":
    main()
