"""What copies of chunks cost: search time, index size and recall with 30 % duplicates, and what finding them takes.

    python -m chartwell.eval.benchmarks.duplicates --nodes 10000

Every question is made of words of one text, and its own text is the one to be found among `--depth` hits. "every node"
searches without regard to copies, "one of each" as the retriever does, "index once" over a collection that holds the
first copy of every text alone: the least that any way of doing it could cost.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...indexing.collection import Collection, Space
from ...indexing.documents import WHOLE, Document, Node, Part, Region
from ...indexing.encoders.protocols import Vectors
from ...indexing.near_duplicates import likeness
from ...indexing.tokens import tokenize
from ..machine import describe
from .measuring import median, print_table

_DIMENSION = 384
_DOCUMENT = 50
"""Nodes of a document."""
_COPIES = 10
"""Nodes with the same text, in as many documents, where a text is copied at all."""


def main() -> None:
    """Build both collections and search them in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=0.3, help="share of the nodes that are copies of another")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--depth", type=int, default=100)
    arguments = parser.parse_args()
    chance = random.Random(7)  # noqa: S311 - made-up text
    texts, copied = _texts(chance, arguments.nodes, arguments.share)
    vectors = dict(zip(dict.fromkeys(texts), _vectors(len(set(texts))), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        rows = _compare(Path(folder), texts, copied, vectors, arguments)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.duplicates --nodes {arguments.nodes}\n")
    print_table(["", "p50 ms", "recall", "distinct texts", "FAISS + tantivy MB", "catalog MB"], rows)
    seconds = _signing_seconds(texts[:1_000])
    print(f"\nSigning a node of 120 words takes {1e3 * seconds:.2f} ms of processor time.")


def _compare(
    folder: Path,
    texts: Sequence[str],
    copied: Sequence[str],
    vectors: dict[str, Vectors],
    arguments: argparse.Namespace,
) -> list[list[str]]:
    chance = random.Random(8)  # noqa: S311 - made-up texts, no secrets
    with Collection.open(folder / "all") as every, Collection.open(folder / "once") as once:
        _fill(every, texts, vectors)
        _fill(once, list(dict.fromkeys(texts)), vectors)
        asked = [chance.choice(copied if number % 2 else texts) for number in range(arguments.questions)]
        questions = [(text, _near(vectors[text], number)) for number, text in enumerate(asked)]
        ways: dict[str, tuple[Collection, bool]] = {
            "every node": (every, False),
            "one of each": (every, True),
            "index once": (once, False),
        }
        return [
            [name, *_measure(collection, distinct, questions, arguments.depth), *_sizes(collection.path)]
            for name, (collection, distinct) in ways.items()
        ]


def _measure(
    collection: Collection,
    distinct: bool,  # noqa: FBT001 - passed on by position from a table of cases
    questions: Sequence[tuple[str, Vectors]],
    depth: int,
) -> list[str]:
    collection.refresh()
    chance = random.Random(9)  # noqa: S311 - made-up texts, no secrets
    seconds, found, distinct_texts = [], [], []
    for text, vector in questions:
        tokens = tokenize(" ".join(chance.sample(text.split(), 8)))
        started = time.perf_counter()
        hits = [
            collection.search_vectors(vector, depth, distinct=distinct),
            collection.search_lexical(tokens, depth, distinct=distinct),
        ]
        seconds.append(time.perf_counter() - started)
        for ranking in hits:
            texts = {node.text for node in collection.nodes([node_id for node_id, _ in ranking]).values()}
            found.append(text in texts)
            distinct_texts.append(len(texts))
    return [f"{1e3 * median(seconds):.1f}", f"{np.mean(found):.3f}", f"{np.mean(distinct_texts):.0f}"]


def _texts(chance: random.Random, count: int, share: float) -> tuple[list[str], list[str]]:
    """Texts in random order, `share` of them copies; and those that have copies."""
    words = [f"{first}{second}{third}" for first in "bdfgklmnprst" for second in "aeiou" for third in "lmnrstxz"]
    copied = int(count * share / (_COPIES - 1))
    own = [
        " ".join(words[min(int(chance.paretovariate(0.6)) - 1, len(words) - 1)] for _ in range(120))
        for _ in range(count - copied * (_COPIES - 1))
    ]
    texts = own + own[:copied] * (_COPIES - 1)
    chance.shuffle(texts)
    return texts, own[:copied]


def _vectors(count: int) -> Vectors:
    vectors = np.random.default_rng(7).standard_normal((count, _DIMENSION)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _near(vector: Vectors, seed: int) -> Vectors:
    noise = np.random.default_rng(seed).standard_normal(_DIMENSION).astype(np.float32) * 0.1
    return np.asarray(vector + noise, dtype=np.float32)


def _fill(collection: Collection, texts: Sequence[str], vectors: dict[str, Vectors]) -> None:
    region = Region(None, WHOLE)
    collection.require_space(Space("text", "made up", _DIMENSION, "made up"))
    with collection.writer() as writer:
        for start in range(0, len(texts), _DOCUMENT):
            part = texts[start : start + _DOCUMENT]
            nodes = [Node("text", text, (Part(text, (region,)),), (region,)) for text in part]
            rows = np.stack([vectors[text] for text in part])
            writer.put(
                Document(f"made-up-{start}", str(start), "text/plain"), nodes, {"text": (range(len(part)), rows)}
            )
        writer.checkpoint()


def _sizes(path: Path) -> list[str]:
    derived = sum(file.stat().st_size for name in ("faiss", "lexical") for file in (path / name).rglob("*"))
    return [f"{derived / 1e6:.1f}", f"{(path / 'catalog.sqlite').stat().st_size / 1e6:.1f}"]


def _signing_seconds(texts: Sequence[str]) -> float:
    likeness("text", texts[0], None).bands()
    started = time.process_time()
    for text in texts:
        likeness("text", text, None).bands()
    return (time.process_time() - started) / len(texts)


if __name__ == "__main__":
    main()
