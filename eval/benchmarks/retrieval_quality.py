"""Does the right chart, paragraph, page or section come back? Each stage against the plain way, and long questions.

    python -m chartwell.eval.benchmarks.retrieval_quality --data FOLDER --keep FOLDER

The plain way is what a tutorial builds: the text of each chart (by OCR), page or section in pieces of 1,000
characters with 200 of overlap (RecursiveCharacterTextSplitter), MiniLM, nearest neighbours by FAISS. p is that of the
paired randomisation test on nDCG@10. Long questions are the same behind two sentences of small talk, or about other
items. OpenCQA's items are so alike that other charts and paragraphs answer a third of its questions, too, at least in
part (`still_told.json`); a ranking that puts those first counts as wrong, so these questions are shown apart.
`--keep` holds the collections and OCR results, so that a second run need not index again; `--set` takes
settings: `--set '{"retrieval": {"fusion": "calibrated"}}'`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...indexing.encoders.protocols import TextEncoder
from ...retrieval.explanation import FUSION
from ...retrieval.significance import randomisation_p
from ..machine import describe
from .long_questions import after_other_matters, after_small_talk
from .measuring import print_table
from .ranking_scores import ranking_scores
from .retrieval_tasks import TASKS, Question, Task, Text, plain_pieces

if TYPE_CHECKING:
    from ... import Chartwell

Ranked = list[list[str]]
"""For each question the keys found, best first; a key may come again."""
Search = Callable[[Sequence[Question]], Mapping[str, Ranked]]
"""Questions -> what each way finds."""
Scores = Mapping[str, Sequence[float]]
"""By metric, one number a question."""

_METRICS = ("nDCG@10", "MRR", "recall@1", "recall@5", "recall@10")
_PLAIN, _COARSE, _FINE = "plain", "coarse stage", "both stages"
_STAGES = {"text vectors": "text_vectors", "BM25": "lexical", _COARSE: FUSION}
_DEPTH = 100
_EVIDENCE = 30


def main() -> None:
    """Run every task, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--only", choices=[*TASKS], nargs="+", default=[*TASKS])
    parser.add_argument("--set", type=json.loads, default={}, help="settings as JSON")
    parser.add_argument("--long", type=int, default=200, help="how many questions of a task to ask long; 0 for none")
    arguments = parser.parse_args()
    quality, told, long = [], [], []
    for name in arguments.only:
        task = TASKS[name](arguments.data, arguments.keep)
        with opened(task, arguments.keep, arguments.set) as client:
            ways = (_plain_way(client.text_encoder, task.plain_texts()), stages(client, task))
            scores = measure(task.questions, ways)
            quality += _quality_rows(task, scores)
            told += _told_rows(task, scores)
            if arguments.long:
                every = max(1, len(task.questions) // arguments.long)
                some = replace(task, questions=task.questions[::every])
                long += _long_rows(some, ways, {way: _every(found, every) for way, found in scores.items()})
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.retrieval_quality --data DATA --keep FOLDER\n")
    print_table(["task", "way", *_METRICS, "less plain", "p", "less coarse", "p"], quality)
    if told:
        print("\nBy what other documents tell, nDCG@10\n")
        print_table(["task", "other documents tell", "questions", _PLAIN, _COARSE, _FINE, "not first"], told)
    if long:
        print("\nLong questions, nDCG@10\n")
        print_table(["task", "way", "short", "after small talk", "p", "after other matters", "p"], long)


def opened(task: Task, keep: Path, settings: Mapping[str, Any]) -> Chartwell:
    """The task's collection, indexed."""
    from ... import Chartwell

    client = Chartwell.open(keep / task.collection, **settings)
    client.index(task.paths)
    return client


def stages(client: Chartwell, task: Task) -> Search:
    """Chartwell, stage by stage: one search a question."""
    sources = {document.id: document.source for document in client.documents()}
    keys = {
        node.id: task.key(sources[id_], node.page, node.headings)
        for id_ in sources
        for node in client.collection.nodes_of(id_)
    }

    def search(questions: Sequence[Question]) -> dict[str, Ranked]:
        found: dict[str, Ranked] = {way: [] for way in (*_STAGES, _FINE)}
        for question in questions:
            retrieval = client.retrieve(question.text, top_k=_EVIDENCE)
            if retrieval.explanation is None:
                raise RuntimeError("a search came back without its explanation")
            rankings = retrieval.explanation.questions[0].rankings
            for way, stage in _STAGES.items():
                found[way].append([keys[node_id] for node_id, _ in rankings.get(stage, ())])
            found[_FINE].append([task.key(hit.source, hit.page, hit.headings) for hit in retrieval.evidence])
        return found

    return search


def measure(questions: Sequence[Question], ways: Sequence[Search]) -> dict[str, Scores]:
    """Every metric for every question, by way."""
    scores: dict[str, Scores] = {}
    for search in ways:
        for way, ranked in search(questions).items():
            each = [ranking_scores(keys, question.relevant) for keys, question in zip(ranked, questions, strict=True)]
            scores[way] = {metric: [score[metric] for score in each] for metric in _METRICS}
    return scores


def _plain_way(encoder: TextEncoder, texts: Sequence[Text]) -> Search:
    import faiss

    pieces = plain_pieces(texts)
    index = faiss.IndexFlatIP(encoder.dimension)
    index.add(encoder.encode_documents([piece for _, piece in pieces]))

    def search(questions: Sequence[Question]) -> dict[str, Ranked]:
        _, found = index.search(encoder.encode_queries([question.text for question in questions]), _DEPTH)
        return {_PLAIN: [[pieces[row][0] for row in rows if row >= 0] for rows in found]}

    return search


def _quality_rows(task: Task, scores: Mapping[str, Scores]) -> list[list[str]]:
    name = f"{len(task.questions)} questions, {task.name}"
    return [
        [
            name,
            way,
            *(f"{np.mean(found[metric]):.3f}" for metric in _METRICS),
            *(_difference(found, scores[_PLAIN]) if way != _PLAIN else ["", ""]),
            *(_difference(found, scores[_COARSE]) if way == _FINE else ["", ""]),
        ]
        for way, found in scores.items()
    ]


def _told_rows(task: Task, scores: Mapping[str, Scores]) -> list[list[str]]:
    groups: dict[str, list[int]] = {}
    for index, question in enumerate(task.questions):
        groups.setdefault(question.told_elsewhere, []).append(index)
    missed = [reciprocal < 1.0 for reciprocal in scores[_FINE]["MRR"]]
    return [
        [
            task.name,
            {"": "nothing of it", "in part": "a part", "told": "all of it"}[told],
            str(len(some)),
            *(f"{np.mean([scores[way]['nDCG@10'][index] for index in some]):.3f}" for way in (_PLAIN, _COARSE, _FINE)),
            f"{sum(missed[index] for index in some)} of {sum(missed)}",
        ]
        for told, some in sorted(groups.items())
        if len(groups) > 1
    ]


def _long_rows(task: Task, ways: Sequence[Search], short: Mapping[str, Scores]) -> list[list[str]]:
    lengthened = [after_small_talk(task.questions), after_other_matters(task.questions, task.talk)]
    long = [measure(questions, ways) for questions in lengthened]
    return [
        [
            f"{len(task.questions)} questions, {task.name}",
            way,
            f"{np.mean(short[way]['nDCG@10']):.3f}",
            *(cell for scores in long for cell in _difference(scores[way], short[way])),
        ]
        for way in (_PLAIN, _COARSE, _FINE)
    ]


def _every(scores: Scores, step: int) -> Scores:
    return {metric: values[::step] for metric, values in scores.items()}


def _difference(ours: Scores, theirs: Scores) -> list[str]:
    first, second = ours["nDCG@10"], theirs["nDCG@10"]
    return [f"{np.mean(first) - np.mean(second):+.3f}", f"{randomisation_p(first, second):.4f}"]


if __name__ == "__main__":
    main()
