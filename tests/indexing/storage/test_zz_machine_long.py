"""A collection against a model: any order of puts, deletes, reopenings, damage and searches."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.tokens import tokenize

DIMENSION = 8
SOURCES = st.sampled_from([f"/{letter}.txt" for letter in "abcd"])
WORDS = st.sampled_from(["apple", "banana", "cherry", "date", "elder", "fig", "grape"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=4)
FACTORY = st.sampled_from([None, None, "HNSW8"])


class CollectionMachine(RuleBasedStateMachine):
    def __init__(self, make_document, encode_text):
        super().__init__()
        self.make_document = make_document
        self.encode_text = encode_text
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, list[str]] = {}
        self.collection: Collection | None = None
        self.writing = None

    @initialize(factory=FACTORY)
    def begin(self, factory):
        self.open(factory)

    def open(self, factory):
        self.collection = Collection.open(self.folder / "kb", index_factory=factory)
        self.collection.require_space(Space("text", "a" * 64, DIMENSION, "test encoder"))

    def close_writer(self):
        if self.writing is not None:
            context, self.writing = self.writing, None
            context[0].__exit__(None, None, None)

    def writer(self):
        """One writer stays open over several rules, as in a run of the pipeline."""
        if self.writing is None:
            context = self.collection.writer()
            self.writing = context, context.__enter__()
        return self.writing[1]

    @rule(source=SOURCES, texts=TEXTS, picture=st.booleans())
    def put(self, source, texts, picture):
        self.writer().put(*self.make_document(source, texts, charts=(0,) if picture else ()))
        self.model[source] = texts

    @rule(source=SOURCES)
    def delete(self, source):
        assert self.writer().delete(source) == (source in self.model)
        self.model.pop(source, None)

    @rule()
    def checkpoint(self):
        self.writer().checkpoint()

    @precondition(lambda self: self.writing is not None)
    @rule()
    def finish_writing(self):
        self.close_writer()

    @rule(factory=FACTORY)
    def reopen(self, factory):
        self.close_writer()
        self.collection.close()
        self.open(factory)

    @rule(data=st.data(), how=st.sampled_from(["cut", "flip", "remove", "garbage", "folder"]))
    def damage_a_derived_file(self, data, how):
        self.close_writer()
        self.collection.close()
        kb = self.folder / "kb"
        if how == "folder":
            shutil.rmtree(kb / data.draw(st.sampled_from(["faiss", "lexical"])), ignore_errors=True)
        else:
            files = [f for d in ("faiss", "lexical") for f in sorted((kb / d).rglob("*")) if f.is_file()]
            files = [file for file in files if not file.name.endswith(".lock")]
            if files:
                damage(files[data.draw(st.integers(0, len(files) - 1))], how)
        self.open(None)

    @rule(words=st.lists(WORDS, min_size=1, max_size=3), k=st.integers(1, 6), source=st.none() | SOURCES)
    def search(self, words, k, source):
        where = None if source is None else {"source": source}
        rows = [
            (name, ordinal, text)
            for name, texts in self.model.items()
            for ordinal, text in enumerate(texts)
            if source in {None, name}
        ]
        query = self.encode_text(" ".join(words))
        found = self.collection.search_vectors(query, k, where=where)
        best = sorted((float(self.encode_text(text) @ query) for *_, text in rows), reverse=True)[:k]
        assert np.allclose([score for _, score in found], best, atol=1e-3)
        self.check_hits(found, rows)

        if self.writing is None:
            found = self.collection.search_lexical(tokenize(" ".join(words)), k, where=where)
            matching = [row for row in rows if set(row[2].split()) & set(words)]
            assert len(found) == min(k, len(matching))
            self.check_hits(found, matching)

    def check_hits(self, hits, rows):
        nodes = self.collection.nodes([node_id for node_id, _ in hits])
        documents = self.collection.document_by_id([node.document_id for node in nodes.values()])
        places = [(documents[nodes[i].document_id].source, nodes[i].ordinal, nodes[i].text) for i, _ in hits]
        assert len(set(places)) == len(places)
        assert set(places) <= set(rows)
        assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    @invariant()
    def documents_equal_the_model(self):
        if self.collection is not None:
            documents = self.collection.documents()
            assert {one.source: [n.text for n in self.collection.nodes_of(one.id)] for one in documents} == self.model

    def teardown(self):
        self.close_writer()
        if self.collection is not None:
            with self.collection.writer():
                pass
            assert self.collection.verify().problems == ()
            self.collection.close()
        shutil.rmtree(self.folder)


def damage(file, how):
    content = file.read_bytes()
    match how:
        case "remove":
            file.unlink()
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "flip":
            middle = len(content) // 2
            file.write_bytes(
                content[:middle] + bytes(255 - byte for byte in content[middle : middle + 1]) + content[middle + 1 :]
            )
        case _:
            file.write_bytes(b"garbage")


def test_any_history_equals_the_model(make_document, encode_text):
    run_state_machine_as_test(
        lambda: CollectionMachine(make_document, encode_text),
        settings=settings(max_examples=150, stateful_step_count=25, deadline=None),
    )
