import base64
import io
import json
import shutil
from dataclasses import replace

import pytest

from chartwell import Chartwell
from chartwell.app.doctor import _reranker, examine
from chartwell.app.explaining import print_explanation
from chartwell.app.settings import Settings
from chartwell.errors import ModelUnavailable, SettingsError
from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder
from chartwell.retrieval.rerank.pictures import CollectionPictures

QUESTION = "How many ships did the harbour handle?"


@pytest.fixture
def client_with(indexed):
    """The shared collection under other settings of the fine stage."""

    def make(retrieval="auto", **reranker):
        return Chartwell(indexed.collection, Settings.load(retrieval={"reranker": retrieval}, reranker=reranker))

    return make


@pytest.fixture
def down():
    return {"base_url": "http://127.0.0.1:9/v1", "model": "tiny", "timeout_seconds": 0.5}


def test_without_a_model_region_alignment_ranks(client_with):
    retrieval = client_with().retrieve(QUESTION)
    assert {item.reranked_by for item in retrieval.evidence} == {"region_alignment"}
    assert retrieval.warnings == ()
    assert "relevance" not in retrieval.evidence[0].scores


@pytest.mark.parametrize("chosen", ["auto", "cross-encoder"])
def test_a_cross_encoder_on_this_machine_ranks(client_with, text_cross_encoder, chosen):
    evidence = client_with(chosen, model=str(text_cross_encoder)).search(QUESTION)
    assert evidence[0].reranked_by == f"cross-encoder {text_cross_encoder}"
    assert {"fusion", "alignment", "relevance", "rerank"} <= set(evidence[0].scores)
    assert evidence[0].to_dict()["reranked_by"] == evidence[0].reranked_by


@pytest.fixture(scope="module")
def two_charts(tmp_path_factory, make_chart):
    folder = tmp_path_factory.mktemp("two-charts")
    make_chart(folder / "travel.png", "How residents travel to work", {"Bicycle": 47, "Bus": 31, "Private car": 22})
    make_chart(folder / "fish.png", "What the boats landed last winter", {"Herring": 51, "Cod": 38, "Haddock": 11})
    (folder / "note.txt").write_text("The boats of Skarholm land herring in winter.\n", "utf-8")
    with Chartwell.open(folder / "kb") as client:
        client.index(sorted(folder.glob("*.*")))
        yield client


@pytest.mark.parametrize("chosen", ["auto", "tokens"])
def test_token_vectors_of_the_text_model_order_charts(two_charts, chosen):
    client = Chartwell(two_charts.collection, Settings.load(retrieval={"reranker": chosen}))
    evidence = client.search("What was landed by boats in winter?")
    assert {item.reranked_by for item in evidence} == {"token interaction sentence-transformers/all-MiniLM-L6-v2"}
    charts = [item for item in evidence if item.kind == "chart"]
    assert ["boats landed" in chart.text for chart in charts] == [True, False]
    assert all(("tokens" in item.scores) == (item.kind == "chart") for item in evidence)
    assert not any("relevance" in item.scores for item in evidence)


def test_what_tokens_and_a_tuned_model_say_stands_side_by_side(two_charts, text_cross_encoder, tmp_path, capsys):
    kb = shutil.copytree(two_charts.collection.path, tmp_path / "kb")
    with Chartwell.open(kb) as client, client.collection.writer() as writer:
        untuned = client.retrieve("What was landed by boats in winter?").explanation.questions[0]
        writer.adopt_reranker(
            lambda into: shutil.copytree(text_cross_encoder, into, dirs_exist_ok=True),
            {"weight": 1.5, "max_tokens": 48},
        )
    with Chartwell.open(kb) as client:
        explanation = client.retrieve("What was landed by boats in winter?").explanation
    (question,) = explanation.questions
    assert question.rankings["tokens"] == untuned.rankings["tokens"]
    assert [len(question.rankings[part]) for part in ("tokens", "relevance")] == [2, 3]
    assert question.to_dict()["models"] == {
        "tokens": "token interaction sentence-transformers/all-MiniLM-L6-v2",
        "relevance": question.reranker,
    }
    assert question.reranker.startswith("cross-encoder reranker-")
    for item in explanation.evidence:
        stages = [stage.stage for stage in item.stages[0]]
        by_tokens = ["tokens"] if item.evidence.kind == "chart" else []
        assert stages[stages.index("alignment") :] == ["alignment", *by_tokens, "relevance", "rerank"]
        assert item.evidence.scores["relevance"] == dict(question.rankings["relevance"])[item.evidence.node_ids[0]]
    print_explanation(explanation)
    shown = capsys.readouterr().out
    assert "tokens: token interaction sentence-transformers/all-MiniLM-L6-v2" in shown
    assert f"relevance: {question.reranker}" in shown


