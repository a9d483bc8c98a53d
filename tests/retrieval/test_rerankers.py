"""What holds for every reranker, run against all of them."""

import itertools
import math
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import ModelUnavailable
from chartwell.indexing.documents import Box, Node, Part, Region
from chartwell.indexing.encoders.text_model_files import TextModelFiles
from chartwell.retrieval.learning.example import Example, KnownQuestion
from chartwell.retrieval.learning.ranking_groups import GroupMaker
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.among_charts import AmongCharts
from chartwell.retrieval.rerank.cross_encoder import CrossEncoderModel
from chartwell.retrieval.rerank.pictures import data_url
from chartwell.retrieval.rerank.protocol import Candidate, Reranked, Reranking
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.rerank.relevance import RelevanceReranker
from chartwell.retrieval.rerank.served import ServedOptions, ServedRelevance
from chartwell.retrieval.rerank.token_interaction import TokenInteraction

KINDS = (
    "alignment",
    "tokens",
    "among charts",
    "cross-encoder",
    "on top of tokens",
    "multimodal",
    "served",
    "served but down",
)


def picture_of(node):
    return Image.new("RGB", (30, 20), ("red", "green", "blue")[node.id % 3]) if node.asset else None


def url_of(node):
    picture = picture_of(node)
    return data_url(picture) if picture else None


@pytest.fixture
def alignment():
    return RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))


@pytest.fixture(params=KINDS)
def reranker(request, alignment):
    if request.param == "alignment":
        return alignment
    if request.param == "tokens":
        return RelevanceReranker(TokenInteraction(request.getfixturevalue("word_vectors")), alignment, depth=3)
    before = None
    if request.param in ("among charts", "on top of tokens"):
        tokens = RelevanceReranker(TokenInteraction(request.getfixturevalue("word_vectors")), alignment)
        before = AmongCharts(tokens, alignment)
    if request.param == "among charts":
        return before
    if request.param in ("cross-encoder", "on top of tokens"):
        model = CrossEncoderModel(str(request.getfixturevalue("text_cross_encoder")), device="cpu")
    elif request.param == "multimodal":
        folder = request.getfixturevalue("multimodal_cross_encoder")
        model = CrossEncoderModel(str(folder), device="cpu", pictures=picture_of)
    elif request.param == "served":
        server = request.getfixturevalue("rerank_server")
        model = ServedRelevance(ServedOptions(server.base_url, "tiny"), pictures=url_of)
    else:
        model = ServedRelevance(ServedOptions("http://127.0.0.1:9/v1", "tiny", timeout_seconds=0.5, retries=0))
    return RelevanceReranker(model, alignment, before=before)


NEVER_USED_TWICE = itertools.count(1_000, 100)
"""Node ids, as in a collection: rerankers remember what they know of a node."""
words = st.sampled_from(
    ["the", "revenue", "rose", "fell", "margin", "2023", "12%", "营业收入", "zebra", "/tmp/chart.png", "🙂"]
)
lines = st.lists(st.lists(words, min_size=1, max_size=8).map(" ".join), min_size=0, max_size=6)


@st.composite
def candidates(draw):
    made = []
    first = next(NEVER_USED_TWICE)
    for number in draw(st.lists(st.integers(first, first + 99), unique=True, max_size=6)):
        texts = draw(lines)
        kind = draw(st.sampled_from(["text", "table", "chart"]))
        parts = tuple(Part(text, (Region(1, Box(0, 0, 1, 0.1)),)) for text in texts)
        asset = "a" * 64 if kind == "chart" and draw(st.booleans()) else None
        node = Node(kind, "\n".join(texts), parts, (Region(1, Box(0, 0, 1, 1)),), id=number, asset=asset)
        made.append(Candidate(node, draw(st.floats(-5, 5))))
    return made


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(candidates=candidates(), question=lines.map(" ".join).filter(str.strip), seed=st.randoms())
def test_every_candidate_comes_back_once_in_an_order_that_does_not_depend_on_theirs(
    reranker, candidates, question, seed
):
    query = parse_query(question + " ?")
    ranking = reranker.rerank(query, candidates)
    assert sorted(item.node_id for item in ranking.items) == sorted(one.node.id for one in candidates)
    assert all(math.isfinite(item.score) for item in ranking.items)
    assert list(ranking.items) == sorted(ranking.items, key=lambda item: (-item.score, item.node_id))
    shuffled = list(candidates)
    seed.shuffle(shuffled)
    other = {item.node_id: item for item in reranker.rerank(query, shuffled).items}
    for item in ranking.items:
        assert item.score == pytest.approx(other[item.node_id].score, abs=1e-4)
        assert item.regions == other[item.node_id].regions
        assert all(0 <= region.score <= 1 for region in item.regions)
        assert list(item.regions) == sorted(item.regions, key=lambda region: -region.score)


