import math
import random

import ir_measures
import pytest
from ir_measures import AP, RR, P, R, nDCG

from chartwell.eval.metrics.ranking import NDCG, AveragePrecision, Precision, Recall, ReciprocalRank, rank_scores

METRICS = {
    nDCG @ 10: NDCG(10),
    nDCG @ 3: NDCG(3),
    RR: ReciprocalRank(),
    AP: AveragePrecision(),
    R @ 1: Recall(1),
    R @ 5: Recall(5),
    P @ 1: Precision(1),
    P @ 5: Precision(5),
}


def test_they_agree_with_ir_measures_on_1000_rankings():
    draw = random.Random(0)
    documents = [f"d{number}" for number in range(30)]
    qrels, run = {}, {}
    for query in map(str, range(1000)):
        judged = draw.sample(documents, draw.randint(1, 12))
        qrels[query] = {document: draw.randint(0, 3) for document in judged} | {judged[0]: draw.randint(1, 3)}
        run[query] = draw.sample(documents, draw.randint(1, 30))
    del run["7"]  # a missing query counts 0
    scored = {query: {key: -float(rank) for rank, key in enumerate(found)} for query, found in run.items()}
    theirs = {}
    for one in ir_measures.iter_calc(list(METRICS), qrels, scored):
        theirs[one.measure, one.query_id] = one.value
    for measure, metric in METRICS.items():
        for query, grades in qrels.items():
            ours = metric.score(run.get(query, ()), grades)
            assert ours.value == pytest.approx(theirs.get((measure, query), 0.0), abs=1e-6), (measure, query)
    means = ir_measures.calc_aggregate(list(METRICS), qrels, scored)
    for measure, metric in METRICS.items():
        own = [metric.score(run.get(query, ()), grades).value for query, grades in qrels.items()]
        assert sum(own) / len(own) == pytest.approx(means[measure], abs=1e-6)


def values(ranked, *relevant):
    return {name: one.value for name, one in rank_scores(ranked, dict.fromkeys(relevant, 1)).items()}


def test_the_first_place_is_perfect():
    scores = values(["a", "b"], "a")
    assert {name for name, value in scores.items() if value != 1} == {"precision@5", "precision@10"}


def test_the_second_place_costs_a_logarithm():
    scores = values(["b", "a"], "a")
    assert scores["nDCG@10"] == pytest.approx(1 / math.log2(3))
    assert (scores["MRR"], scores["recall@1"], scores["recall@5"]) == (0.5, 0.0, 1.0)


def test_repeats_of_a_key_take_no_place():
    assert values(["b", "b", "b", "a"], "a") == values(["b", "a"], "a")


def test_nothing_found_is_nothing_and_nothing_known_has_no_value():
    assert set(values([], "a").values()) == {0.0}
    nothing = rank_scores(["a"], {"a": 0})
    assert {one.value for one in nothing.values()} == {None}
    assert {one.reason for one in nothing.values()} == {"nothing relevant is known"}
