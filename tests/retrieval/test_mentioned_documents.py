from dataclasses import dataclass, field

import pytest

from chartwell.indexing.collection import DocumentName
from chartwell.retrieval.mentioned_documents import DocumentMentions
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate

SOURCES = ("BESTBUY_2023_10K.pdf", "MGMRESORTS_2022Q4.pdf", "ulta_beauty_2023.pdf", "0001.pdf", "云泽交通报告2024.pdf")


@dataclass
class _Collection:
    """Only what documents are called."""

    generation: int = 1
    names: list[DocumentName] = field(default_factory=list)

    def document_names(self):
        return self.names


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