def test_nothing_gives_nothing(reranker):
    assert reranker.rerank(parse_query("anything"), []).items == ()


@pytest.mark.parametrize("question", ["?!…", "🙂🙂", "the of and", "a\udcff", "word " * 2000, "营业收入" * 2000])
def test_odd_questions_are_harmless(reranker, make_node, question):
    nodes = [make_node(1, ["revenue rose"]), make_node(2, [f"line {i} of a long chart" for i in range(300)])]
    assert len(reranker.rerank(parse_query(question), [Candidate(node, 0.5) for node in nodes]).items) == 2


def test_the_matching_region_is_named_whoever_ranks(reranker, make_node):
    node = make_node(7, ["Adults living with a partner", "Cohabiting 7%", "Married 53%"])
    item = reranker.rerank(parse_query("What share of adults is cohabiting?"), [Candidate(node, 0.5)]).items[0]
    assert "Cohabiting 7%" in {region.text for region in item.regions}
    assert 0 < item.scores["alignment"] <= 1


def test_threads_may_share_it(reranker, make_node):
    shared = [Candidate(make_node(number, [f"revenue rose {number}", "margin"]), number / 7) for number in range(1, 6)]
    query = parse_query("revenue margin 3")
    expected = reranker.rerank(query, shared)
    found = []
    threads = [threading.Thread(target=lambda: found.append(reranker.rerank(query, shared))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [ranking.by for ranking in found] == [expected.by] * 4
    for ranking in found:
        assert [item.node_id for item in ranking.items] == [item.node_id for item in expected.items]


class Heard:
    """A `RelevanceModel` that remembers what it was asked, and finds all alike."""

    name = "heard"

    def __init__(self):
        self.questions = []

    def relevance(self, question, nodes, weigh):
        self.questions.append(question)
        return np.zeros(len(nodes))


LONG = (
    "Good morning, I have read your report with great interest. How much did the revenue of the harbour rise in 2021?"
)


def test_a_model_reads_what_is_asked_and_not_the_small_talk(alignment, make_node):
    model = Heard()
    for question in (LONG, "revenue"):
        RelevanceReranker(model, alignment).rerank(parse_query(question), [Candidate(make_node(1, ["revenue"]), 0.5)])
    assert model.questions == ["How much did the revenue of the harbour rise in 2021?", "revenue"]


def test_a_model_is_trained_on_what_is_asked(alignment, make_node, text_cross_encoder):
    nodes = [make_node(1, ["revenue rose"]), make_node(900, ["margin fell"], document_id=2)]
    evidence = (frozenset({1}),)
    question = KnownQuestion("1", parse_query(LONG), evidence, frozenset({1}))
    example = Example(question, tuple(Candidate(node, 0.5) for node in nodes), evidence)
    counter = TextModelFiles.read(text_cross_encoder).token_counter(pair=True)
    group = GroupMaker(alignment, alignment, counter, 200, 5).group(example, lambda _: True)
    assert group.question == "How much did the revenue of the harbour rise in 2021?"


class Backwards:
    """The reranker before: the last first, with a warning."""

    name = "backwards"

    def rerank(self, query, candidates):
        items = [Reranked(one.node.id, float(place), ()) for place, one in enumerate(candidates)]
        return Reranking(tuple(reversed(items)), self.name, ("It goes backwards.",))


class Silent(Heard):
    def relevance(self, question, nodes, weigh):
        raise ModelUnavailable("The model is silent.")


@pytest.mark.parametrize("fails", [False, True])
def test_a_model_goes_on_top_of_the_reranker_before_it(alignment, make_node, fails):
    candidates = [Candidate(make_node(number, ["revenue"]), 0.5) for number in (1, 2, 3)]
    model = Silent() if fails else Heard()
    found = RelevanceReranker(model, alignment, before=Backwards()).rerank(parse_query("revenue"), candidates)
    # The model tells nothing, so that the order before stands.
    assert [item.node_id for item in found.items] == [3, 2, 1]
    assert found.by == ("backwards" if fails else model.name)
    said = ("The model is silent. The backwards ranked instead.",) if fails else ()
    assert found.warnings == ("It goes backwards.", *said)
