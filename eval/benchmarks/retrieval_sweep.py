"""Retrieval settings swept one at a time: nDCG@10 by task, and the p of its difference from the default's.

    python -m chartwell.eval.benchmarks.retrieval_sweep --data FOLDER --keep FOLDER

Every question is searched once; what the channels and region alignment found is then fused anew for each setting by
the product's own classes, which takes seconds; what token vectors do to the order of charts is left out. With
`--model` a cross-encoder reads the 50 candidates that the defaults give, and its weight is swept as well. A default is
worth changing where another value is better on average and significantly worse on no task. Folds: `--every 2` takes
every second question from the first on, `--from 1` from the second on.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...retrieval.calibration import Calibration
from ...retrieval.coarse import Ranking, default_channels
from ...retrieval.fusion import Fusion, LinearFusion, ReciprocalRankFusion, WeightedFusion
from ...retrieval.mentioned_documents import DocumentMentions
from ...retrieval.query import Query, parse_query
from ...retrieval.rerank.protocol import Candidate
from ...retrieval.rerank.region_alignment import RegionAlignmentReranker
from ...retrieval.rerank.relevance import with_relevance
from ...retrieval.signals import Signal, node_text, signal_bonus
from ...retrieval.significance import randomisation_p
from ..machine import describe
from .measuring import print_table
from .ranking_scores import ranking_scores
from .retrieval_quality import opened
from .retrieval_tasks import TASKS, Task

if TYPE_CHECKING:
    from ... import Chartwell

_FINE_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings that are swept, with their defaults."""

    fusion: str = "weighted"
    lexical: float = 0.3
    alignment: float = 1.0
    signals: float = 0.3
    mentions: float = 2.0
    relevance: float = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one question: rankings of the channels, raw and calibrated, and for every node its key, its
    alignment, the signals that it holds and, of those that a model has read, its relevance; and which nodes are of
    documents that the question mentions.
    """

    query: Query
    relevant: frozenset[str]
    rankings: Mapping[str, Ranking]
    calibrated: Mapping[str, Ranking]
    keys: Mapping[int, str]
    alignment: Mapping[int, float]
    held: Mapping[int, frozenset[Signal]]
    relevance: Mapping[int, float]
    mentioned: frozenset[int]


SWEEPS: Mapping[str, Sequence[Any]] = {
    "fusion": ("weighted", "calibrated", "rrf"),
    "lexical": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7),
    "alignment": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0),
    "signals": (0.0, 0.15, 0.3, 0.6, 1.0),
    "mentions": (0.0, 0.5, 1.0, 2.0, 4.0),
}


def main() -> None:
    """Search, sweep, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--only", choices=[*TASKS], nargs="+", default=[*TASKS])
    parser.add_argument("--model", default="", help="a cross-encoder's folder or hub name")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="first")
    arguments = parser.parse_args()
    settings = {"reranker": {"model": arguments.model}} if arguments.model else {}
    found: dict[str, list[Found]] = {}
    for name in arguments.only:
        task = TASKS[name](arguments.data, arguments.keep)
        task = replace(task, questions=task.questions[arguments.first :: arguments.every])
        with opened(task, arguments.keep, settings) as client:
            found[task.name] = search(client, task, with_model=bool(arguments.model))
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.retrieval_sweep --data DATA --keep FOLDER\n")
    sweeps = {**SWEEPS, "relevance": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)} if arguments.model else SWEEPS
    rows = [_row(setting, value, found) for setting, values in sweeps.items() for value in values]
    print_table(["setting", "value", *(f"{name} | p" for name in found), "mean"], rows)


