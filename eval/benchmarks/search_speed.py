"""Search, warm: the coarse stage against its raw parts, the fine stage apart, and many searches at a time.

    python -m chartwell.eval.benchmarks.search_speed --nodes 10000
    python -m chartwell.eval.benchmarks.search_speed --collection kb --asked items.jsonl

Raw = encoding the question + searching a bare FAISS index + searching a bare tantivy index, over the same nodes. The
bare FAISS index is the one that the collection has saved, opened and searched with the same parameters without
Chartwell. At a time = whole searches, both stages, from 16 threads, against one after the other, all of which have been
asked before, the median of three runs: the ratio can reach the number of cores and, since questions that wait are
encoded together, more. Bars: 2 for the coarse stage, 1.5 for searches at a time on two cores. With `--collection` only
whole searches are timed, of questions of your own (a JSON line each, with "question"). A million made-up nodes take
4 GiB of memory, 7 of disk and some half an hour; on a machine that does other things compare processor time, and
ratios only.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...indexing.collection import Collection
from ...indexing.documents import Box, Document, Node, Part, Region
from ...indexing.encoders.one_thread import one_thread
from ...indexing.encoders.protocols import TextEncoder, Vectors
from ...indexing.encoders.weights import resolve_text_model
from ...indexing.faiss_factory import search_parameters
from ...indexing.node_encoding import text_fingerprint
from ...indexing.tokens import query_tokens, tokenize
from ..machine import describe
from .index_size import made_up_vectors
from .measuring import median, print_table

if TYPE_CHECKING:
    from ...retrieval.retriever import Retriever

_SYLLABLES = ("ra", "ten", "mo", "li", "sku", "var", "on", "pel", "dis", "qua", "ne", "tor", "bi", "sal", "gen", "hu")
_WORDS_A_NODE = 120
_DEPTH = 100
_NODES_A_DOCUMENT = 1_000
_ASKED_ABOUT = 1_000
"""Nodes whose words the questions are made of."""
_RUNS = 3

Seconds = tuple[float, float]
"""By the clock, and of processor time."""


def main() -> None:
    """Build a collection of made-up nodes, then time both sides in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--collection", type=Path, help="search this one, for the questions of --asked")
    parser.add_argument("--asked", type=Path, help="JSON lines with questions")
    arguments = parser.parse_args()
    if bool(arguments.collection) != bool(arguments.asked):
        parser.error("--collection and --asked go together")
    if arguments.collection:
        _of_a_collection(arguments)
    else:
        _of_made_up_nodes(arguments)


