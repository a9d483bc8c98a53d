"""Charts found by their pictures: image encoders of their own, and one model for texts and pictures."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from chartwell import Chartwell
from chartwell.app.doctor import examine
from chartwell.errors import (
    EncoderMismatch,
    ModelUnavailable,
    SettingsError,
)
from chartwell.indexing.encoders.open_clip_encoder import OpenClipEncoder
from chartwell.indexing.encoders.weights import DEFAULT_TEXT_MODEL
from chartwell.retrieval.query import parse_query

from .command_line import run


def test_image_vectors_take_part_where_an_image_encoder_is_configured(tmp_path, corpus, tiny_open_clip):
    settings = {"image_model": f"local-dir:{tiny_open_clip}"}
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        client.index([corpus / "survey.png", corpus / "notes.md"])
        assert set(client.collection.spaces()) == {"text", "image"}
        found = client.search("How do residents travel?")
        chart = next(item for item in found if item.kind == "chart")
        assert "image_vectors" in chart.scores
        assert client.verify().ok


def test_an_image_encoder_that_is_set_later_reads_the_charts_that_are_there(tmp_path, corpus, tiny_open_clip):
    settings = {"image_model": f"local-dir:{tiny_open_clip}"}
    files = [corpus / "survey.png", corpus / "notes.md"]
    with Chartwell.open(tmp_path / "kb") as client:
        client.index(files)
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        assert len(client.index(files).unchanged) == 2
        assert any("image_vectors" in item.scores for item in client.search("How do residents travel?"))
    with Chartwell.open(tmp_path / "kb") as client:  # and once more without it
        client.index([corpus / "survey.png"], force=True)
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        assert client.reindex().encoded == {"text": 0, "image": 1}
        assert any("image_vectors" in item.scores for item in client.search("How do residents travel?"))
        assert client.verify().ok
        assert client.reindex().encoded == {"text": 0, "image": 0}


def test_pictures_that_the_image_model_has_not_encoded_are_told(tmp_path, corpus, tiny_open_clip):
    settings = {"image_model": f"local-dir:{tiny_open_clip}"}
    other = shutil.copy(corpus / "survey.png", tmp_path / "later.png")
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([corpus / "survey.png", corpus / "notes.md"])
        assert client.retrieve("How do residents travel?").warnings == ()
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        (warning,) = client.retrieve("How do residents travel?").warnings
        assert warning.startswith("1 pictures have no vector of the image model")
        assert "`chartwell reindex`" in warning
        assert client.ask("How do residents travel?").warnings == (warning,)
        client.reindex()
        assert client.retrieve("How do residents travel?").warnings == ()
    with Chartwell.open(tmp_path / "kb") as client:  # one more without it: the space is there, but not whole
        client.index([other])
        (note,) = client.verify().notes
        assert "1 nodes with a picture have no image vector" in note
        assert client.verify().ok
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        assert client.retrieve("How do residents travel?").warnings == (warning,)
        assert client.verify(repair=True).notes == ()
        assert client.retrieve("How do residents travel?").warnings == ()


def test_the_command_line_tells_it_too(tmp_path, corpus, tiny_open_clip):
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([corpus / "survey.png"])
    model = f"local-dir:{tiny_open_clip}"
    done = run("search", "travel", "-c", tmp_path / "kb", cwd=tmp_path, CHARTWELL_ENCODER__IMAGE_MODEL=model)
    assert done.returncode == 0
    assert "chartwell: warning: 1 pictures have no vector of the image model" in done.stderr
    assert "survey.png" in done.stdout


def test_a_picture_beyond_what_the_image_model_takes_stops_nothing(tmp_path, corpus, tiny_open_clip):
    """As where `index.max_megapixels` admits more than the model's 64: the model is given a smaller copy."""
    with Image.open(corpus / "survey.png") as chart:
        chart.resize((chart.width // 4, chart.height // 4)).save(tmp_path / "small.png")
        pixels = chart.width * chart.height
    with Chartwell.open(tmp_path / "kb") as client:
        client.image_encoder = OpenClipEncoder(f"local-dir:{tiny_open_clip}", max_image_pixels=pixels // 10)
        report = client.index([corpus / "survey.png", tmp_path / "small.png", corpus / "notes.md"])
        assert report.failed == []
        assert len(report.added) == 3
        assert ("survey.png", "indexed") in [(Path(e.source).name, e.status) for e in client.ledger() if e.figure]
        assert client.collection.missing_vectors("image") == 0
        small, large = client.collection.vectors([node.id for node in image_nodes(client)], "image")
        assert small @ large > 0.9


def test_more_pixels_than_any_picture_may_have_are_no_setting(tmp_path):
    with pytest.raises(SettingsError, match=r"index\.max_megapixels"):
        Chartwell.open(tmp_path / "kb", index={"max_megapixels": 200})


def test_reindex_keeps_the_vectors_that_are_there_and_doctor_tells_what_is_missing(tmp_path, corpus, tiny_open_clip):
    settings = {"image_model": f"local-dir:{tiny_open_clip}"}
    other = shutil.copy(corpus / "survey.png", tmp_path / "later.png")
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        client.index([corpus / "survey.png"])
        assert client.collection.missing_vectors("image") == 0
        before = client.collection.vectors([image_nodes(client)[0].id], "image")
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([other])
        assert client.collection.missing_vectors("image") == 1
        assert client.collection.missing_vectors("text") == 0
    finding = examine(tmp_path / "kb")[-1]
    assert (finding.name, finding.state) == ("collection", "note")
    assert "1 of them lack their image vectors" in finding.detail
    assert "reindex" in finding.remedy
    with Chartwell.open(tmp_path / "kb", encoder=settings) as client:
        client.reindex()
        assert client.collection.missing_vectors("image") == 0
        after = client.collection.vectors([node.id for node in image_nodes(client)], "image")
        assert (after[:1] == before).all()
        assert client.verify().ok
        assert client.retriever.coarse(parse_query("residents"))[1]["image_vectors"]
    assert examine(tmp_path / "kb")[-1].state == "ok"


def test_recall_is_not_measured_with_another_encoder(tmp_path, corpus, tiny_clip):
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([corpus / "notes.md"])
        assert client.recall(questions=3)[0].recall == 1.0
    other = Chartwell.open(tmp_path / "kb", encoder={"text_model": str(tiny_clip)}, check_encoder=False)
    with other, pytest.raises(EncoderMismatch):
        other.recall(questions=3)


def image_nodes(client):
    nodes = [node for document in client.documents() for node in client.collection.nodes_of(document.id)]
    return sorted((node for node in nodes if node.asset), key=lambda node: node.id)


class TestOneModelForTextsAndPictures:
    @pytest.fixture
    def encoder(self, tiny_clip):
        return {"text_model": str(tiny_clip), "image_model": f"sentence-transformers:{tiny_clip}"}

    def test_it_is_loaded_once_and_fills_both_spaces(self, tmp_path, corpus, encoder):
        with Chartwell.open(tmp_path / "kb", encoder=encoder) as client:
            assert client.image_encoder is client.text_encoder
            client.index([corpus / "survey.png", corpus / "notes.md"])
            chart = next(item for item in client.search("How do residents travel?") if item.kind == "chart")
            assert {"text_vectors", "image_vectors"} <= set(chart.scores)
            vector = client.text_encoder.encode_queries(["How do residents travel?"])[0]
            stored = client.collection.vectors(chart.node_ids, "image")[0]
            assert chart.scores["image_vectors"] == pytest.approx(float(stored @ vector), abs=1e-3)
            assert client.verify().ok

    def test_opening_does_not_load_it(self, tmp_path, corpus, encoder, monkeypatch):
        with Chartwell.open(tmp_path / "kb", encoder=encoder) as client:
            client.index([corpus / "notes.md"])

        def refuse(*args, **kwargs):
            raise AssertionError("the model was loaded")

        monkeypatch.setattr("chartwell.indexing.encoders.sentence_encoder.load_sentence_model", refuse)
        with Chartwell.open(tmp_path / "kb", encoder=encoder) as client:
            assert len(client.documents()) == 1

    def test_the_text_vectors_stay_when_pictures_come_in(self, tmp_path, corpus, encoder):
        with Chartwell.open(tmp_path / "kb", encoder={"text_model": encoder["text_model"]}) as client:
            client.index([corpus / "survey.png"])
        with Chartwell.open(tmp_path / "kb", encoder=encoder) as client:
            client.reindex()
            assert set(client.collection.spaces()) == {"text", "image"}
            assert client.collection.missing_vectors("image") == 0

    def test_a_model_for_pictures_beside_another_for_texts(self, tmp_path, corpus, encoder, tiny_open_clip):
        with Chartwell.open(tmp_path / "kb", encoder={"image_model": encoder["image_model"]}) as client:
            assert client.image_encoder is not client.text_encoder
            client.index([corpus / "survey.png"])
            assert "image_vectors" in client.search("residents")[0].scores
        # Other pictures' vectors are never mixed in.
        other = {"image_model": f"local-dir:{tiny_open_clip}"}
        with pytest.raises(EncoderMismatch, match="image vectors"):
            Chartwell.open(tmp_path / "kb", encoder=other)
        with Chartwell.open(tmp_path / "kb", encoder=other, check_encoder=False) as client:
            client.reindex()
        with Chartwell.open(tmp_path / "kb", encoder=other) as client:
            assert client.collection.spaces()["image"].encoder == other["image_model"]
            assert "image_vectors" in client.search("residents")[0].scores

    def test_one_that_is_not_there_is_called_what_it_was_set_as(self, tmp_path):
        settings = {"image_model": "sentence-transformers:nobody/has-this"}
        with pytest.raises(ModelUnavailable, match=r"^The image model nobody/has-this was not found"):
            Chartwell.open(tmp_path / "kb", encoder=settings).search("revenue")

    def test_a_text_model_that_reads_too_little_is_refused_before_anything_is_read(self, tmp_path, corpus, encoder):
        short = shutil.copytree(encoder["text_model"], tmp_path / "short")
        (short / "sentence_bert_config.json").write_text('{"max_seq_length": 30}')
        with Chartwell.open(tmp_path / "kb", encoder={"text_model": str(short)}) as client:
            with pytest.raises(ModelUnavailable, match=r"short reads 2\d tokens at a time, too few"):
                client.index([corpus / "notes.md"])
            assert client.collection.runs() == []

    def test_a_model_that_reads_no_pictures_is_refused_before_anything_is_read(self, tmp_path, corpus):
        settings = {"image_model": f"sentence-transformers:{DEFAULT_TEXT_MODEL}"}
        with Chartwell.open(tmp_path / "kb", encoder=settings) as client, pytest.raises(ModelUnavailable, match="pict"):
            client.index([corpus / "survey.png"])
