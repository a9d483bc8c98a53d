import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import pytest

from chartwell.indexing.collection import DocumentName
from chartwell.retrieval import mentioned_documents
from chartwell.retrieval.mentioned_documents import DocumentMentions
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate

SOURCES = ("BESTBUY_2023_10K.pdf", "MGMRESORTS_2022Q4.pdf", "ulta_beauty_2023.pdf", "0001.pdf", "云泽交通报告2024.pdf")


@dataclass
class _Collection:
    """Only what documents are called, and which have a word."""

    generation: int = 1
    names: list[DocumentName] = field(default_factory=list)
    standing: dict[str, list[int]] = field(default_factory=dict)

    def document_names(self):
        return self.names

    def search_lexical(self, tokens, k):
        """Node 27 is the document 7's; every document has every word in one node, unless the word's nodes are given."""
        standing = self.standing.get(tokens[0], [name.id for name in self.names])
        return [(document, 1.0) for document in standing][:k]

    def holders(self, ids):
        return {node_id: node_id % 10 for node_id in ids}


@pytest.fixture
def mentions():
    titles = ["", "", "", "Pfizer quarterly report", ""]
    names = [
        DocumentName(i, source, title, {}) for i, (source, title) in enumerate(zip(SOURCES, titles, strict=True), 1)
    ]
    return DocumentMentions(_Collection(names=names))


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("Are Best Buy's margins steady?", {1}),
        ("Which region was worst for MGM during FY2022?", {2}),
        ("Did Ulta Beauty grow?", {3}),
        ("How much does Pfizer expect to pay?", {4}),
        ("云泽的地铁有多少条线路？", {5}),
        ("what is the best thing to buy?", set()),
        ("Why did sales fall?", set()),
        ("?!", set()),
    ],
)
def test_names_are_found_in_file_names_and_titles(mentions, question, documents):
    assert mentions.documents(parse_query(question)) == documents


@pytest.mark.parametrize(
    ("question", "name", "mentioned"),
    [
        ("Revenue of Boeing", "Revenue recognition policy.pdf", False),
        ("Total sales of the segment?", "Total_2020.pdf", False),
        ("Sales rose in 2022. Total costs fell?", "Total_2020.pdf", False),
        ("How did Total do?", "Total_2020.pdf", True),
        ("Total's sales?", "Total_2020.pdf", True),
        ("TOTAL sales in 2020", "Total_2020.pdf", True),
        ("Revenue Recognition at Boeing", "Revenue recognition policy.pdf", True),
        ("Pfizer的收入是多少？", "pfizer.pdf", True),
        ("Is it Airbus vs. Boeing?", "boeing.pdf", True),
        ("How many customers has AT&T?", "AT&T 2022.pdf", True),
        ("How many customers has AT&T?", "ATT_2022_10K.pdf", True),
        ("How many customers has AT&T?", "Attention is all you need.pdf", False),
        ("What did Johnson & Johnson pay?", "JOHNSON_JOHNSON_2022.pdf", True),
        ("What does 3M owe?", "3M_2018_10K.pdf", True),
        ("在3M公司，利润是多少？", "3M_2018_10K.pdf", True),
        ("Did sales rise by $3M?", "3M_2018_10K.pdf", False),
        ("What does 23andMe owe?", "23andme.pdf", True),
        ("What does the 10K say of 2Q?", "ACME_2018_10K_2Q.pdf", False),
        ("为什么雨水多？", "为什么我们要关闭工厂.pdf", False),
        ("工廠關閉了嗎？", "为什么我们要关闭工厂.pdf", True),
    ],
)
def test_what_makes_a_name(question, name, mentioned):
    names = [DocumentName(i, source, "", {}) for i, source in enumerate([name, "0001.pdf", "0002.pdf"])]
    assert bool(DocumentMentions(_Collection(names=names)).documents(parse_query(question))) == mentioned


@pytest.mark.parametrize(
    ("standing", "mentioned"), [([0], True), ([], True), ([0, 10, 1], True), ([0, 1, 2], False), ([1], False)]
)
def test_a_first_word_is_a_name_where_hardly_any_other_document_has_it(standing, mentioned):
    names = [DocumentName(i, source, "", {}) for i, source in enumerate(["CONTOSO_2022.pdf", "0001.pdf", "0002.pdf"])]
    collection = _Collection(names=names, standing={"contoso": standing})
    assert bool(DocumentMentions(collection).documents(parse_query("Contoso revenue 2022"))) == mentioned


