import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import CollectionDamaged
from chartwell.indexing.index_protocols import LexicalEntry, NodeFilter, PageRange
from chartwell.indexing.lexical_index import TantivyIndex

TEXTS = {
    1: "revenue rose in the year",
    2: "revenue fell and revenue fell again",
    3: "costs rose",
    4: "$1.5bn of revenue -3.2% 日本 日",
    5: "nothing of note",
}


def entry(node_id, text, document=1, kind="text", page=None):
    return LexicalEntry(node_id, document, kind, page, text.split())


def bm25(texts, tokens):
    """Lucene's BM25, k1 = 1.2, b = 0.75; exact in tantivy for texts of up to 40 tokens."""
    bags = {node_id: Counter(text.split()) for node_id, text in texts.items()}
    mean = sum(bag.total() for bag in bags.values()) / max(1, len(bags))
    scores = Counter()
    for token in tokens:
        frequency = sum(token in bag for bag in bags.values())
        idf = math.log(1 + (len(bags) - frequency + 0.5) / (frequency + 0.5))
        for node_id, bag in bags.items():
            if token in bag:
                norm = 1.2 * (0.25 + 0.75 * bag.total() / mean)
                scores[node_id] += idf * bag[token] * 2.2 / (bag[token] + norm)
    return scores


class LexicalIndexConformance:
    """What every `LexicalIndex` must do; a subclass says how to make an empty one."""

    @pytest.fixture
    def index(self, tmp_path):
        raise NotImplementedError

    @pytest.fixture
    def filled(self, index):
        index.update(removed=(), added=[entry(node_id, text) for node_id, text in TEXTS.items()])
        return index

    def test_scores_are_bm25(self, filled):
        for tokens in (["revenue"], ["revenue", "rose"], ["rose", "rose", "revenue"], ["日本", "-3.2%"]):
            wanted = bm25(TEXTS, tokens)
            found = dict(filled.search(tokens, 10))
            assert found.keys() == wanted.keys()
            assert all(found[node_id] == pytest.approx(wanted[node_id], rel=1e-4) for node_id in found)

    def test_unknown_tokens_and_no_tokens_find_nothing(self, filled):
        assert filled.search(["unknown"], 10) == []
        assert filled.search([], 10) == []
        assert filled.search(["revenue"], 0) == []

    def test_query_syntax_is_no_syntax(self, filled):
        assert filled.search(["revenue:", "AND", "(", '"', "*"], 10) == []

    def test_document_frequency(self, filled):
        assert filled.document_frequency(["revenue", "日", "no", "revenue"]) == {"revenue": 3, "日": 1, "no": 0}

    def test_removed_nodes_are_not_found(self, filled):
        filled.update(removed=[2, 77], added=())
        assert len(filled) == 4
        assert filled.ids().tolist() == [1, 3, 4, 5]
        assert {node_id for node_id, _ in filled.search(["revenue"], 10)} == {1, 4}

    def test_repeating_an_update_changes_nothing(self, filled):
        for _ in range(2):
            filled.update(removed=[1], added=[entry(6, "revenue anew"), entry(5, "now revenue too")])
        assert filled.ids().tolist() == [2, 3, 4, 5, 6]
        assert {node_id for node_id, _ in filled.search(["revenue"], 10)} == {2, 4, 5, 6}

    def test_ties_go_to_the_smallest_ids(self, index):
        for part in range(4):
            index.update(removed=(), added=[entry(100 - part - 4 * i, "same words") for i in range(20)])
        assert [node_id for node_id, _ in index.search(["same"], 3)] == [21, 22, 23]

    def test_filters_by_document_kind_and_page(self, index):
        kinds = ("text", "table", "chart")
        entries = [entry(i, "word", document=i % 5, kind=kinds[i % 3], page=i % 7 or None) for i in range(1, 100)]
        index.update(removed=(), added=entries)
        scores = set()
        for documents in (None, (1, 3)):
            for kind in (None, ("chart",), ("text", "table")):
                for pages in (None, (PageRange(2, 3),), (PageRange(None, 1), PageRange(5, None)), ()):
                    wanted = {
                        one.id
                        for one in entries
                        if (documents is None or one.document_id in documents)
                        and (kind is None or one.kind in kind)
                        and (
                            pages is None
                            or any(
                                one.page is not None and (a or 0) <= one.page <= (99 if b is None else b)
                                for a, b in pages
                            )
                        )
                    }
                    ids = np.array(sorted(wanted), dtype=np.int64)
                    found = index.search(["word"], 100, NodeFilter(ids, documents, kind, pages))
                    assert {node_id for node_id, _ in found} == wanted
                    scores |= {score for _, score in found}
        assert max(scores) - min(scores) < 1e-6, "a filter must not change scores"

    def test_excluded_nodes_are_not_found(self, filled):
        everything = NodeFilter(np.arange(1, 6))
        found = filled.search(["revenue"], 10, everything.without([2]).without([77]))
        assert dict(found) == {i: score for i, score in filled.search(["revenue"], 10) if i != 2}


class TestInMemory(LexicalIndexConformance):
    @pytest.fixture
    def index(self, tmp_path):
        return TantivyIndex()


class TestOnDisk(LexicalIndexConformance):
    @pytest.fixture
    def index(self, tmp_path):
        return TantivyIndex.create(tmp_path / "new" / "index")

    def test_opens_again(self, filled, tmp_path):
        again = TantivyIndex(tmp_path / "new" / "index")
        assert again.search(["revenue"], 5) == filled.search(["revenue"], 5)

    def test_another_instance_sees_a_commit_after_reload(self, filled, tmp_path):
        other = TantivyIndex(tmp_path / "new" / "index")
        filled.update(removed=[1], added=[entry(9, "revenue")])
        other.reload()
        assert other.ids().tolist() == [2, 3, 4, 5, 9]

    def test_a_failing_source_of_nodes_leaves_the_index_as_it_was(self, filled):
        def broken():
            yield entry(50, "revenue")
            raise KeyError("broken")

        with pytest.raises(KeyError):
            filled.update(removed=[1], added=broken())
        assert filled.ids().tolist() == [1, 2, 3, 4, 5]
        filled.update(removed=[1], added=())
        assert len(filled) == 4

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
    def test_damage_is_reported(self, filled, tmp_path, content):
        (tmp_path / "new" / "index" / "meta.json").write_bytes(content)
        with pytest.raises(CollectionDamaged):
            TantivyIndex(tmp_path / "new" / "index")


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(texts=st.dictionaries(st.integers(1, 10**9), st.lists(words, max_size=30), max_size=12), query=st.lists(words))
def test_any_tokens_can_be_indexed_and_found(texts, query):
    index = TantivyIndex()
    index.update(
        removed=(), added=[LexicalEntry(node_id, 1, "text", None, tokens) for node_id, tokens in texts.items()]
    )
    some = [tokens[0] for tokens in texts.values() if tokens]
    wanted = {node_id for node_id, tokens in texts.items() if set(tokens) & set(query + some)}
    assert {node_id for node_id, _ in index.search(query + some, 50)} == wanted


def test_a_token_longer_than_tantivy_takes_is_cut_on_both_sides():
    index = TantivyIndex()
    index.update(removed=(), added=[LexicalEntry(1, 1, "text", None, ["日" * 40_000, "short"])])
    assert index.search(["日" * 40_000], 5)[0][0] == 1