def search(client: Chartwell, task: Task, *, with_model: bool = False) -> list[Found]:
    """Everything that the sweep needs of every question."""
    sources = {document.id: document.source for document in client.documents()}
    collection = client.collection
    channels = default_channels(collection, client.text_encoder, client.image_encoder)
    calibration = Calibration(collection, channels)
    mentions = DocumentMentions(collection)
    aligner = RegionAlignmentReranker(lambda tokens: (collection.document_frequency(tokens), collection.node_count()))
    found = []
    for question in task.questions:
        query = parse_query(question.text)
        _, rankings = client.retriever.coarse(query)
        nodes = collection.nodes(sorted({node_id for ranking in rankings.values() for node_id, _ in ranking}))
        aligned = aligner.rerank(query, [Candidate(node, 0.0) for node in nodes.values()])
        names = {name.id: name for name in collection.document_names([node.document_id for node in nodes.values()])}
        texts = {node.id: node_text(node, names.get(node.document_id)) for node in nodes.values()}
        mentioned = mentions.documents(query)
        found.append(
            Found(
                query,
                question.relevant,
                rankings,
                calibration.calibrated(query, rankings, {node.id: node.kind for node in nodes.values()}),
                {node.id: task.key(sources[node.document_id], node.page, node.headings) for node in nodes.values()},
                {item.node_id: item.scores["alignment"] for item in aligned.items},
                {id_: frozenset(signal for signal in query.signals if signal.holds(texts[id_])) for id_ in nodes},
                _relevance(client, query) if with_model else {},
                frozenset(node.id for node in nodes.values() if node.document_id in mentioned),
            )
        )
    return found


def ranked(found: Found, choice: Choice) -> list[str]:
    """The keys in the order that these settings give, repeats included."""
    weights = {"text_vectors": 1 - choice.lexical, "lexical": choice.lexical, "image_vectors": 0.3, "phrases": 0.3}
    fusions: dict[str, Fusion] = {
        "weighted": WeightedFusion(weights),
        "calibrated": LinearFusion(weights),
        "rrf": ReciprocalRankFusion(),
    }
    rankings = found.calibrated if choice.fusion == "calibrated" else found.rankings
    fused = fusions[choice.fusion].fuse(rankings)
    bonus_of_mention = choice.mentions * float(np.std([score for _, score in fused[:_FINE_DEPTH]]))
    fused = [(node_id, score + bonus_of_mention * (node_id in found.mentioned)) for node_id, score in fused]
    fused.sort(key=lambda pair: (-pair[1], pair[0]))
    fine = [(node_id, score + choice.alignment * found.alignment[node_id]) for node_id, score in fused[:_FINE_DEPTH]]
    if found.relevance:
        fine = [pair for pair in fine if pair[0] in found.relevance]
        relevance = np.array([found.relevance[node_id] for node_id, _ in fine])
        judged = with_relevance([score for _, score in fine], relevance, choice.relevance)
        fine = [(node_id, float(score)) for (node_id, _), score in zip(fine, judged, strict=True)]
    scores = [score for _, score in fine]
    bonus = signal_bonus(scores, [found.held[id_] for id_, _ in fine], found.query.signals, choice.signals)
    order = sorted(zip(fine, bonus, strict=True), key=lambda item: (-item[0][1] - item[1], item[0][0]))
    fine_ids = [node_id for (node_id, _), _ in order]
    return [found.keys[node_id] for node_id in (*fine_ids, *(id_ for id_, _ in fused if id_ not in set(fine_ids)))]


def ndcg(found: Sequence[Found], choice: Choice) -> list[float]:
    """nDCG@10 of every question."""
    return [ranking_scores(ranked(one, choice), one.relevant)["nDCG@10"] for one in found]


def _relevance(client: Chartwell, query: Query) -> dict[int, float]:
    explanation = client.retrieve(query.text).explanation
    return dict(explanation.questions[0].rankings.get("relevance", ())) if explanation else {}


def _row(setting: str, value: object, found: Mapping[str, Sequence[Found]]) -> list[str]:
    changed: dict[str, Any] = {setting: value}
    cells, means = [], []
    for questions in found.values():
        own, default = ndcg(questions, replace(Choice(), **changed)), ndcg(questions, Choice())
        means.append(float(np.mean(own)))
        p = "" if own == default else f" | {randomisation_p(own, default):.3f}"
        cells.append(f"{np.mean(own):.3f}{p}")
    default_mark = " (default)" if value == getattr(Choice(), setting) else ""
    return [setting, f"{value}{default_mark}", *cells, f"{np.mean(means):.4f}"]


if __name__ == "__main__":
    main()
