"""A tiny BERT learns from groups that a word tells apart; the coarse scores say nothing, or the wrong thing."""

import threading

import numpy as np
import pytest

from chartwell.errors import ModelUnavailable
from chartwell.retrieval.learning.cross_encoder_training import TrainingOptions, train_cross_encoder
from chartwell.retrieval.learning.ranking_group import RankingGroup, fitted_coarse_weight
from chartwell.retrieval.rerank.cross_encoder import CrossEncoderModel

OPTIONS = TrainingOptions(epochs=12, group_size=4, learning_rate=5e-3, max_tokens=24, checks=3, device="cpu")


def groups(count, seed):
    """The passage that answers says "rose", the others say "fell"."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        filler = [" ".join(random.choice(["the", "of", "to", "in"], 4)) for _ in range(6)]
        passages = [f"{words} {'rose' if place == 0 else 'fell'}" for place, words in enumerate(filler)]
        made.append(RankingGroup("the revenue", tuple(passages), tuple(random.standard_normal(6))))
    return made


@pytest.fixture(scope="module")
def trained(text_cross_encoder):
    return train_cross_encoder(text_cross_encoder, groups(24, 1), groups(8, 2), OPTIONS)


def test_it_learns_what_the_coarse_scores_do_not_tell(trained):
    assert trained.coarse_ndcg < 0.8
    assert trained.ndcg == max(check.ndcg for check in trained.checks) > 0.95
    assert trained.checks[-1].loss < trained.checks[0].loss
    assert trained.weight in {check.weight for check in trained.checks}


def test_what_is_saved_is_read_by_the_reranker(trained, tmp_path, make_node):
    trained.save(tmp_path / "model")
    model = CrossEncoderModel(str(tmp_path / "model"), device="cpu")
    nodes = [make_node(1, ["of the fell"]), make_node(2, ["of the rose"])]
    fell, rose = model.relevance("the revenue", nodes, lambda _: 1.0)
    assert rose > fell + 1
    # Trained on 24 tokens, it is given no more.
    long = [make_node(3, ["of the rose", *("in the of to",) * 40])]
    assert np.isfinite(model.relevance("the revenue", long, lambda line: float("rose" in line))).all()


def test_equal_seeds_give_equal_models_and_leave_other_random_numbers_alone(text_cross_encoder):
    import torch

    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    runs = [
        train_cross_encoder(text_cross_encoder, groups(8, 1), groups(4, 2), TrainingOptions(epochs=2, device="cpu"))
        for _ in range(2)
    ]
    assert torch.equal(torch.rand(3), expected)
    first, second = ([value.numpy() for value in run.model.state_dict().values()] for run in runs)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_embeddings_and_lower_layers_stay_as_they_are(text_cross_encoder):
    from safetensors.torch import load_file

    options = TrainingOptions(epochs=2, frozen_layers=1, learning_rate=1e-2, device="cpu")
    run = train_cross_encoder(text_cross_encoder, groups(8, 1), groups(4, 2), options)
    before = load_file(text_cross_encoder / "model.safetensors")
    after = run.model.model.state_dict()
    changed = {name for name in before if not before[name].equal(after[name])}
    assert not any("embeddings" in name or "layer.0." in name for name in changed)
    assert any("layer.1." in name for name in changed)


@pytest.mark.parametrize(("options", "ended"), [({"minutes": 1e-9}, "budget"), ({"epochs": 1}, "epochs")])
def test_it_ends_when_time_or_questions_run_out(text_cross_encoder, options, ended):
    options = TrainingOptions(device="cpu", **options)
    run = train_cross_encoder(text_cross_encoder, groups(12, 1), groups(4, 2), options)
    assert run.ended == ended
    assert run.steps == (1 if ended == "budget" else 3)


def test_it_ends_when_nothing_is_gained(text_cross_encoder):
    """The coarse scores are right already, and cannot be bettered."""
    right = [RankingGroup(g.question, g.passages, (5.0, *[-1.0] * 5)) for g in groups(12, 1)]
    options = TrainingOptions(epochs=50, checks=50, patience=2, device="cpu")
    run = train_cross_encoder(text_cross_encoder, right, right[:4], options)
    assert (run.ended, run.coarse_ndcg, run.ndcg) == ("no gain", 1.0, 1.0)
    assert len(run.checks) == 3


def test_cancelling_gives_the_best_so_far(text_cross_encoder):
    cancel = threading.Event()
    heard = []

    def on_check(check):
        heard.append(check)
        cancel.set()

    run = train_cross_encoder(
        text_cross_encoder, groups(24, 1), groups(4, 2), OPTIONS, on_check=on_check, cancel=cancel
    )
    assert run.ended == "cancelled"
    assert run.checks == tuple(heard)
    assert len(heard) == 1


def test_what_cannot_be_trained_is_refused(text_cross_encoder, tmp_path):
    with pytest.raises(ValueError, match="held out"):
        train_cross_encoder(text_cross_encoder, groups(2, 1), [])
    with pytest.raises(ValueError, match="as many coarse scores"):
        RankingGroup("a", ("b", "c"), (1.0,))
    with pytest.raises(ValueError, match="and others"):
        RankingGroup("a", ("b",), (1.0,))
    with pytest.raises(ModelUnavailable):
        train_cross_encoder(tmp_path, groups(2, 1), groups(2, 2))


def test_the_coarse_weight_follows_what_the_coarse_scores_are_worth():
    random = np.random.default_rng(4)

    def judged(lead):
        return [
            RankingGroup("q", tuple("abcdef"), tuple(random.standard_normal(6) + lead * (np.arange(6) == 0)))
            for _ in range(200)
        ]

    # The scores are normal with deviation 1: the log-odds of a lead of d are d times the score.
    assert fitted_coarse_weight(judged(1.5)) == pytest.approx(1.5, abs=0.3)
    assert fitted_coarse_weight(judged(-1.0)) == pytest.approx(0.0, abs=1e-3)


def test_relevant_passages_that_tie_with_others_come_last():
    group = RankingGroup("q", tuple("abc"), (0.0, 0.0, 0.0))
    assert group.ndcg(group.coarse) == pytest.approx(0.5)
    assert RankingGroup("q", tuple("abc"), (1.0, 2.0, 0.0), relevant=2).ndcg((1.0, 2.0, 0.0)) == 1.0
