"""Calibrated scores: the same for kinds that lie at different distances, and low for what is no better than chance."""

from types import SimpleNamespace

import numpy as np
import pytest

from chartwell.retrieval.calibration import Calibration
from chartwell.retrieval.coarse import LexicalChannel, PhraseChannel, QueryVectors, VectorChannel
from chartwell.retrieval.query import parse_query

DIMENSION = 64


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def samples():
    """Prose lies nearer to every question than charts do: all share a direction, charts less of it."""
    generator = np.random.default_rng(3)
    shared = np.eye(DIMENSION, dtype=np.float32)[0]
    noise = generator.standard_normal((2, 300, DIMENSION)).astype(np.float32) / 8
    return {"text": unit(noise[0] + 0.8 * shared), "chart": unit(noise[1] + 0.2 * shared), "table": noise[0][:3]}


@pytest.fixture
def calibration(samples):
    collection = SimpleNamespace(
        node_count=lambda: 1_000,
        sample_vectors=lambda count, space: samples,
        document_frequency=lambda tokens: dict.fromkeys(tokens, 9),
    )
    encoder = SimpleNamespace(encode_queries=lambda texts: np.eye(DIMENSION, dtype=np.float32)[:1])
    channels = [
        VectorChannel(collection, QueryVectors(encoder), "text", "text_vectors"),
        LexicalChannel(collection),
        PhraseChannel(collection),
    ]
    return Calibration(collection, channels)


def scores(calibration, rankings, kinds, question="tide gauge"):
    return {name: dict(found) for name, found in calibration.calibrated(parse_query(question), rankings, kinds).items()}


def test_a_node_at_the_level_of_its_kind_scores_nothing_above_chance(calibration, samples):
    means = {kind: float(samples[kind][:, 0].mean()) for kind in ("text", "chart")}
    spreads = {kind: float(samples[kind][:, 0].std()) for kind in ("text", "chart")}
    ranking = [(1, means["text"] + 2 * spreads["text"]), (2, means["text"]), (3, means["chart"] + 2 * spreads["chart"])]
    ranking.append((4, means["chart"]))
    found = scores(calibration, {"text_vectors": ranking}, {1: "text", 2: "text", 3: "chart", 4: "chart"})
    assert found["text_vectors"] == pytest.approx({1: 2.0, 2: 0.0, 3: 2.0, 4: 0.0}, abs=1e-4)


def test_a_rare_kind_is_compared_with_all(calibration, samples):
    overall = float(np.concatenate(list(samples.values()))[:, 0].mean())
    assert scores(calibration, {"text_vectors": [(7, overall)]}, {7: "table"})["text_vectors"][7] == pytest.approx(0)


def test_words_count_by_their_share_of_the_question(calibration):
    long = "tide gauge of a harbour with a lighthouse, a pier, a crane, three ferries and some gulls"
    kinds = {1: "text"}
    assert scores(calibration, {"lexical": [(1, 9.0)]}, kinds)["lexical"][1] > (
        3 * scores(calibration, {"lexical": [(1, 9.0)]}, kinds, long)["lexical"][1]
    )
    assert scores(calibration, {"lexical": [(1, 1e6)]}, kinds)["lexical"][1] == 6.0


def test_empty_and_absent_channels_stay_so_and_vanished_nodes_go(calibration):
    rankings = {"text_vectors": [], "lexical": [(1, 2.0), (2, 1.0)], "phrases": [(1, 3.0)]}
    found = scores(calibration, rankings, {1: "text"})
    assert found.keys() == rankings.keys()
    assert found["text_vectors"] == {}
    assert found["lexical"].keys() == {1}
    assert found["phrases"] == {1: 6.0}
    assert scores(calibration, {}, {}) == {}