def test_a_text_model_without_token_vectors_is_refused(indexed, other_text_model):
    settings = Settings.load(retrieval={"reranker": "tokens"}, encoder={"text_model": str(other_text_model)})
    with pytest.raises(SettingsError, match="do not say that it pools by their mean"):
        Chartwell(indexed.collection, settings).search(QUESTION)


def test_alignment_goes_before_a_model_where_it_is_set(client_with, text_cross_encoder):
    assert client_with("alignment", model=str(text_cross_encoder)).search(QUESTION)[0].reranked_by == "region_alignment"


@pytest.mark.parametrize("chosen", ["auto", "served"])
def test_a_served_reranker_sees_texts_and_pictures(client_with, rerank_server, chosen):
    evidence = client_with(chosen, model="tiny", base_url=rerank_server.base_url).search("412 ships in 2021")
    assert evidence[0].reranked_by == "served tiny"
    assert "412 ships" in evidence[0].text
    documents = rerank_server.requests[0][1]["documents"]
    pictured = [document for document in documents if isinstance(document, dict)]
    assert len(pictured) == 1
    assert pictured[0]["content"][0]["image_url"]["url"].startswith("data:image/png;base64,")
    blind = client_with(chosen, model="tiny", base_url=rerank_server.base_url, images=False)
    blind.search("ships")
    assert all(isinstance(document, str) for document in rerank_server.requests[1][1]["documents"])


def test_pictures_are_sent_as_stored_where_small_and_none_where_damaged(indexed, tmp_path):
    from PIL import Image

    pictures = CollectionPictures(indexed.collection)
    nodes = [node for one in indexed.documents() for node in indexed.collection.nodes_of(one.id) if node.asset]
    (node,) = nodes
    data = indexed.collection.asset_bytes(node.asset)
    url = pictures.url(node)
    assert pictures.picture(node).mode == "RGB"
    if Image.open(io.BytesIO(data)).mode == "RGB":
        assert base64.b64decode(url.partition(",")[2]) == data
    assert pictures.picture(replace(node, asset=None)) is None
    assert pictures.url(replace(node, asset="0" * 64)) is None


def test_a_served_reranker_that_is_down_is_told_in_the_result(client_with, down):
    client = client_with("served", **down)
    retrieval = client.retrieve(QUESTION)
    aligned = client_with("alignment").retrieve(QUESTION)
    assert [item.node_ids for item in retrieval.evidence] == [item.node_ids for item in aligned.evidence]
    assert retrieval.evidence[0].reranked_by == "region_alignment"
    assert "The reranker tiny at http://127.0.0.1:9/v1 failed" in retrieval.warnings[0]
    answer = client.ask(QUESTION)
    assert "failed" in answer.warnings[0]
    assert answer.to_dict()["warnings"] == list(answer.warnings)


def test_a_served_reranker_that_is_down_ends_the_search_where_that_is_set(client_with, down):
    with pytest.raises(ModelUnavailable, match="The reranker tiny"):
        client_with("served", **down, on_failure="error").search(QUESTION)


def test_nonsense_of_a_served_reranker_changes_nothing(client_with, rerank_server):
    rerank_server.answers = [(200, {"results": [{"index": 0, "relevance_score": 0.9}]})]
    retrieval = client_with("served", model="tiny", base_url=rerank_server.base_url).retrieve(QUESTION)
    assert "1 results for" in retrieval.warnings[0]
    assert retrieval.evidence[0].reranked_by == "region_alignment"


def test_auto_never_downloads_and_says_what_is_missing(client_with):
    retrieval = client_with(model="org/nothing", allow_download=True).retrieve(QUESTION)
    assert "cross-encoder org/nothing was not found" in retrieval.warnings[0]
    assert retrieval.evidence[0].reranked_by == "region_alignment"


def test_a_cross_encoder_that_is_asked_for_and_missing_is_an_error(client_with):
    with pytest.raises(ModelUnavailable, match="org/nothing"):
        client_with("cross-encoder", model="org/nothing").search(QUESTION)