def _of_a_collection(arguments: argparse.Namespace) -> None:
    from ... import Chartwell

    lines = [line for line in arguments.asked.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [json.loads(line)["question"] for line in lines[: arguments.questions]]
    with Chartwell.open(arguments.collection, create=False) as client:
        for question in questions:
            client.retriever.retrieve(question)
        alone, together = _whole_searches(client.retriever, questions, arguments.threads)
    print(f"{describe()}\n{len(questions)} questions to {arguments.collection.name}\n")
    _print_whole_searches(alone, together, len(questions), arguments.threads)


def _of_made_up_nodes(arguments: argparse.Namespace) -> None:
    from ... import Chartwell
    from ...retrieval.query import parse_query

    generator = random.Random(7)  # noqa: S311 - made-up questions
    known = list(islice(made_up_texts(arguments.nodes), _ASKED_ABOUT))
    questions = [_question(generator, known) for _ in range(arguments.questions)]
    with tempfile.TemporaryDirectory() as folder, Chartwell.open(Path(folder) / "collection") as client:
        started, spent = time.perf_counter(), time.process_time()
        vectors = made_up_vectors(arguments.nodes, client.text_encoder.dimension)
        _fill(client.collection, client.text_encoder, made_up_texts(arguments.nodes), vectors)
        del vectors
        filled = time.perf_counter() - started, time.process_time() - spent
        raw = _raw_search(client.text_encoder, made_up_texts(arguments.nodes), client.collection.path)
        retriever = client.retriever

        def coarse(question: str) -> None:
            retriever.coarse(parse_query(question), _DEPTH)

        for question in questions[:5]:
            coarse(question)
            raw(question)
            retriever.retrieve(question)
        pairs = [(_timed(coarse, question), _timed(raw, question)) for question in questions]
        by_threads = _encoding_by_threads(questions)
        stages = [retriever.retrieve(question).seconds for question in questions]
        alone, together = _whole_searches(retriever, questions, arguments.threads)
    ours, theirs = zip(*pairs, strict=True)
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.search_speed --nodes {arguments.nodes}")
    print(f"filled in {filled[0]:.0f} s, {filled[1]:.0f} of the processor\n")
    print_table(
        ["", "p50 ms", "p95 ms"],
        [
            ["coarse stage", *_milliseconds(ours)],
            ["raw: encode + FAISS + tantivy", *_milliseconds(theirs)],
            ["ratio", f"{median(ours) / median(theirs):.2f}", ""],
            ["fine stage (50 candidates)", *_milliseconds([stage["rerank"] for stage in stages])],
            ["evidence", *_milliseconds([stage["evidence"] for stage in stages])],
            *([f"raw encoding, {name}", *_milliseconds(seconds)] for name, seconds in by_threads.items()),
        ],
    )
    print()
    _print_whole_searches(alone, together, len(questions), arguments.threads)


def made_up_texts(count: int, seed: int = 7) -> Iterator[str]:
    """Texts of `_WORDS_A_NODE` made-up words, the same at every call."""
    generator = random.Random(seed)  # noqa: S311 - made-up words
    words = sorted({"".join(generator.choices(_SYLLABLES, k=generator.randint(2, 4))) for _ in range(20_000)})
    # Word frequencies fall off as in natural text (Zipf), so that posting lists have realistic lengths.
    ranks = np.random.default_rng(seed)
    for _ in range(count):
        yield " ".join([words[at] for at in np.minimum(ranks.pareto(0.6, _WORDS_A_NODE), len(words) - 1).astype(int)])


def _question(generator: random.Random, texts: list[str]) -> str:
    return " ".join(generator.sample(generator.choice(texts).split(), 8))


def _fill(
    collection: Collection,
    encoder: TextEncoder,
    texts: Iterator[str],
    vectors: Vectors,
) -> None:
    from ...indexing.collection import Space

    region = Region(None, Box(0, 0, 1, 1))
    with collection.writer() as writer:
        collection.require_space(Space("text", text_fingerprint(encoder), encoder.dimension, encoder.name))
        for start in range(0, len(vectors), _NODES_A_DOCUMENT):
            nodes = [
                Node(
                    "text",
                    text,
                    tuple(Part(" ".join(text.split()[i : i + 15]), (region,)) for i in range(0, _WORDS_A_NODE, 15)),
                    (region,),
                    ordinal=ordinal,
                )
                for ordinal, text in enumerate(islice(texts, _NODES_A_DOCUMENT))
            ]
            document = Document(f"made-up-{start}", str(start), "text/plain")
            writer.put(document, nodes, {"text": (range(len(nodes)), vectors[start : start + len(nodes)])})


def _raw_search(encoder: TextEncoder, texts: Iterator[str], collection: Path) -> Callable[[str], None]:
    import faiss
    import tantivy

    index: Any = faiss.read_index(str(next((collection / "faiss").glob("*.faiss"))))
    parameters = search_parameters(index, _DEPTH, None, 1.0)
    faiss.omp_set_num_threads(1)
    schema = tantivy.SchemaBuilder().add_text_field("body", tokenizer_name="whitespace").build()
    beside = collection.with_name("raw")
    beside.mkdir()
    lexical = tantivy.Index(schema, path=str(beside))
    writer = lexical.writer()
    for text in texts:
        writer.add_document(tantivy.Document(body=" ".join(tokenize(text))))
    writer.commit()
    lexical.reload()
    searcher = lexical.searcher()

    def search(question: str) -> None:
        index.search(encoder.encode_queries([question]), _DEPTH, params=parameters)
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", t)) for t in query_tokens(question)]
        searcher.search(tantivy.Query.boolean_query(terms), _DEPTH)

    return search


def _encoding_by_threads(questions: Sequence[str]) -> dict[str, list[float]]:
    """Seconds that plain sentence-transformers takes for each question, on one thread and on all, in turn."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(resolve_text_model(allow_download=False).path), device="cpu")
    model.encode(list(questions[:1]))
    seconds: dict[str, list[float]] = {"one thread": [], "all threads": []}
    for question in questions:
        with one_thread():
            seconds["one thread"].append(_timed(lambda text: model.encode([text]), question))
        seconds["all threads"].append(_timed(lambda text: model.encode([text]), question))
    return seconds


def _whole_searches(retriever: Retriever, questions: Sequence[str], threads: int) -> tuple[Seconds, Seconds]:
    """One after the other, and `threads` at a time: of several runs that with the median ratio."""
    runs = [(_at_a_time(1, questions, retriever), _at_a_time(threads, questions, retriever)) for _ in range(_RUNS)]
    return sorted(runs, key=lambda run: run[0][0] / run[1][0])[_RUNS // 2]


def _print_whole_searches(alone: Seconds, together: Seconds, count: int, threads: int) -> None:
    print_table(
        ["whole searches", "searches/s", "processor ms/search", "cores busy"],
        [
            ["one after the other", *_rates(alone, count)],
            [f"{threads} at a time", *_rates(together, count)],
            ["ratio", f"{alone[0] / together[0]:.2f}", f"{together[1] / alone[1]:.2f}", ""],
        ],
    )


def _at_a_time(threads: int, questions: Sequence[str], retriever: Retriever) -> Seconds:
    with ThreadPoolExecutor(threads) as pool:
        started, spent = time.perf_counter(), time.process_time()
        for _ in pool.map(retriever.retrieve, questions):
            pass
        return time.perf_counter() - started, time.process_time() - spent


def _rates(seconds: Seconds, count: int) -> tuple[str, str, str]:
    wall, spent = seconds
    return f"{count / wall:.1f}", f"{1e3 * spent / count:.1f}", f"{spent / wall:.2f}"


def _timed(search: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    search(question)
    return time.perf_counter() - started


def _milliseconds(seconds: Sequence[float]) -> tuple[str, str]:
    return f"{1e3 * median(seconds):.1f}", f"{1e3 * float(np.quantile(seconds, 0.95)):.1f}"


if __name__ == "__main__":
    main()
