import shutil

import numpy as np
import pytest
from PIL import Image

from chartwell.errors import ModelUnavailable
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.cross_encoder import CrossEncoderModel
from chartwell.retrieval.rerank.protocol import Candidate
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.rerank.relevance import RelevanceReranker

WORDS = ["the", "revenue", "of", "rose", "fell", "to", "in", "margin"]


@pytest.fixture
def model(text_cross_encoder):
    return CrossEncoderModel(str(text_cross_encoder), device="cpu")


def equally(_):
    return 1.0


def texts(count, longest=30, seed=2):
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(WORDS, random.integers(1, longest))) for _ in range(count)]


def logits(folder, pairs):
    import torch
    from sentence_transformers import CrossEncoder

    return CrossEncoder(str(folder), device="cpu").predict(pairs, activation_fn=torch.nn.Identity())


def test_relevance_is_the_models_logit_whatever_the_batches(text_cross_encoder, make_node):
    passages = texts(20)
    expected = logits(text_cross_encoder, [("the revenue rose", passage) for passage in passages])
    nodes = [make_node(number, [passage], kind="text") for number, passage in enumerate(passages, start=1)]
    for batch_size in (1, 3, 50):
        model = CrossEncoderModel(str(text_cross_encoder), device="cpu", batch_size=batch_size)
        np.testing.assert_allclose(model.relevance("the revenue rose", nodes, equally), expected, atol=1e-4)


def test_a_chart_that_is_too_long_is_cut_by_whole_lines_to_what_the_model_reads(text_cross_encoder, make_node):
    lines = ["the margin", *(f"fell to {number}" for number in range(60)), "revenue rose", *("of the",) * 60]
    model = CrossEncoderModel(str(text_cross_encoder), device="cpu", max_tokens=10)
    found = model.relevance("the revenue", [make_node(1, lines)], lambda line: float("revenue" in line))
    # 10 tokens in all: 2 for the question; each line takes one more for what joins it to the next.
    expected = logits(text_cross_encoder, [("the revenue", "the margin\nrevenue rose")])
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_long_question_leaves_half_the_room_to_the_passage(text_cross_encoder, make_node):
    model = CrossEncoderModel(str(text_cross_encoder), device="cpu", max_tokens=8)
    found = model.relevance("the " * 90 + "of revenue rose", [make_node(1, ["margin fell to the"])], equally)
    np.testing.assert_allclose(
        found, logits(text_cross_encoder, [("the of revenue rose", "margin fell to the")]), atol=1e-4
    )


def test_half_precision_gives_nearly_the_same(text_cross_encoder, model, make_node):
    half = CrossEncoderModel(str(text_cross_encoder), device="cpu", precision="bfloat16")
    nodes = [make_node(number, [text]) for number, text in enumerate(texts(10), start=1)]
    exact = model.relevance("revenue", nodes, equally)
    np.testing.assert_allclose(half.relevance("revenue", nodes, equally), exact, atol=0.1)


def test_a_multimodal_model_sees_the_picture(multimodal_cross_encoder, make_node):
    colours = {1: "red", 2: "blue"}

    def picture_of(node):
        return Image.new("RGB", (32, 32), colours[node.id]) if node.asset else None

    seeing = CrossEncoderModel(str(multimodal_cross_encoder), device="cpu", pictures=picture_of)
    blind = CrossEncoderModel(str(multimodal_cross_encoder), device="cpu")
    charts = [make_node(number, ["revenue rose"], asset="a" * 64) for number in (1, 2)]
    text = make_node(3, ["revenue rose"], kind="text")
    red, blue, none = seeing.relevance("the revenue", [*charts, text], equally)
    assert len({round(red, 4), round(blue, 4), round(none, 4)}) == 3
    np.testing.assert_allclose(blind.relevance("the revenue", [*charts, text], equally), [none] * 3, atol=1e-4)


def test_strings_are_never_opened_or_fetched(multimodal_cross_encoder, make_node, tmp_path, watched_server):
    address, requests = watched_server
    path = tmp_path / "chart.png"
    model = CrossEncoderModel(str(multimodal_cross_encoder), device="cpu", pictures=lambda node: None)

    def scores():
        return [
            model.relevance(text, [make_node(1, [text]), make_node(2, ["revenue"])], equally)
            for text in (str(path), f"{address}/chart.png", f"file://{path}", "data:image/png;base64,AAAA")
        ]

    before = scores()
    Image.new("RGB", (16, 16), "red").save(path)
    np.testing.assert_array_equal(scores(), before)
    assert requests == []


