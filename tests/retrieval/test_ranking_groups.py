"""Examples as a cross-encoder is trained on them: its texts, and the scores that its own are added to."""

import numpy as np
import pytest

from chartwell.indexing.encoders.text_model_files import TextModelFiles
from chartwell.retrieval.learning.example import HARD, Example, KnownQuestion
from chartwell.retrieval.learning.ranking_groups import GroupMaker
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate, Reranked, Reranking
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker


class ByNumber:
    """Ranks by the node's number, the highest first."""

    name = "by number"

    def rerank(self, query, candidates):
        items = [Reranked(one.node.id, float(one.node.id), ()) for one in candidates]
        return Reranking(tuple(sorted(items, key=lambda item: -item.score)), self.name)


@pytest.fixture
def alignment():
    return RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))


@pytest.fixture
def maker(alignment, text_cross_encoder):
    counter = TextModelFiles.read(text_cross_encoder).token_counter(pair=True)
    return lambda **values: GroupMaker(
        **{"before": ByNumber(), "alignment": alignment, "counter": counter, "max_tokens": 24, "depth": 5, **values}
    )


@pytest.fixture
def example(make_node):
    def make(relevant, count=8, lines=("revenue rose",)):
        nodes = [make_node(n, list(lines), document_id=n) for n in range(1, count + 1)]
        candidates = tuple(Candidate(node, 1 - node.id / 100) for node in nodes)
        question = KnownQuestion("1", parse_query("the revenue"), (), frozenset())
        return Example(question, candidates, tuple(frozenset(piece) for piece in relevant))

    return make


def test_passages_come_with_the_scores_of_the_reranker_before(maker, example):
    group = maker().group(example([{3}]), lambda _: True)
    scores = np.arange(1, 9)
    standard = dict(zip(scores.tolist(), (scores - scores.mean()) / scores.std(), strict=True))
    assert group.relevant == 1
    assert group.coarse == pytest.approx([standard[n] for n in (3, 1, 2, 4, 5, 6, 7, 8)])


def test_scores_are_standardised_over_what_the_fine_stage_looks_at_and_what_is_trained_on(maker, example):
    count = 2 * HARD
    group = maker().group(example([{count}], count), lambda _: True)
    ranked = np.array([*range(1, HARD + 1), count])
    assert group.coarse[0] == pytest.approx((count - ranked.mean()) / ranked.std())
    assert len(group.passages) == 1 + HARD


def test_of_each_piece_of_evidence_the_first_that_carries_it_is_the_answer(maker, example):
    group = maker().group(example([{2, 5}, {7}, set()]), lambda _: True)
    assert group.relevant == 2
    assert len(group.passages) == 2 + 5  # 2 and 7, and what carries none


def test_what_may_not_be_trained_on_is_left_out(maker, example):
    assert len(maker().group(example([{1}]), lambda node_id: node_id != 4).passages) == 7
    assert maker().group(example([{4}]), lambda node_id: node_id != 4) is None
    assert maker().group(example([{1}]), lambda node_id: node_id == 1) is None
    assert maker().group(example([set()]), lambda _: True) is None
    assert len(maker().groups([example([{1}]), example([set()]), example([{2}])], lambda _: True)) == 2


def test_question_and_passage_fit_together(maker, example, text_cross_encoder):
    counter = TextModelFiles.read(text_cross_encoder).token_counter(pair=True)
    lines = ("the margin of 2023", *("the revenue rose in the year",) * 20)
    for room in (12, 24, 10_000):
        group = maker(max_tokens=room).group(example([{1}], lines=lines), lambda _: True)
        asked, *passages = counter.count([group.question, *group.passages])
        assert max(passages) + asked <= min(room, counter.max_tokens)
        assert all(passage.startswith("the margin of 2023") for passage in group.passages)
