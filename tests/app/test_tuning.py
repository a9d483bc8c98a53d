"""Tuning a tiny collection with tiny random models: what helps is adopted, what does not is not."""

import json
import os
import random
import shutil
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from chartwell import Chartwell
from chartwell.app.doctor import _reranker, _tuned_models
from chartwell.app.settings import Settings
from chartwell.app.tuning import TuneRequest, Tuning
from chartwell.errors import ModelUnavailable, NothingToLearn, SettingsError
from chartwell.indexing.node_encoding import text_fingerprint
from chartwell.retrieval.learning.cross_encoder_training import TrainingOptions
from chartwell.retrieval.learning.encoder_training import EncoderTrainingOptions

from . import command_line

TOPICS = [
    f"{first}{second}"
    for first in ("bar", "kel", "mon", "tor", "vin", "zul")
    for second in ("ada", "eth", "ifo", "orn", "uma")
]
FILLER = ["operating", "margin", "percent", "billion", "of", "in", "to", "the"]
TRAINING = TrainingOptions(epochs=24, group_size=4, learning_rate=5e-3, max_tokens=48, checks=4, patience=4)
ENCODER_TRAINING = EncoderTrainingOptions(
    epochs=32, learning_rate=1e-2, batch_size=8, negatives=2, checks=4, patience=4
)


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory, save_word_tokenizer):
    """A text encoder and a cross-encoder of a few kilobytes, with random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel

    folders = {}
    for number, (kind, model) in enumerate(
        {"encoder": BertModel, "cross-encoder": BertForSequenceClassification}.items()
    ):
        folders[kind] = tmp_path_factory.mktemp("tiny") / kind
        folders[kind].mkdir()
        size = save_word_tokenizer(folders[kind], model_max_length=128)
        torch.manual_seed(number)
        sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
        config = BertConfig(**sizes, vocab_size=size, max_position_embeddings=128, num_labels=1, initializer_range=0.5)
        model(config).save_pretrained(folders[kind])
    return {kind: str(folder) for kind, folder in folders.items()}


@pytest.fixture(scope="session")
def learnable(tmp_path_factory, tiny_models):
    """A collection of three notes a topic, one of which says "rose" and two "fell", and settings for it."""
    folder = tmp_path_factory.mktemp("learnable")
    draw = random.Random(4)
    for topic in TOPICS:
        for place, word in enumerate(["rose", "fell", "fell"]):
            words = " ".join(draw.choices(FILLER, k=5))
            (folder / f"{topic}-{place}.txt").write_text(f"{topic} revenue {words} {word} {topic}.", "utf-8")
    settings = settings_for(tiny_models)
    with Chartwell.open(tmp_path_factory.mktemp("kb") / "kb", settings=settings) as client:
        report = client.index([folder])
        assert len(report.added) == 3 * len(TOPICS)
    return client.collection.path


def settings_for(tiny_models, reranker="alignment", **more):
    return Settings.load(
        encoder={"text_model": tiny_models["encoder"], "device": "cpu"},
        reranker={"model": tiny_models["cross-encoder"]},
        retrieval={"reranker": reranker},
        index={"workers": 1},  # documents are numbered in the order in which they come, and what is learned follows
        **more,
    )


@pytest.fixture
def kb(learnable, tmp_path):
    """A copy that may be changed."""
    return shutil.copytree(learnable, tmp_path / "kb")


@pytest.fixture
def write_questions(tmp_path):
    """A file of one question a topic; `relevant(topic)` is the number of the note that answers."""

    def write(relevant=lambda topic: 0, topics=TOPICS, **extra):
        path = tmp_path / "questions.jsonl"
        lines = [
            {
                "id": topic,
                "question": f"the revenue of {topic} ?",
                "answers": ["rose"],
                "relevant": [{"source": f"{topic}-{relevant(topic)}.txt"}],
                **extra,
            }
            for topic in topics
        ]
        path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
        return path

    return write


def tuning(client, **request):
    asked = TuneRequest(**{"minutes": 60.0, "reranker": TRAINING, "encoder": ENCODER_TRAINING, **request})
    retriever = client.retriever
    return Tuning(client.collection, client.settings, retriever.candidates, client.text_encoder, asked)


def files(folder):
    return (
        sorted(str(path.relative_to(folder)) for path in (folder / "models").rglob("*"))
        if (folder / "models").is_dir()
        else []
    )


def test_what_helps_is_adopted_serves_and_can_be_taken_back(kb, tiny_models, write_questions):
    events = []
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        report = tuning(client, questions=write_questions(), on_event=events.append).tune_reranker()
        assert report.adopted, report.reason
        assert report.verdict.p < 0.05
        assert report.verdict.after > report.verdict.before
        assert report.reason.startswith("Adopted: nDCG@10 on ")
        assert report.origin == "given"
        assert {"training", "validation", "held_out", "trained_on"} == set(report.questions)
        assert "set to alignment" in report.warnings[0]
        assert json.loads(json.dumps(report.to_dict()))["verdict"]["p"] == pytest.approx(report.verdict.p, abs=1e-5)
        assert [event.stage for event in events[:1]] == ["examples"]
        assert {"examples", "training", "judging", "saving"} == {event.stage for event in events}
        assert client.verify().ok
    with Chartwell.open(kb, settings=settings_for(tiny_models, "auto")) as client:
        found = client.search(f"the revenue of {TOPICS[0]} ?")
        assert found[0].reranked_by.startswith("cross-encoder reranker-")
        (folder,) = (kb / "models").iterdir()
        provenance = json.loads((folder / "provenance.json").read_text("utf-8"))
        assert provenance["weight"] == report.weight
        assert provenance["text_space"] == client.collection.spaces()["text"].fingerprint
        assert provenance["examples"]["file"]["name"] == "questions.jsonl"
        assert provenance["figures"] == report.verdict.to_dict()
        assert {"torch", "transformers", "chartwell"} <= set(provenance["versions"])
        assert folder.name in _tuned_models(kb).detail
        assert client.untune("reranker")
        assert not client.untune("reranker")
        assert files(kb) == []
        assert not client.search(f"the revenue of {TOPICS[0]} ?")[0].reranked_by.startswith("cross-encoder reranker-")
        assert client.verify().ok


def test_what_does_not_help_is_not_adopted(kb, tiny_models, write_questions):
    draw = random.Random(1)
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        report = tuning(client, questions=write_questions(lambda _: draw.randrange(3))).tune_reranker()
    assert not report.adopted
    assert report.reason.startswith("Not adopted: nDCG@10 on ")
    assert files(kb) == []


@pytest.mark.parametrize("how", ["missing", "changed", "provenance", "other provenance"])
def test_a_damaged_model_is_left_out_with_a_warning_and_repaired(adopted, tmp_path, tiny_models, how):
    kb = shutil.copytree(adopted, tmp_path / "damaged")
    (folder,) = (kb / "models").iterdir()
    if how == "missing":
        shutil.rmtree(folder)
    elif how == "changed":
        with (folder / "model.safetensors").open("r+b") as file:
            file.seek(-4, os.SEEK_END)
            file.write(b"oops")
    elif how == "provenance":
        (folder / "provenance.json").write_text("{", "utf-8")
    else:
        told = json.loads((folder / "provenance.json").read_bytes())
        (folder / "provenance.json").write_text(json.dumps(told | {"weight": 9.0}), "utf-8")
    settings = settings_for(
        tiny_models,
        "auto",
    )
    settings = settings.model_copy(update={"reranker": replace_model(settings.reranker, "")})
    with Chartwell.open(kb, settings=settings) as client:
        retrieval = client.retrieve(f"the revenue of {TOPICS[0]} ?")
        assert retrieval.evidence[0].reranked_by == "region_alignment"
        assert "reranker-" in retrieval.warnings[0]
        assert "takes no part" in retrieval.warnings[0]
        assert _tuned_models(kb).state == "note"
        assert [problem.code for problem in client.verify().problems] == ["model_damaged"]
        assert client.verify(repair=True).ok
        assert client.verify().problems == ()
        assert files(kb) == []
    with Chartwell.open(kb, settings=settings) as client:
        assert client.retrieve(f"the revenue of {TOPICS[0]} ?").warnings == ()


def replace_model(settings, model):
    return settings.model_copy(update={"model": model})


@pytest.fixture(scope="module")
def adopted(learnable, tmp_path_factory, tiny_models):
    """A collection with a reranker, which need not be any good."""
    kb = shutil.copytree(learnable, tmp_path_factory.mktemp("adopted") / "kb")
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client, client.collection.writer() as writer:
        writer.adopt_reranker(
            lambda into: shutil.copytree(tiny_models["cross-encoder"], into, dirs_exist_ok=True),
            {"weight": 1.5, "max_tokens": 48, "base": {"name": "tiny"}},
        )
    return kb


def test_doctor_names_the_reranker_that_was_tuned(adopted, tiny_models):
    found = _reranker(adopted, settings_for(tiny_models, "auto"))
    assert found.state == "ok"
    assert found.detail.startswith("cross-encoder reranker-")
    assert _reranker(adopted, settings_for(tiny_models)).detail.startswith("region alignment")


@pytest.mark.parametrize(("beside", "notes"), [("the present one", 0), ("another", 1), (None, 0)])
def test_a_reranker_that_was_tuned_beside_another_encoder_is_noted(kb, tiny_models, beside, notes):
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        fingerprint = client.collection.spaces()["text"].fingerprint if beside == "the present one" else beside
        with client.collection.writer() as writer:
            writer.adopt_reranker(
                lambda into: shutil.copytree(tiny_models["cross-encoder"], into, dirs_exist_ok=True),
                {"weight": 1.5, "max_tokens": 48, **({"text_space": fingerprint} if fingerprint else {})},
            )
        report = client.verify()
        assert report.ok
        assert len([note for note in report.notes if "`chartwell tune reranker` fits it anew" in note]) == notes
        assert _tuned_models(kb).state == ("note" if notes else "ok")


def test_half_a_model_left_by_a_killed_writer_is_tidied_away(adopted, tmp_path, tiny_models):
    kb = shutil.copytree(adopted, tmp_path / "killed")
    (kb / "models" / ".reranker.tmp").mkdir()
    (kb / "models" / ".reranker.tmp" / "model.safetensors").write_bytes(b"half")
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        assert [problem.code for problem in client.verify().problems] == ["stray_file"]
        assert client.verify(repair=True).ok
        assert len(list((kb / "models").iterdir())) == 1


def test_cancelling_leaves_the_collection_as_it_was(kb, tiny_models, write_questions):
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        for stage in ("examples", "training", "judging"):
            cancel = threading.Event()

            def stop(event, stage=stage, cancel=cancel):
                if event.stage == stage:
                    cancel.set()

            for tune in (Tuning.tune_reranker, Tuning.tune_encoder):
                cancel.clear()
                generation = client.collection.generation
                report = tune(tuning(client, questions=write_questions(), on_event=stop, cancel=cancel))
                assert report.cancelled
                assert not report.adopted
                assert report.to_dict()["verdict"] is None
                assert "as it was" in report.reason
                assert client.collection.generation == generation
                assert files(kb) == []


def test_the_time_is_kept(kb, tiny_models, write_questions):
    endless = replace(TRAINING, epochs=10**6, patience=10**6, learning_rate=0.0)
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        client.search("warm up")
        start = time.monotonic()
        report = tuning(client, questions=write_questions(), minutes=0.1, reranker=endless).tune_reranker()
        assert report.steps > 3
        assert 6 * 0.5 < time.monotonic() - start < 6 + 15
        assert not report.adopted


def test_training_has_its_share_where_the_examples_took_all_the_time(kb, tiny_models, write_questions):
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        for tune in (Tuning.tune_reranker, Tuning.tune_encoder):
            report = tune(tuning(client, questions=write_questions(), minutes=1e-4))
            assert report.verdict.questions == report.questions["held_out"]


def test_questions_are_made_where_none_are_given(kb, tiny_models):
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        with pytest.raises(NothingToLearn, match="no titles, captions, headings or sentences"):
            client.tune_reranker(minutes=1)
        long = [
            f"# The margin of {topic} in billion\n\nIt {' '.join(FILLER)} {topic} rose. "
            f"And it fell {' '.join(FILLER)} 2023.\n"
            for topic in TOPICS
        ]
        folder = kb.parent / "long"
        folder.mkdir()
        for number, text in enumerate(long):
            (folder / f"{number}.md").write_text(text, "utf-8")
        client.index([folder])
        for tune in (Tuning.tune_reranker, Tuning.tune_encoder):
            short = {"reranker": replace(TRAINING, epochs=1), "encoder": replace(ENCODER_TRAINING, epochs=1)}
            report = tune(tuning(client, **short))
            assert report.origin == "made"
            assert report.questions["held_out"] >= 8
            assert 0 < report.verdict.before <= 1


def test_too_little_is_refused(tmp_path, tiny_models, kb, write_questions):
    settings = settings_for(tiny_models)
    with Chartwell.open(tmp_path / "empty", settings=settings) as client:
        for tune in (client.tune_reranker, client.tune_encoder):
            with pytest.raises(NothingToLearn, match="holds no documents"):
                tune()
    one = tmp_path / "one.md"
    sections = [
        f"# The margin of {topic}\n\nIt {' '.join(FILLER)} {topic} rose. And it fell {' '.join(FILLER)}.\n"
        for topic in TOPICS
    ]
    one.write_text("\n".join(sections), "utf-8")
    with Chartwell.open(tmp_path / "single", settings=settings) as client:
        client.index([one])
        with pytest.raises(NothingToLearn, match="1 documents"):
            client.tune_reranker()
    with Chartwell.open(kb, settings=settings) as client:
        with pytest.raises(NothingToLearn, match="too few"):
            client.tune_reranker(write_questions(topics=TOPICS[:5]))
        with pytest.raises(SettingsError, match="minutes"):
            client.tune_reranker(write_questions(), minutes=0)


def test_an_encoder_that_helps_is_adopted_and_encodes_anew(kb, tiny_models, write_questions):
    settings = settings_for(tiny_models)
    with Chartwell.open(kb, settings=settings) as client:
        before = client.collection.spaces()["text"].fingerprint
        report = tuning(client, questions=write_questions()).tune_encoder()
        assert report.adopted, report.reason
        assert report.weight is None
        assert client.collection.spaces()["text"].fingerprint != before
    with Chartwell.open(kb, settings=settings) as client:
        assert client.text_encoder.name.endswith(", tuned")
        assert text_fingerprint(client.text_encoder) == client.collection.spaces()["text"].fingerprint
        assert client.search(f"the revenue of {TOPICS[0]} ?")
        assert client.reindex().encoded == {"text": 0}
        assert client.verify().ok
        node = client.collection.sample_nodes(1)[0]
        stored = client.collection.vectors([node.id])[0]
        np.testing.assert_allclose(stored, client.text_encoder.encode_documents([node.embedding_text])[0], atol=2e-3)
        assert client.untune("encoder")
        assert client.collection.spaces()["text"].fingerprint == before
        assert text_fingerprint(client.text_encoder) == before
        assert files(kb) == []
    with Chartwell.open(kb, settings=settings) as client:
        assert client.search(f"the revenue of {TOPICS[0]} ?")


def test_a_damaged_encoder_is_told_and_can_be_taken_back(kb, tiny_models):
    settings = settings_for(tiny_models)
    with Chartwell.open(kb, settings=settings) as client, client.collection.writer() as writer:
        space = replace(client.collection.spaces()["text"], fingerprint="of another")
        writer.adopt_encoder(
            lambda into: shutil.copytree(tiny_models["encoder"], into, dirs_exist_ok=True),
            {"base": {"name": tiny_models["encoder"]}},
            space,
            lambda nodes: client.text_encoder.encode_documents([node.embedding_text for node in nodes]),
        )
    (folder,) = (kb / "models").iterdir()
    (folder / "model.safetensors").write_bytes(b"")
    with Chartwell.open(kb, settings=settings) as client:
        assert len(client.documents()) == 3 * len(TOPICS)
        with pytest.raises(ModelUnavailable, match=r"encoder-.* is damaged.*--undo"):
            client.search("revenue")
        assert client.untune("encoder")
        assert client.search("revenue")


def test_encoding_that_is_broken_off_leaves_the_old_encoder(kb, tiny_models):
    with Chartwell.open(kb, settings=settings_for(tiny_models)) as client:
        spaces = client.collection.spaces()

        def broken(nodes):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), client.collection.writer() as writer:
            writer.adopt_encoder(lambda into: None, {}, replace(spaces["text"], fingerprint="of another"), broken)
        assert client.collection.spaces() == spaces
        assert files(kb) == []


def test_the_command_line(kb, tiny_models, write_questions, tmp_path):
    models = {
        "CHARTWELL_ENCODER__TEXT_MODEL": tiny_models["encoder"],
        "CHARTWELL_RERANKER__MODEL": tiny_models["cross-encoder"],
    }

    def run(*arguments):
        return command_line.run("tune", *arguments, "-c", kb, **models)

    done = run("reranker", "--questions", write_questions(), "--minutes", 0.05, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"kind", "adopted", "reason", "verdict", "weight", "questions", "warnings"} <= set(told)
    assert told["adopted"] == told["reason"].startswith("Adopted")
    done = run("reranker", "--undo")
    assert done.returncode == 0
    assert ("was removed" in done.stdout) == told["adopted"]
    unknown = tmp_path / "unknown.jsonl"
    unknown.write_text('{"id": 1, "question": "revenue?", "relevant": [{"source": "nowhere.pdf", "page": 2}]}', "utf-8")
    done = run("encoder", "-q", unknown, "--json")
    assert done.returncode == 2
    assert "nowhere.pdf" in json.loads(done.stdout)["error"]["message"]
