"""The query side through the SDK: quoted phrases, named documents, several questions, diversity, explanations, and
questions that nobody should ask.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chartwell import Chartwell
from chartwell.app.explaining import print_explanation
from chartwell.errors import QueryError
from chartwell.retrieval.coarse import default_channels
from chartwell.retrieval.fusion import WeightedFusion
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.retriever import Retriever

TEXTS = {
    "tide-report-2021.md": "The tide gauge at Skarholm was repaired by the crew of the Albatross.",
    "tide-report-2022.md": "The tide gauge at Skarholm was painted by the crew of the Cormorant.",
    "ferries.md": "The ferries to Elmsford run every hour. The slow boat goes round the island of gulls.",
    "boats.md": "Boats that are slow need a licence, as every boat does. A boat is slow below five knots.",
    "gauges.md": "The tide gauges of all harbours send their readings by radio, as a tide gauge does.",
    "pier.md": "The pier was built from 1,250 oak piles.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tides")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    with Chartwell.open(folder / "kb") as client:
        client.index([folder / name for name in TEXTS])
        yield client


def names(evidence):
    return [Path(item.source).name for item in evidence]


def test_a_quoted_phrase_comes_first_and_never_empties_the_results(client):
    assert names(client.search("boats below five knots that are slow"))[0] == "boats.md"
    found = client.search('which "slow boat" needs a licence below five knots')
    assert names(found)[0] == "ferries.md"
    assert "boats.md" in names(found)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert client.search('the "slow zeppelin" of the island')


def test_the_only_document_with_the_word_comes_first(client):
    for question, expected in (("Cormorant", "2022"), ("knots", "boats"), ("radio", "gauges"), ("gulls", "ferries")):
        assert expected in names(client.search(question))[0]


def test_a_number_is_found_however_its_thousands_are_written(client):
    first = client.retrieve("piles 1250").explanation.evidence[0]
    assert Path(first.evidence.source).name == "pier.md"
    assert {signal.text for signal in first.held[0]} == {"1250"}


def test_the_report_of_a_year_leaves_out_the_other_years(client):
    retrieval = client.retrieve("Who worked on the tide gauge, according to the 2021 report?")
    assert names(retrieval.evidence)[0] == "tide-report-2021.md"
    assert "tide-report-2022.md" not in names(retrieval.evidence)
    (trace,) = retrieval.explanation.questions
    assert "2021" in trace.named.reason
    assert retrieval.query.where == trace.named.where
    assert "tide-report-2022.md" in names(client.search("Who worked on the tide gauge in 2021?"))


def test_a_named_file_without_a_match_in_the_filter_is_no_dead_end(client):
    found = client.search("What stands in ferries.md?", where={"kind": "chart"})
    assert found == []
    assert set(names(client.search("What stands in ferries.md?"))) == {"ferries.md"}


def test_naming_can_be_switched_off(client):
    with Chartwell.open(client.collection.path, retrieval={"named_documents": False}) as other:
        assert "tide-report-2022.md" in names(other.search("Who worked on the tide gauge, by the 2021 report?"))


@pytest.mark.parametrize("fusion", ["rrf", "calibrated"])
def test_other_fusions_find_the_same(client, fusion):
    with Chartwell.open(client.collection.path, retrieval={"fusion": fusion}) as other:
        for question, expected in (("Who repaired the tide gauge?", "2021"), ("oak piles of the pier", "pier")):
            assert expected in names(other.search(question))[0]
        assert other.search("кто починил датчик прилива", where={"kind": "chart"}) == []


def test_several_questions_each_keep_their_best(client):
    questions = ["Who repaired the tide gauge?", "From what was the pier built?"]
    retrieval = client.retrieve(questions, top_k=2)
    assert set(names(retrieval.evidence)) == {"tide-report-2021.md", "pier.md"}
    assert [trace.query.text for trace in retrieval.explanation.questions] == questions
    assert names(client.search([questions[0]] * 3)) == names(client.search(questions[0]))


def test_diversity_makes_room_for_other_evidence(client):
    assert set(names(client.search("tide gauge of Skarholm", top_k=2))) == {
        "tide-report-2021.md",
        "tide-report-2022.md",
    }
    spread = client.search("tide gauge of Skarholm", top_k=2, diversity=0.9)
    assert len({name.partition("-report")[0] for name in names(spread)}) == 2


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_a_document_that_is_deleted_during_the_search_is_gone(tmp_path, client, diversity):
    shutil.copytree(client.collection.path, tmp_path / "kb")
    with Chartwell.open(tmp_path / "kb", create=False) as own:

        class DeletesMeanwhile(RegionAlignmentReranker):
            def rerank(self, query, candidates):
                own.delete(next(one.source for one in own.documents() if one.source.endswith("pier.md")))
                return super().rerank(query, candidates)

        reranker = DeletesMeanwhile(lambda tokens: ({}, len(TEXTS)))
        retriever = Retriever(
            own.collection, default_channels(own.collection, own.text_encoder, None), WeightedFusion(), reranker
        )
        found = names(retriever.retrieve("oak piles of the pier", top_k=6, diversity=diversity).evidence)
    assert set(found) == {*TEXTS} - {"pier.md"}


def test_an_explanation_adds_up(client):
    retrieval = client.retrieve("Who repaired the tide gauge in 2021?", top_k=3)
    explanation = retrieval.explanation
    assert json.loads(json.dumps(explanation.to_dict())) == explanation.to_dict()
    (trace,) = explanation.questions
    assert trace.query.language == "en"
    assert [channel.name for channel in trace.channels] == ["text_vectors", "lexical", "phrases"]
    assert all(channel.seconds >= 0 for channel in trace.channels)
    assert [item.evidence for item in explanation.evidence] == list(retrieval.evidence)
    for item in explanation.evidence:
        ranks = {stage.stage: stage for stage in item.stages[0]}
        assert {"text_vectors", "fusion", "alignment", "rerank", "signals"} <= ranks.keys()
        for name, stage in ranks.items():
            assert item.evidence.scores[name] == stage.score
            assert trace.rankings[name][stage.rank - 1][0] in item.evidence.node_ids
        assert item.evidence.score == pytest.approx(ranks["rerank"].score + ranks["signals"].score)
    assert explanation.questions[0].reranker == "region_alignment"
    assert explanation.seconds == retrieval.seconds


def test_an_explanation_shows_what_was_asked_and_each_token_once(client, capsys):
    print_explanation(client.retrieve("I like trains. Who repaired the tide gauge?").explanation)
    shown = capsys.readouterr().out
    assert "  asked: Who repaired the tide gauge?\n" in shown
    assert "tokens: repair tide gaug like train\n" in shown
    print_explanation(client.retrieve("Who repaired the tide gauge?").explanation)
    assert "asked:" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "question",
    [
        "?!… — .,;",
        '""',
        "“”",
        "🙂🙃🙂",
        "the of and is",
        "的了吗",
        "tide\x00gauge\x1b[31m\x7f",
        "\u202etide gauge\u202c",
        "gezeitenpegel wer hat ihn repariert",
        "кто починил датчик прилива",
        "谁修理了潮汐计？",
        "tide gauge " * 900,
        "x" * 10_000,
        '"' * 10_000,
        "1" * 10_000,
        "the 2021 report " * 600,
        "a.md " * 2_000,
        "云泽交通" * 5_000,
        "\ud800 tide",
    ],
    ids=lambda question: ascii(question[:18]),
)
def test_odd_questions_get_a_sound_result(client, question):
    retrieval = client.retrieve(question, top_k=4)
    assert len(retrieval.evidence) <= 4
    assert [item.score for item in retrieval.evidence] == sorted(
        (item.score for item in retrieval.evidence), reverse=True
    )
    json.dumps(retrieval.explanation.to_dict()).encode()


@pytest.mark.parametrize(
    "question", ["", " \n\t", "\x00\x1b", "\u200b\u202e \ufeff", [], [""], ["tide", " "], ["tide"] * 3 + ["\n"], 7, [7]]
)
def test_no_question_is_refused(client, question):
    with pytest.raises(QueryError):
        client.search(question)


def test_many_searches_at_a_time_find_what_each_finds_alone(client):
    matters = ("tide gauge", "slow boat", "oak piles", "island of gulls", "crew of the Cormorant", "ferry to Elmsford")
    questions = [f"{start} the {matter}?" for start in ("Who repaired", "Where is", "What of") for matter in matters]
    alone = [client.search(question, 3) for question in questions]
    with Chartwell.open(client.collection.path) as other, ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda question: other.search(question, 3), questions))
    assert [names(found) for found in together] == [names(found) for found in alone]
    for one, same in zip(alone, together, strict=True):
        assert [hit.score for hit in same] == pytest.approx([hit.score for hit in one], abs=1e-4)


def test_too_many_questions_are_refused(client):
    with pytest.raises(QueryError, match="17 questions"):
        client.search([f"question {number}" for number in range(17)])


@pytest.mark.parametrize("where", [{"source": "*.nothing"}, {"page": {">": 10**9}}, {"colour": "red"}])
def test_a_filter_that_nothing_meets_finds_nothing(client, where):
    retrieval = client.retrieve("tide gauge", where=where)
    assert retrieval.evidence == ()
    assert retrieval.explanation.questions[0].rankings["fusion"] == []


@pytest.mark.parametrize(
    "where", ["kind=chart", ["kind"], {"kind": "poem"}, {"page": {"~": 1}}, {"page": "x"}, {3: 4}, {"source": []}]
)
@pytest.mark.parametrize("top_k", [0, 5])
def test_a_filter_that_cannot_be_meant_is_refused(client, where, top_k):
    with pytest.raises(QueryError):
        client.search("tide gauge", top_k, where)


@pytest.mark.parametrize(("top_k", "count"), [(0, 0), (-3, 0), (1, 1), (1_000_000, len(TEXTS))])
def test_any_top_k(client, top_k, count):
    assert len(client.search("tide gauge of the island pier ferries", top_k)) == count


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_what_lies_below_the_fine_stage_is_returned_as_far_as_it_is_wanted(client, diversity):
    with Chartwell.open(client.collection.path, retrieval={"fine_depth": 1}) as other:
        every = names(other.search("the tide gauge of the island pier", 6, diversity=diversity))
        assert len(every) == len(TEXTS)
        for top_k in range(1, 6):
            assert names(other.search("the tide gauge of the island pier", top_k, diversity=diversity)) == every[:top_k]


def test_what_lies_below_the_fine_stage_has_no_score_of_it(client):
    with Chartwell.open(client.collection.path, retrieval={"fine_depth": 1}) as other:
        explained = other.retrieve("the tide gauge of the island pier", 6).explanation.evidence
    assert ["rerank" in item.evidence.scores for item in explained] == [True] + 5 * [False]
    for item in explained:
        assert {stage.stage for stage in item.stages[0]} == item.evidence.scores.keys()


def test_a_quoted_phrase_comes_first_also_below_the_fine_stage(client):
    with Chartwell.open(client.collection.path, retrieval={"fine_depth": 1}) as other:
        found = other.search('the island of gulls, the pier of oak, the ferries and the "tide gauge"', 6)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert ["tide gauge" in hit.text for hit in found] == [True, True, True, False, False, False]


@pytest.mark.parametrize("top_k", [2.5, "10", None])
def test_a_number_of_results_that_is_none_is_refused(client, top_k):
    with pytest.raises(QueryError, match="number of results"):
        client.search("tide", top_k)


@pytest.mark.parametrize("diversity", [-0.1, 1.5, float("nan"), "much"])
def test_diversity_out_of_range_is_refused(client, diversity):
    with pytest.raises(QueryError, match="diversity"):
        client.search("tide", diversity=diversity)