def rewrite(folder, change):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: change(tensor) for name, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"}
    )


def test_damaged_weights_are_detected(text_cross_encoder, make_node, tmp_path):
    copy = shutil.copytree(text_cross_encoder, tmp_path / "copy")
    rewrite(copy, lambda tensor: tensor * float("nan"))
    with pytest.raises(ModelUnavailable, match="scores that are none"):
        CrossEncoderModel(str(copy), device="cpu").relevance("a", [make_node(1, ["b"])], equally)
    (copy / "model.safetensors").write_bytes(b"\0" * 20)
    with pytest.raises(ModelUnavailable, match="does not load"):
        CrossEncoderModel(str(copy), device="cpu").load()


def test_a_model_that_does_not_load_is_not_tried_again(text_cross_encoder, make_node, tmp_path, monkeypatch):
    copy = shutil.copytree(text_cross_encoder, tmp_path / "copy")
    (copy / "model.safetensors").write_bytes(b"\0" * 20)
    model = CrossEncoderModel(str(copy), device="cpu")
    with pytest.raises(ModelUnavailable, match="does not load") as first:
        model.relevance("a", [make_node(1, ["b"])], equally)
    monkeypatch.delattr("chartwell.retrieval.rerank.cross_encoder.load_cross_encoder")
    with pytest.raises(ModelUnavailable) as second:
        model.relevance("a", [make_node(1, ["b"])], equally)
    assert str(second.value) == str(first.value)


def test_a_classifier_is_refused(text_cross_encoder, tmp_path):
    from transformers import BertConfig, BertForSequenceClassification

    copy = shutil.copytree(text_cross_encoder, tmp_path / "copy")
    config = BertConfig.from_pretrained(copy)
    config.num_labels = 3
    BertForSequenceClassification(config).save_pretrained(copy)
    with pytest.raises(ModelUnavailable, match="3 outputs"):
        CrossEncoderModel(str(copy), device="cpu").load()


def test_a_model_that_is_not_there_is_reported_without_the_network(tmp_path):
    with pytest.raises(ModelUnavailable, match="cross-encoder org/nothing"):
        CrossEncoderModel("org/nothing")
    with pytest.raises(ModelUnavailable, match="does not exist"):
        CrossEncoderModel(str(tmp_path / "nothing"))


class TestReranker:
    @pytest.fixture
    def alignment(self):
        return RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))

    def test_the_weight_says_how_much_the_model_counts(self, model, alignment, make_node):
        candidates = [Candidate(make_node(n, [text]), -n / 10) for n, text in enumerate(texts(12), start=1)]
        query = parse_query("the revenue")
        by_model = RelevanceReranker(model, alignment, weight=1e6).rerank(query, candidates)
        relevance = [item.scores["relevance"] for item in by_model.items]
        assert relevance == sorted(relevance, reverse=True)
        without = RelevanceReranker(model, alignment, weight=0.0).rerank(query, candidates)
        assert [i.node_id for i in without.items] == [i.node_id for i in alignment.rerank(query, candidates).items]
        assert without.by.startswith("cross-encoder ")

    def test_differences_that_are_noise_leave_the_coarse_order(self, alignment, make_node):
        class Indifferent:
            name = "indifferent"

            def relevance(self, question, nodes, weigh):
                return np.linspace(-0.01, 0.01, len(nodes))

        candidates = [Candidate(make_node(number, ["alpha"]), -number / 3) for number in range(1, 5)]
        ranking = RelevanceReranker(Indifferent(), alignment).rerank(parse_query("beta"), candidates)
        assert [item.node_id for item in ranking.items] == [1, 2, 3, 4]

    def test_a_model_that_fails_is_told_or_raised(self, text_cross_encoder, alignment, make_node, tmp_path):
        copy = shutil.copytree(text_cross_encoder, tmp_path / "copy")
        rewrite(copy, lambda tensor: tensor * float("nan"))
        broken = CrossEncoderModel(str(copy), device="cpu")
        candidates = [Candidate(make_node(1, ["revenue"]), 0.0), Candidate(make_node(2, ["margin"]), 0.1)]
        query = parse_query("revenue")
        ranking = RelevanceReranker(broken, alignment).rerank(query, candidates)
        assert ranking.items == alignment.rerank(query, candidates).items
        assert ranking.by == "region_alignment"
        assert "Region alignment ranked instead" in ranking.warnings[0]
        with pytest.raises(ModelUnavailable):
            RelevanceReranker(broken, alignment, fall_back=False).rerank(query, candidates)