@pytest.mark.parametrize(
    ("retrieval", "reranker", "named"),
    [
        ("served", {}, "base_url"),
        ("served", {"model": "tiny"}, "base_url"),
        ("cross-encoder", {}, "model"),
        ("auto", {"base_url": "http://x/v1"}, "model"),
        ("best", {}, "retrieval.reranker"),
        ("auto", {"weights": 1}, "reranker.weights"),
        ("auto", {"weight": float("inf")}, "reranker.weight"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(retrieval, reranker, named):
    with pytest.raises(SettingsError, match=named) as refused:
        Settings.load(retrieval={"reranker": retrieval}, reranker=reranker)
    assert "``" not in str(refused.value)
    assert "Value error" not in str(refused.value)


def test_the_command_line_says_what_failed(indexed, down, monkeypatch, capsys):
    from chartwell.app.cli import main

    for name, value in down.items():
        monkeypatch.setenv(f"CHARTWELL_RERANKER__{name.upper()}", str(value))
    arguments = ["chartwell", "search", "ships", "-c", str(indexed.collection._stores.path)]
    for extra in ([], ["--explain", "--also", "boats"], ["--json"]):
        monkeypatch.setattr("sys.argv", arguments + extra)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        output = capsys.readouterr()
        if "--json" in extra:
            found = json.loads(output.out)
            assert "The reranker tiny" in found["warnings"][0]
            assert found["evidence"][0]["reranked_by"] == "region_alignment"
        else:
            assert "warning: The reranker tiny" in output.err
            assert ("reranked by region_alignment" in output.out) == bool(extra)


@pytest.fixture
def finding(tmp_path):
    """What doctor says of the reranker where there is no collection yet."""

    def find(retrieval="auto", encoder=None, **reranker):
        settings = Settings.load(retrieval={"reranker": retrieval}, reranker=reranker, encoder=encoder or {})
        return _reranker(tmp_path / "none", settings)

    return find


def test_doctor_tells_which_reranker_is_used(finding, text_cross_encoder):
    assert "region alignment, among charts the token vectors of sentence-transformers/" in finding().detail
    assert finding("alignment").detail.startswith("region alignment;")
    assert "served at http://x/v1" in finding(base_url="http://x/v1", model="tiny").detail
    assert "(path)" in finding(model=str(text_cross_encoder)).detail
    tokens = finding("tokens")
    assert (tokens.state, "all-MiniLM-L6-v2" in tokens.detail) == ("ok", True)


def test_doctor_tells_that_tokens_cannot_be_compared(finding, other_text_model, tmp_path):
    assert finding("auto", {"text_model": str(other_text_model)}).detail.startswith("region alignment;")
    with pytest.raises(ModelUnavailable, match="does not exist"):
        finding("tokens", {"text_model": str(tmp_path / "nothing")})
    with pytest.raises(SettingsError, match="do not say that it pools by their mean"):
        finding("tokens", {"text_model": str(other_text_model)})
    found = {one.name: one for one in examine_with(tmp_path, "tokens", str(other_text_model))}
    assert found["reranker"].state == "missing"


def examine_with(folder, reranker, text_model):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARTWELL_RETRIEVAL__RERANKER", reranker)
        patch.setenv("CHARTWELL_ENCODER__TEXT_MODEL", text_model)
        return examine(folder / "none")


def test_doctor_tells_that_alignment_stands_in_for_an_absent_model(finding):
    found = finding(model="org/nothing")
    assert found.state == "note"
    assert found.detail.startswith("region alignment; The cross-encoder org/nothing was not found")
    with pytest.raises(ModelUnavailable, match="org/nothing"):
        finding("cross-encoder", model="org/nothing")


def test_token_vectors_that_fail_are_told_or_end_the_search(two_charts, monkeypatch):
    def fail(self, texts, *, queries=False):
        raise ModelUnavailable("The text model broke.")

    monkeypatch.setattr(SentenceEncoder, "token_vectors", fail)
    retrieval = Chartwell(two_charts.collection, Settings.load()).retrieve(QUESTION)
    assert retrieval.warnings == ("The text model broke. Region alignment ranked instead.",)
    with pytest.raises(ModelUnavailable, match="broke"):
        Chartwell(two_charts.collection, Settings.load(reranker={"on_failure": "error"})).search(QUESTION)
