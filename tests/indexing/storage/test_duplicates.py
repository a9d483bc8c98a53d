"""Groups of duplicates: against a brute-force model, under filters, after upgrades and damage."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chartwell.errors import UnreadableFile
from chartwell.indexing.collection import Collection, Space
from chartwell.indexing.near_duplicates import SAME_SHINGLES, likeness
from chartwell.indexing.tokens import tokenize

SENTENCE = (
    "the harbour office keeps a list of every ship that has come in since the old pier was built and the keeper reads "
    "it aloud at noon to whoever stands below the window with a hat in hand and a question about wind tide or cargo"
)
LONG = SENTENCE.split()


def changed(*places):
    return " ".join("otherwise" if place in places else word for place, word in enumerate(LONG))


TEXTS = [
    " ".join(LONG),
    " ".join(LONG).upper(),  # equal
    # One word is little enough, two are too much: who is alike is a chain, and depends on who leads.
    changed(10),
    changed(20),
    changed(10, 20),
    changed(20, 30),
    f"{changed()} in 2021",
    f"{changed()} in 2022",
    "harbour tide",
    "Harbour  tide",
]
SOURCES = [f"/{letter}.txt" for letter in "abcd"]
SPACE = Space("text", "a" * 64, 8, "test encoder")


class Model:
    """Leaders and members by comparing everything with everything."""

    def __init__(self):
        self.nodes = {}  # (source, number) -> text, in order of adding
        self.leaders = {}  # content -> content
        self.like = {text: likeness("text", text, None) for text in TEXTS}
        self.by_content = {item.content: item for item in self.like.values()}
        self.added = 0

    def put(self, source, texts):
        self.delete(source)
        for text in texts:
            self.added += 1
            self.nodes[source, self.added] = text
            item = self.like[text]
            if item.content not in self.leaders:
                self.leaders[item.content] = self.nearest(item)

    def delete(self, source):
        self.nodes = {key: text for key, text in self.nodes.items() if key[0] != source}
        living = [self.like[text].content for text in self.nodes.values()]
        lost = set(self.leaders) - set(living)
        orphans = [c for c in dict.fromkeys(living) if self.leaders[c] in lost]
        self.leaders = {c: leader for c, leader in self.leaders.items() if c not in lost and c not in orphans}
        for content in orphans:
            self.leaders[content] = self.nearest(self.by_content[content])

    def nearest(self, item):
        leading = [c for c, leader in self.leaders.items() if c == leader]
        scores = {c: item.same(self.by_content[c]) for c in leading}
        best = max(scores.values(), default=0)
        return min(c for c in scores if scores[c] == best) if best >= SAME_SHINGLES else item.content

    def partition(self):
        groups = {}
        for (source, number), text in self.nodes.items():
            groups.setdefault(self.leaders[self.like[text].content], []).append((number, source, text))
        return sorted(sorted(group) for group in groups.values())


class DuplicateMachine(RuleBasedStateMachine):
    def __init__(self, make_document, encode_text):
        super().__init__()
        self.make_document, self.encode_text = make_document, encode_text
        self.folder = Path(tempfile.mkdtemp())
        self.collection = Collection.open(self.folder / "kb")
        self.collection.require_space(SPACE)
        self.model = Model()
        self.context = self.collection.writer()
        self.writer = self.context.__enter__()

    @rule(source=st.sampled_from(SOURCES), texts=st.lists(st.sampled_from(TEXTS), max_size=4))
    def put(self, source, texts):
        self.writer.put(*self.make_document(source, texts))
        self.model.put(source, texts)

    @rule(source=st.sampled_from(SOURCES))
    def delete(self, source):
        self.writer.delete(source)
        self.model.delete(source)

    @rule(source=st.sampled_from(SOURCES))
    def fail_to_put(self, source):
        document, nodes, vectors = self.make_document(source, TEXTS)
        with pytest.raises(ValueError, match="metadata"):
            self.writer.put(type(document)(source, "h", "text/plain", metadata={"k": None}), nodes, vectors)

    @rule(
        words=st.sampled_from(["harbour tide", "cargo wind", "the keeper in 2022"]),
        k=st.integers(1, 5),
        sources=st.none() | st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3),
    )
    def search(self, words, k, sources):
        where = None if sources is None else {"source": sources}
        query = self.encode_text(words)
        found = self.collection.search_vectors(query, k, where=where, distinct=True)
        admitted = [(n, s, t) for (s, n), t in self.model.nodes.items() if sources is None or s in sources]
        groups = {}
        for _, _, text in admitted:
            leader = self.model.leaders[self.model.like[text].content]
            groups[leader] = max(groups.get(leader, -9.0), float(self.encode_text(text) @ query))
        assert np.allclose([score for _, score in found], sorted(groups.values(), reverse=True)[:k], atol=1e-3)
        nodes = self.collection.nodes([node_id for node_id, _ in found])
        documents = self.collection.document_by_id([node.document_id for node in nodes.values()])
        assert all(sources is None or document.source in sources for document in documents.values())
        for node_id, holding in self.collection.copies([i for i, _ in found], where).items():
            leader = self.model.leaders[self.model.like[nodes[node_id].text].content]
            wanted = {s for _, s, t in admitted if self.model.leaders[self.model.like[t].content] == leader}
            assert {self.collection.document_by_id([one])[one].source for one in holding} == wanted

    @invariant()
    def groups_equal_the_model(self):
        groups = {}
        for document in self.collection.documents():
            for node in self.collection.nodes_of(document.id):
                group = self.collection.groups([node.id])[node.id]
                groups.setdefault(group, []).append((node.id, document.source, node.text))
        ranked = sorted(n for group in groups.values() for n, _, _ in group)
        order = {n: rank for rank, n in enumerate(ranked)}
        ours = sorted(sorted((order[n], s, t) for n, s, t in group) for group in groups.values())
        numbers = {n: rank for rank, (_, n) in enumerate(self.model.nodes)}
        assert ours == sorted([(numbers[n], s, t) for n, s, t in group] for group in self.model.partition())

    def teardown(self):
        self.context.__exit__(None, None, None)
        assert self.collection.verify().problems == ()
        self.collection.close()
        shutil.rmtree(self.folder)


def test_any_history_gives_the_groups_of_the_model(make_document, encode_text):
    run_state_machine_as_test(
        lambda: DuplicateMachine(make_document, encode_text),
        settings=settings(max_examples=20, stateful_step_count=12, deadline=None),
    )


def test_hundreds_of_copies_push_nobody_out_and_a_filter_finds_each(collection, make_document, encode_text):
    notice, rest = "all rights reserved apple", [f"apple number {word}" for word in "abcdefghij"]
    with collection.writer() as writer:
        for number in range(400):
            writer.put(*make_document(f"/{number}", [notice]))
        document, nodes, _ = make_document("/rest", rest)
        # The others are all less like the question than the notice is.
        far = np.stack([encode_text(notice) * (0.5 - 0.01 * n) for n in range(10)])
        writer.put(document, nodes, {"text": (range(10), far)})
    for find in (
        lambda **more: collection.search_vectors(encode_text(notice), 8, distinct=True, **more),
        lambda **more: collection.search_lexical(tokenize("rights apple"), 8, distinct=True, **more),
    ):
        texts = [node.text for node in collection.nodes([i for i, _ in find()]).values()]
        assert len(texts) == 8
        assert texts.count(notice) == 1
        (hit,) = find(where={"source": "/123"})
        (node,) = collection.nodes([hit[0]]).values()
        assert collection.document_by_id([node.document_id])[node.document_id].source == "/123"
        assert len(collection.copies([hit[0]])[hit[0]]) == 400
        assert collection.copies([hit[0]], {"source": ["/123", "/7"]})[hit[0]] == [8, 124]


def test_when_the_leader_goes_another_takes_its_place(collection, make_document, encode_text):
    with collection.writer() as writer:
        for source, text in zip(SOURCES, TEXTS[:2] + TEXTS[2:3] * 2, strict=True):
            writer.put(*make_document(source, [text]))
        for gone, source in enumerate(SOURCES[:-1], start=1):
            (hit,) = collection.search_vectors(encode_text(TEXTS[0]), 9, distinct=True)
            assert len(collection.copies([hit[0]])[hit[0]]) == 5 - gone
            writer.delete(source)
    assert len(collection.search_lexical(tokenize("harbour"), 9, distinct=True)) == 1
    assert collection.verify().problems == ()


def as_version_1(path):
    """The catalog as an older Chartwell left it."""
    with sqlite3.connect(path / "catalog.sqlite") as connection:
        connection.executescript(
            "DROP TABLE corrections; DROP TABLE feedback; DROP TABLE turns; DROP TABLE conversations;"
            "DROP TABLE duplicates; DROP TABLE duplicate_bands; ALTER TABLE nodes DROP COLUMN language;"
            "DELETE FROM meta WHERE key = 'duplicates'; PRAGMA user_version = 1;"
        )


@pytest.fixture
def twins(tmp_path, make_document):
    """A closed collection: two documents with the same text."""
    with Collection.open(tmp_path / "kb") as collection:
        collection.require_space(SPACE)
        with collection.writer() as writer:
            for source in SOURCES[:2]:
                writer.put(*make_document(source, [TEXTS[0]]))
    return tmp_path / "kb"


def found(path, encode_text):
    with Collection.open(path) as collection:
        return len(collection.search_vectors(encode_text(TEXTS[0]), 9, distinct=True))


def test_an_older_catalog_is_upgraded_and_grouped_by_the_next_writer(twins, encode_text):
    as_version_1(twins)
    assert found(twins, encode_text) == 2
    with Collection.open(twins) as collection:
        with collection.writer():
            pass
        assert collection.verify().problems == ()
    assert found(twins, encode_text) == 1


def test_an_older_catalog_that_may_not_be_written(twins, monkeypatch):
    as_version_1(twins)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UnreadableFile, match="older"):
        Collection.open(twins)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM duplicates WHERE node_id = 1",
        "UPDATE duplicates SET leader = 77",
        "UPDATE duplicates SET leader = content + 1 WHERE node_id = 1",
        "UPDATE duplicates SET document_id = 99 WHERE node_id = 2",
        "INSERT INTO duplicates VALUES (99, 1, 5, 5)",
        "INSERT INTO duplicate_bands VALUES (5, 6)",
    ],
)
def test_verify_finds_and_mends_wrong_groups(twins, encode_text, statement):
    with sqlite3.connect(twins / "catalog.sqlite") as connection:
        connection.execute(statement)
    with Collection.open(twins) as collection:
        assert [problem.code for problem in collection.verify().problems] == ["duplicates_out_of_step"]
        assert collection.verify(repair=True).ok
        assert collection.verify().problems == ()
    assert found(twins, encode_text) == 1
