"""Search, warm: the coarse stage against its raw parts, and the fine stage apart.

    python -m chartwell.eval.benchmarks.search_speed --nodes 10000

Raw = encoding the question + searching a bare FAISS index + searching a bare tantivy index, over the same nodes.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...indexing.collection import Collection
from ...indexing.documents import Box, Document, Node, Part, Region
from ...indexing.encoders.protocols import TextEncoder, Vectors
from ...indexing.tokens import query_tokens, tokenize
from .machine import describe
from .measuring import median, print_table

_SYLLABLES = ("ra", "ten", "mo", "li", "sku", "var", "on", "pel", "dis", "qua", "ne", "tor", "bi", "sal", "gen", "hu")
_DEPTH = 100


def main() -> None:
    """Build a collection of made-up nodes, then time both sides in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    from ... import Chartwell

    generator = random.Random(7)  # noqa: S311 - made-up text
    words = sorted({"".join(generator.choices(_SYLLABLES, k=generator.randint(2, 4))) for _ in range(20_000)})
    texts = [_text(generator, words) for _ in range(arguments.nodes)]
    with tempfile.TemporaryDirectory() as folder, Chartwell.open(Path(folder) / "collection") as client:
        vectors = _vectors(arguments.nodes, client.text_encoder.dimension)
        _fill(client.collection, client.text_encoder, texts, vectors)
        questions = [_question(generator, texts) for _ in range(arguments.questions)]
        raw = _raw_search(client.text_encoder, texts, vectors)
        retriever = client.retriever
        from ...retrieval.query import parse_query

        def coarse(question: str) -> None:
            retriever.coarse(parse_query(question), _DEPTH)

        def fine(question: str) -> None:
            stages.append(retriever.retrieve(question).seconds)

        stages: list[dict[str, float]] = []
        for question in questions[:5]:
            coarse(question)
            raw(question)
        pairs = [(_timed(coarse, question), _timed(raw, question)) for question in questions]
        for question in questions:
            fine(question)
    ours, theirs = zip(*pairs, strict=True)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.search_speed --nodes {arguments.nodes}\n")
    print_table(
        ["", "p50 ms", "p95 ms"],
        [
            ["coarse stage", *_milliseconds(ours)],
            ["raw: encode + FAISS + tantivy", *_milliseconds(theirs)],
            ["ratio", f"{median(ours) / median(theirs):.2f}", ""],
            ["fine stage (50 candidates)", *_milliseconds([stage["rerank"] for stage in stages])],
            ["evidence", *_milliseconds([stage["evidence"] for stage in stages])],
        ],
    )


def _text(generator: random.Random, words: list[str]) -> str:
    # Word frequencies fall off as in natural text (Zipf), so that posting lists have realistic lengths.
    return " ".join(words[min(int(generator.paretovariate(0.6)) - 1, len(words) - 1)] for _ in range(120))


def _question(generator: random.Random, texts: list[str]) -> str:
    return " ".join(generator.sample(generator.choice(texts).split(), 8))


def _vectors(count: int, dimension: int) -> Vectors:
    vectors = np.random.default_rng(7).standard_normal((count, dimension)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _fill(
    collection: Collection,
    encoder: TextEncoder,
    texts: list[str],
    vectors: Vectors,
) -> None:
    from ...indexing.collection import Space

    region = Region(None, Box(0, 0, 1, 1))
    with collection.writer() as writer:
        collection.require_space(Space("text", encoder.fingerprint, encoder.dimension, encoder.name))
        for start in range(0, len(texts), 100):
            nodes = [
                Node(
                    "text",
                    text,
                    tuple(Part(" ".join(text.split()[i : i + 15]), (region,)) for i in range(0, 120, 15)),
                    (region,),
                    ordinal=ordinal,
                )
                for ordinal, text in enumerate(texts[start : start + 100])
            ]
            document = Document(f"made-up-{start}", str(start), "text/plain")
            writer.put(document, nodes, {"text": (range(len(nodes)), vectors[start : start + len(nodes)])})


def _raw_search(encoder: TextEncoder, texts: list[str], vectors: Vectors) -> Callable[[str], None]:
    import faiss
    import tantivy

    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    schema = tantivy.SchemaBuilder().add_text_field("body", tokenizer_name="whitespace").build()
    lexical = tantivy.Index(schema)
    writer = lexical.writer()
    for text in texts:
        writer.add_document(tantivy.Document(body=" ".join(tokenize(text))))
    writer.commit()
    lexical.reload()
    searcher = lexical.searcher()

    def search(question: str) -> None:
        flat.search(encoder.encode_queries([question]), _DEPTH)
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", t)) for t in query_tokens(question)]
        searcher.search(tantivy.Query.boolean_query(terms), _DEPTH)

    return search


def _timed(search: Callable[[str], None], question: str) -> float:
    started = time.perf_counter()
    search(question)
    return time.perf_counter() - started


def _milliseconds(seconds: list[float] | tuple[float, ...]) -> tuple[str, str]:
    return f"{1e3 * median(seconds):.1f}", f"{1e3 * float(np.quantile(seconds, 0.95)):.1f}"


if __name__ == "__main__":
    main()
