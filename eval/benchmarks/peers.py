"""Chartwell beside txtai, LangChain and LlamaIndex: the same documents, the same encoder, one table.

    python -m chartwell.eval.benchmarks.peers --data FOLDER --keep FOLDER --python PEERS/bin/python

The peers live in an environment of their own, so that they cannot change Chartwell's:

    python -m venv PEERS
    PEERS/bin/pip install sentence-transformers txtai langchain-classic langchain-community rank-bm25 faiss-cpu \
        llama-index-core llama-index-retrievers-bm25

Every system runs in a process of its own and reads MiniLM from the same folder. The peers get the texts in pieces of
1,000 characters with 200 of overlap; Chartwell gets them as text files and cuts them itself (its indexing time has
the worker processes and the writing to disk in it, the peers keep theirs in memory). Of charts all get the OCR's
text, since none of the peers reads charts; `charts-as-read` gives the peers the texts of Chartwell's nodes
instead, which shows how much comes from reading and how much from retrieval. p: paired randomisation test against
Chartwell on nDCG@10.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...indexing.encoders.weights import resolve_text_model
from ...retrieval.significance import randomisation_p
from ..machine import describe
from . import peer_systems
from .measuring import median, print_table
from .ranking_scores import ranking_scores
from .retrieval_tasks import TASKS, Question, Task, Text, plain_pieces

_PEERS = ("txtai", "langchain", "llamaindex")
_AS_READ = "charts-as-read"
_HEADER = ("system", "indexing s", "query p50 ms", "processor ms a query", "nDCG@10", "less Chartwell", "p")
_DEPTH = 30
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class _Run:
    """What one system did: its name, seconds (of the processor for all questions), and the keys found for each."""

    system: str
    index_seconds: float | None
    query_seconds: Sequence[float]
    processor_seconds: float
    ranked: Sequence[Sequence[str]]


def main() -> None:
    """Run every system on every set of documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="as for retrieval_quality")
    parser.add_argument("--python", type=Path, required=True, help="the interpreter of the peers' environment")
    parser.add_argument("--sets", choices=[*TASKS, _AS_READ], nargs="+", default=["charts", _AS_READ, "paragraphs"])
    parser.add_argument("--peers", choices=_PEERS, nargs="+", default=_PEERS)
    parser.add_argument("--questions", type=int, default=None, help="only so many; the documents are all the same")
    arguments = parser.parse_args()
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.peers --data DATA --keep FOLDER --python PYTHON")
    for name in arguments.sets:
        task = TASKS["charts" if name == _AS_READ else name](arguments.data, arguments.keep)
        task = replace(task, questions=_spread(task.questions, arguments.questions))
        if name == _AS_READ:
            ours, texts = _kept(task, arguments.keep)
        else:
            texts = task.plain_texts()
            ours = _chartwell(task, texts)
        runs = [ours, *_peers(arguments, task, texts)]
        print(f"\n{len(task.questions)} questions, {name}\n")
        print_table(_HEADER, _rows(task, runs))
        sys.stdout.flush()


def _spread(questions: tuple[Question, ...], wanted: int | None) -> tuple[Question, ...]:
    """So many of the questions, evenly spread over them."""
    return questions if wanted is None else questions[:: max(1, len(questions) // wanted)][:wanted]


def _chartwell(task: Task, texts: Sequence[Text]) -> _Run:
    from ... import Chartwell

    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        keys = {f"{number}.txt": key for number, (key, _) in enumerate(texts)}
        for name, (_, text) in zip(keys, texts, strict=True):
            (documents / name).write_text(text, "utf-8")
        with Chartwell.open(Path(folder) / "collection") as client:
            client.text_encoder.encode_documents(["load the model"])
            started = time.perf_counter()
            client.index([documents])
            seconds = time.perf_counter() - started
            return _asked(client, task, seconds, lambda hit: keys[Path(hit.source).name])


def _kept(task: Task, keep: Path) -> tuple[_Run, list[Text]]:
    """The collection of charts read from pixels, and the texts of its nodes."""
    from ... import Chartwell

    with Chartwell.open(keep / task.collection) as client:
        client.index(task.paths)
        texts = [
            (task.key(document.source, node.page, node.headings), node.embedding_text)
            for document in client.documents()
            for node in client.collection.nodes_of(document.id)
        ]
        return _asked(client, task, None, lambda hit: task.key(hit.source, hit.page, hit.headings)), texts


def _asked(client: Any, task: Task, index_seconds: float | None, key: Any) -> _Run:  # noqa: ANN401 - see the callers
    for question in task.questions[:_WARM_UP]:
        client.search(question.text, top_k=_DEPTH)
    seconds, ranked, spent = [], [], time.process_time()
    for question in task.questions:
        started = time.perf_counter()
        found = client.search(question.text, top_k=_DEPTH)
        seconds.append(time.perf_counter() - started)
        ranked.append([key(hit) for hit in found])
    return _Run("Chartwell", index_seconds, seconds, time.process_time() - spent, ranked)


def _peers(arguments: argparse.Namespace, task: Task, texts: Sequence[Text]) -> list[_Run]:
    job = {
        "model": str(resolve_text_model(allow_download=False).path),
        "pieces": plain_pieces(texts),
        "questions": [question.text for question in task.questions],
        "depth": _DEPTH,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), "utf-8")
        return [_peer(arguments.python, peer, path) for peer in arguments.peers]


def _peer(python: Path, peer: str, job: Path) -> _Run:
    # Not this environment's packages, and nothing fetched.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), peer_systems.__file__, peer, str(job)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env={**environment, "HF_HUB_OFFLINE": "1"},
    )
    if done.returncode:
        sys.exit(f"{peer} ended with status {done.returncode}: is it installed where {python} is?")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    name = f"{peer} {result['version']}"
    seconds, spent = result["query_seconds"], result["query_processor_seconds"]
    return _Run(name, result["index_seconds"], seconds, spent, result["ranked"])


def _rows(task: Task, runs: Sequence[_Run]) -> list[list[str]]:
    scores = [
        [
            ranking_scores(found, question.relevant)["nDCG@10"]
            for found, question in zip(run.ranked, task.questions, strict=True)
        ]
        for run in runs
    ]
    return [
        [
            run.system,
            "" if run.index_seconds is None else f"{run.index_seconds:.1f}",
            f"{1e3 * median(run.query_seconds):.1f}",
            f"{1e3 * run.processor_seconds / len(run.query_seconds):.1f}",
            f"{np.mean(own):.3f}",
            *(["", ""] if own is scores[0] else [_less(own, scores[0]), f"{randomisation_p(own, scores[0]):.4f}"]),
        ]
        for run, own in zip(runs, scores, strict=True)
    ]


def _less(own: Sequence[float], ours: Sequence[float]) -> str:
    return f"{np.mean(own) - np.mean(ours):+.3f}"


if __name__ == "__main__":
    main()
