"""A tiny BERT learns to bring questions near what answers them."""

import math
import threading

import numpy as np
import pytest

from chartwell.errors import ModelUnavailable
from chartwell.retrieval.learning.encoder_training import EncoderTrainingOptions, EncodingGroup, train_encoder

OPTIONS = EncoderTrainingOptions(epochs=40, batch_size=4, learning_rate=1e-2, checks=4, patience=4, device="cpu")
PAIRS = {"revenue": "rose percent", "margin": "operating fell", "2023": "in billion", "to": "the of"}


@pytest.fixture(scope="module")
def base(tmp_path_factory, save_word_tokenizer):
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("encoder")
    size = save_word_tokenizer(folder, model_max_length=32)
    torch.manual_seed(2)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    still = {
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }  # else it learns nothing
    config = BertConfig(vocab_size=size, max_position_embeddings=32, initializer_range=0.5, **sizes, **still)
    BertModel(config).save_pretrained(folder)
    return folder


def groups():
    """Each question with its answer, and another's that does not answer."""
    answers = list(PAIRS.values())
    return [
        EncodingGroup(question, answer, (answers[(place + 1) % len(answers)],), frozenset({place}))
        for place, (question, answer) in enumerate(PAIRS.items())
    ]


def margin(model):
    """By how much a question lies nearer to its answer than to the others, on average."""
    asked = model.encode_query(list(PAIRS), normalize_embeddings=True)
    found = model.encode_document(list(PAIRS.values()), normalize_embeddings=True)
    cosines = np.asarray(asked) @ np.asarray(found).T
    return float(np.diag(cosines).mean() - (cosines.sum() - np.trace(cosines)) / 12)


def train(base, given=None, validate=margin, options=OPTIONS, on_check=lambda *_: None, cancel=None):
    return train_encoder(
        base, given or groups(), validate, options, on_check=on_check, cancel=cancel or threading.Event()
    )


def test_questions_come_nearer_to_what_answers_them(base):
    heard = []
    trained = train(base, on_check=lambda seconds, value: heard.append(value))
    assert trained.validation[0] < 0.4 < max(trained.validation)
    assert margin(trained.model) == pytest.approx(max(trained.validation), abs=1e-4)
    assert tuple(heard) == trained.validation


def test_the_state_that_did_best_is_given_back_though_later_ones_are_worse(base):
    values = iter([0.1, 0.9, *([0.2] * 20)])
    seen = []

    def validate(model):
        seen.append(next(model.parameters()).detach().clone())
        return next(values)

    trained = train(base, validate=validate)
    assert (next(trained.model.parameters()) == seen[1]).all()
    assert not (seen[-1] == seen[1]).all()


def test_it_ends_when_nothing_is_gained(base):
    options = EncoderTrainingOptions(epochs=1000, batch_size=4, checks=1000, patience=2, device="cpu")
    assert len(train(base, validate=lambda _: 0.5, options=options).validation) == 3


@pytest.mark.parametrize("alike", [1, 2, 8])
def test_questions_with_the_same_evidence_never_meet_and_all_are_trained_on(base, alike):
    """Each would count as a wrong answer to the other; so the more there are, the more steps an epoch has."""
    given = [EncodingGroup("the revenue", f"rose {n}", ("fell",), frozenset({n // alike})) for n in range(8)]
    options = EncoderTrainingOptions(epochs=2, batch_size=8, checks=1, learning_rate=0.0, device="cpu")
    assert train(base, given, validate=lambda _: 0.0, options=options).steps == 2 * alike


def test_cancelling_gives_the_base_where_nothing_was_better(base):
    cancel = threading.Event()
    cancel.set()
    trained = train(base, cancel=cancel)
    assert trained.steps == 0
    assert len(trained.validation) == 1


def test_time_runs_out(base):
    options = EncoderTrainingOptions(minutes=1e-9, epochs=1000, batch_size=4, device="cpu")
    assert train(base, options=options).steps == 1


def test_equal_seeds_give_equal_models_and_leave_other_random_numbers_alone(base):
    import torch

    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    options = EncoderTrainingOptions(epochs=2, batch_size=2, device="cpu")
    assert train(base, options=options).validation == train(base, options=options).validation
    assert torch.equal(torch.rand(3), expected)


def test_what_cannot_be_trained_is_refused(tmp_path, base):
    with pytest.raises(ValueError, match="groups"):
        train_encoder(base, [], margin, OPTIONS, on_check=lambda *_: None, cancel=threading.Event())
    with pytest.raises(ModelUnavailable):
        train(tmp_path / "nothing")
    assert math.isfinite(margin(train(base, options=EncoderTrainingOptions(epochs=1, device="cpu")).model))
