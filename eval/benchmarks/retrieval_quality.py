"""Does the right chart, page or section come back? Coarse stage and both stages against the plain way.

    python -m chartwell.eval.benchmarks.retrieval_quality --data FOLDER --keep FOLDER

The plain way is what a tutorial builds: the text of each chart, page or section cut into 1,000 characters with 200
of overlap, MiniLM, nearest neighbours. `--keep` holds the collections, so that a second run need not index again.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...indexing.documents import Node
from ...indexing.encoders.protocols import Vectors
from ...retrieval.query import parse_query
from .machine import describe
from .measuring import print_table


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the keys of what is relevant (a file, a file and page, a heading)."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """A data set: what to index, the questions, and the key of what is found: from source, page and headings."""

    name: str
    paths: tuple[Path, ...]
    questions: tuple[Question, ...]
    key: Callable[[str, int | None, Sequence[str]], str]


def main() -> None:
    """Run every task that the data folder has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--only", choices=["opencqa", "financebench", "zh", "zh-traditional"])
    arguments = parser.parse_args()
    tasks = {
        "opencqa": _opencqa,
        "financebench": _financebench,
        "zh": _zh_notes,
        "zh-traditional": _zh_notes_asked_in_traditional,
    }
    rows = []
    for name, make in tasks.items():
        if arguments.only in (None, name):
            rows += _run(make(arguments.data), arguments.keep / name.removesuffix("-traditional"))
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.retrieval_quality --data DATA --keep FOLDER\n")
    print_table(["task", "way", "nDCG@10", "MRR", "recall@1", "recall@5", "recall@10"], rows)


def _opencqa(data: Path) -> Task:
    folder = data / "opencqa-dev"
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    questions = tuple(Question(item["question"], frozenset({Path(item["chart"]).name})) for item in items)
    return Task("opencqa: chart", (folder / "charts",), questions, lambda source, *_: Path(source).name)


def _financebench(data: Path) -> Task:
    folder = data / "financebench-dev"
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    questions = tuple(
        Question(item["question"], frozenset(f"{e['source']}:{e['page']}" for e in item["evidence"])) for item in items
    )
    return Task(
        "financebench: page", (folder / "pdfs",), questions, lambda source, page, _: f"{Path(source).name}:{page}"
    )


def _zh_notes(data: Path) -> Task:
    folder = data / "zh-notes"
    headings = [
        _plain(line.removeprefix("## "))
        for path in sorted(folder.glob("*.md"))
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("## ") and "**" in line
    ]
    questions = tuple(Question(heading, frozenset({heading})) for heading in headings)

    def key(_source: str, _page: int | None, path: Sequence[str]) -> str:
        return next((_plain(heading) for heading in path if _plain(heading) in known), "")

    known = frozenset(headings)
    return Task("zh-notes: section", (folder,), questions, key)


def _zh_notes_asked_in_traditional(data: Path) -> Task:
    """The same questions in Traditional Chinese, about the Simplified notes."""
    import opencc

    convert = opencc.OpenCC("s2t").convert
    task = _zh_notes(data)
    questions = tuple(replace(question, text=convert(question.text)) for question in task.questions)
    return replace(task, name="zh-notes, asked in Traditional", questions=questions)


def _plain(heading: str) -> str:
    return re.sub(r"[*#\s]", "", heading)


def _run(task: Task, folder: Path) -> list[list[str]]:
    from ... import Chartwell

    with Chartwell.open(folder) as client:
        client.index(task.paths)
        sources = {document.id: document.source for document in client.documents()}
        nodes = {node.id: node for id_ in sources for node in client.collection.nodes_of(id_)}
        keys = {id_: task.key(sources[node.document_id], node.page, node.headings) for id_, node in nodes.items()}

        def coarse(question: str) -> list[str]:
            ranking, _ = client.retriever.coarse(parse_query(question))
            return [keys[id_] for id_, _ in ranking]

        def channel(name: str) -> Callable[[str], list[str]]:
            def search(question: str) -> list[str]:
                _, rankings = client.retriever.coarse(parse_query(question))
                return [keys[id_] for id_, _ in rankings[name]]

            return search

        def both(question: str) -> list[str]:
            found = client.search(question, top_k=30)
            return [task.key(evidence.source, evidence.page, evidence.headings) for evidence in found]

        ways = {
            "plain": _plain_way(client.text_encoder.encode_documents, client.text_encoder.encode_queries, nodes, keys),
            "text vectors": channel("text_vectors"),
            "BM25": channel("lexical"),
            "coarse stage": coarse,
            "both stages": both,
        }
        return [[task.name, name, *_scores(task.questions, way)] for name, way in ways.items()]


def _plain_way(
    encode_documents: Callable[[Sequence[str]], Vectors],
    encode_queries: Callable[[Sequence[str]], Vectors],
    nodes: dict[int, Node],
    keys: dict[int, str],
) -> Callable[[str], list[str]]:
    texts: dict[str, list[str]] = {}
    for id_, node in nodes.items():
        texts.setdefault(keys[id_], []).append(node.text)
    pieces = [(key, piece) for key, parts in texts.items() for piece in _cut("\n".join(parts))]
    vectors = encode_documents([piece for _, piece in pieces])

    def search(question: str) -> list[str]:
        order = np.argsort(-(vectors @ encode_queries([question])[0]), kind="stable")
        return [pieces[index][0] for index in order[:100]]

    return search


def _cut(text: str, size: int = 1_000, overlap: int = 200) -> list[str]:
    return [text[start : start + size] for start in range(0, max(1, len(text) - overlap), size - overlap)]


def _scores(questions: Sequence[Question], search: Callable[[str], list[str]]) -> list[str]:
    ndcg, reciprocal, recalls = [], [], {1: [], 5: [], 10: []}  # type: ignore[var-annotated]
    for question in questions:
        ranked = list(dict.fromkeys(search(question.text)))
        hits = [rank for rank, key in enumerate(ranked, start=1) if key in question.relevant]
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(question.relevant)) + 1))
        ndcg.append(sum(1 / math.log2(rank + 1) for rank in hits if rank <= 10) / ideal)
        reciprocal.append(1 / hits[0] if hits else 0.0)
        for depth, found in recalls.items():
            found.append(sum(rank <= depth for rank in hits) / len(question.relevant))
    means = [np.mean(ndcg), np.mean(reciprocal), *(np.mean(found) for found in recalls.values())]
    return [f"{mean:.3f}" for mean in means]


if __name__ == "__main__":
    main()
