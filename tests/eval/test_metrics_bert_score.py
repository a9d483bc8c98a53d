import bert_score
import pytest
import torch

from chartwell.errors import SettingsError
from chartwell.eval.metrics.bert_score import BertScore, BertScoreOptions
from chartwell.indexing.encoders.weights import ResolvedModel

from .random_texts import ENGLISH, random_pairs

WORDS = (*ENGLISH, *"公司净利润比上年增长下降为亿元", "12", "%", "$", "2021", ".")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny BERT with its tokenizer, both saved as any model is."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("bert")
    tokens = dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=32, **marks).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder)
    return ResolvedModel(folder, "path", "tiny")


PAIRS = [
    pair for language in ("en", "zh") for pair in random_pairs(500, language=language) if all(map(str.strip, pair))
]


def ours(metric, pairs):
    values = metric.score([answer for answer, _ in pairs], [[known] for _, known in pairs])
    return torch.tensor([one.value for one in values])


@pytest.mark.parametrize("idf", [False, True])
def test_it_agrees_with_the_package_on_random_cases(model, idf):
    answers, known = zip(*PAIRS, strict=True)
    theirs = bert_score.score(
        list(answers), list(known), model_type=str(model.path), num_layers=2, idf=idf, nthreads=0, device="cpu"
    )
    texts = known if idf else ()
    for measure, values in zip(("precision", "recall", "f1"), theirs, strict=True):
        metric = BertScore(model, BertScoreOptions(measure, layer=2, idf_texts=texts, batch_size=7))
        assert torch.allclose(ours(metric, PAIRS), values, atol=2e-6), measure


def test_where_the_package_fails_values_are_told(model):
    metric = BertScore(model)
    values = metric.score(["", "net", "net", " "], [["net"], ["net"], ["", "fell"], [""]])
    assert [one.value is None for one in values] == [True, False, False, True]
    assert values[0].reason == "the answer is empty"
    assert metric.score(["net"], [[" "]])[0].reason == "the reference is empty"
    assert values[1].value == pytest.approx(1)
    # The only token stands in every text, so its weight is 0; the package calls that a score of 0.
    rare = BertScore(model, BertScoreOptions(idf_texts=("net",)))
    assert rare.score(["net"], [["net"]])[0].reason == "no token of the answer or the reference has any weight"


def test_the_best_reference_counts_and_neighbours_do_not(model):
    metric = BertScore(model, BertScoreOptions(batch_size=2))
    alone = metric.score(["net sales"], [["adults say", "net sales"]])
    assert alone[0].value == pytest.approx(1)
    beside = metric.score(["net sales", "a " * 20], [["adults say", "net sales"], ["the " * 9]])
    assert beside[0].value == pytest.approx(alone[0].value, abs=1e-6)


def test_long_texts_are_cut_and_that_is_told(model, caplog):
    metric = BertScore(model)
    metric.score(["net " * 99], [["sales"]])
    assert metric.truncated == 1
    assert "first 32 tokens of 1 texts" in caplog.text


def test_the_signature_tells_what_the_value_depends_on(model):
    plain = BertScore(model)
    assert "layer:2/3|idf:no|baseline:none|cut:32 tokens" in plain.signature
    baseline = plain.baseline_of([known for _, known in PAIRS[:50]], seed=1)
    assert plain.baseline_of([known for _, known in PAIRS[:50]], seed=1) == baseline
    scaled = BertScore(model, BertScoreOptions(baseline=baseline))
    assert f"baseline:{baseline:g}" in scaled.signature
    raw, rescaled = ours(plain, PAIRS[:9]), ours(scaled, PAIRS[:9])
    assert torch.allclose((raw - baseline) / (1 - baseline), rescaled, atol=1e-5)


@pytest.mark.parametrize("options", [{"layer": 4}, {"layer": 0}, {"baseline": 1.0}])
def test_options_that_do_not_fit_are_refused(model, options):
    with pytest.raises(SettingsError):
        BertScore(model, BertScoreOptions(**options))