def test_a_name_that_most_documents_bear_tells_none_apart():
    names = [DocumentName(i, f"Adobe_{2010 + i}.pdf", "", {}) for i in range(1, 5)]
    assert not DocumentMentions(_Collection(names=names)).documents(parse_query("How is Adobe?"))


def test_nodes_of_mentioned_documents_are_preferred_and_none_is_lost(mentions, make_node):
    candidates = [
        Candidate(make_node(number, ["margin"], document_id=document), score)
        for number, document, score in ((1, 3, 0.9), (2, 1, 0.8), (3, 2, 0.1))
    ]
    favoured, raised = mentions.favoured(parse_query("Are Best Buy's margins steady?"), candidates)
    assert [candidate.node.id for candidate in favoured] == [2, 1, 3]
    assert [node_id for node_id, _ in raised] == [2]
    assert mentions.favoured(parse_query("Are margins steady?"), candidates) == (candidates, [])


def test_new_documents_are_seen():
    collection = _Collection(names=[DocumentName(1, "a.pdf", "", {}), DocumentName(2, "b.pdf", "", {})])
    mentions = DocumentMentions(collection)
    assert not mentions.documents(parse_query("How is Contoso?"))
    collection.names = [*collection.names, DocumentName(3, "contoso.pdf", "", {})]
    collection.generation += 1
    assert mentions.documents(parse_query("How is Contoso?")) == {3}


def test_documents_that_go_or_are_renamed_are_forgotten():
    names = [DocumentName(i, f"{name}.pdf", "", {}) for i, name in enumerate(("contoso", "fabrikam", "0001"))]
    collection = _Collection(names=names)
    mentions = DocumentMentions(collection)
    asked = parse_query("How are Contoso and Fabrikam?")
    assert mentions.documents(asked) == {0, 1}
    collection.names = [*names[1:], DocumentName(0, "contoso.pdf", "Proseware", {})][1:]
    collection.generation += 1
    assert mentions.documents(asked) == {0}
    assert mentions.documents(parse_query("How is Proseware?")) == {0}


@pytest.fixture
def taken_apart(monkeypatch):
    """Sources whose names were taken apart."""
    sources = []
    take_apart = mentioned_documents._names_borne

    def counted(source, title):
        sources.append(source)
        return take_apart(source, title)

    monkeypatch.setattr(mentioned_documents, "_names_borne", counted)
    return sources


def test_only_new_documents_are_taken_apart(taken_apart):
    collection = _Collection(names=[DocumentName(i, f"{i}.pdf", "", {}) for i in range(5)])
    mentions = DocumentMentions(collection)
    for generation in range(2, 5):
        collection.names = [*collection.names, DocumentName(generation + 10, f"new{generation}.pdf", "", {})]
        collection.generation = generation
        mentions.documents(parse_query("How is Contoso?"))
    assert sorted(taken_apart) == sorted(name.source for name in collection.names)


def test_no_search_waits_for_one_that_reads_names():
    reading, go_on = threading.Event(), threading.Event()

    class Slow(_Collection):
        def document_names(self):
            if not reading.is_set():
                reading.set()
                go_on.wait(60)
            return self.names

    names = [DocumentName(1, "contoso.pdf", "", {}), DocumentName(2, "0001.pdf", "", {})]
    mentions = DocumentMentions(Slow(names=names))
    first = threading.Thread(target=mentions.documents, args=(parse_query("How is Contoso?"),))
    first.start()
    assert reading.wait(60)
    found = []
    second = threading.Thread(target=lambda: found.append(mentions.documents(parse_query("How is Contoso?"))))
    second.start()
    second.join(60)
    go_on.set()
    first.join(60)
    assert found == [{1}]


def test_chinese_questions_neither_talk_nor_write_a_cache(tmp_path):
    program = """
from types import SimpleNamespace
from chartwell.indexing.collection import DocumentName
from chartwell.retrieval.mentioned_documents import DocumentMentions
from chartwell.retrieval.query import parse_query
names = [DocumentName(number, source, "", {}) for number, source in enumerate(("云泽交通.pdf", "a.pdf"))]
mentions = DocumentMentions(SimpleNamespace(generation=1, document_names=lambda: names))
print(mentions.documents(parse_query("云泽的地铁有多少条线路？")))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-X", "utf8", "-c", program],
        capture_output=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        encoding="utf-8",
        check=True,
    )
    assert (done.stdout, done.stderr) == ("frozenset({0})\n", "")
    assert list(tmp_path.iterdir()) == []
