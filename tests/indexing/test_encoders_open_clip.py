import json
import pickle
import shutil

import numpy as np
import pytest
from PIL import Image

from chartwell.errors import LimitExceeded, ModelUnavailable
from chartwell.indexing.encoders.open_clip_encoder import OpenClipEncoder
from chartwell.indexing.encoders.open_clip_names import open_clip_repository

DIMENSION = 24


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    """A tiny ViT with random weights, laid out as open_clip saves a model."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    definition = {
        "embed_dim": DIMENSION,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "patch_size": 8, "head_width": 16},
        "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
    }
    definitions = tmp_path_factory.mktemp("definitions")
    (definitions / "tiny-ViT.json").write_text(json.dumps(definition))
    open_clip.add_model_config(definitions)
    torch.manual_seed(7)
    model, _, _ = open_clip.create_model_and_transforms("tiny-ViT", pretrained=None)
    folder = tmp_path_factory.mktemp("open_clip")
    preprocess = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "interpolation": "bicubic", "resize_mode": "squash"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": definition, "preprocess_cfg": preprocess}))
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder


@pytest.fixture(scope="module")
def encoder(model_folder):
    return OpenClipEncoder(f"local-dir:{model_folder}", device="cpu")


def pictures(count, size=(40, 30)):
    random = np.random.default_rng(1)
    return [Image.fromarray(random.integers(0, 255, (*size[::-1], 3), np.uint8)) for _ in range(count)]


def assert_unit_rows(vectors, count):
    assert vectors.shape == (count, DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_vectors_are_those_of_open_clip(encoder, model_folder):
    import open_clip
    import torch

    model, transform = open_clip.create_model_from_pretrained(f"local-dir:{model_folder}")
    images = pictures(3)
    with torch.inference_mode():
        expected = model.encode_image(torch.stack([transform(image) for image in images]), normalize=True).numpy()
        tokens = open_clip.get_tokenizer(f"local-dir:{model_folder}")(["revenue by year"])
        question = model.encode_text(tokens, normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_images(images), expected, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_queries(["revenue by year"]), question, atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 2, 50])
def test_vectors_do_not_depend_on_the_batch_size(encoder, model_folder, batch_size):
    other = OpenClipEncoder(f"local-dir:{model_folder}", device="cpu", batch_size=batch_size)
    images = pictures(5)
    assert_unit_rows(other.encode_images(images), 5)
    np.testing.assert_allclose(other.encode_images(images), encoder.encode_images(images), atol=1e-5)
    texts = ["a", "revenue rose " * 40, "\udcff", ""]
    assert_unit_rows(other.encode_queries(texts), 4)
    np.testing.assert_allclose(other.encode_queries(texts), encoder.encode_queries(texts), atol=1e-5)


def test_nothing_gives_no_rows(encoder):
    assert_unit_rows(encoder.encode_images([]), 0)
    assert_unit_rows(encoder.encode_queries([]), 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "I;16B", "I", "F", "YCbCr"])
def test_every_mode_is_read(encoder, mode):
    assert_unit_rows(encoder.encode_images([Image.new(mode, (20, 20)), Image.new("RGB", (1, 1))]), 2)


def test_what_is_transparent_is_white(encoder):
    drawn = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    drawn.paste((200, 0, 0, 255), (8, 8, 16, 16))
    printed = Image.new("RGB", (32, 32), "white")
    printed.paste((200, 0, 0), (8, 8, 16, 16))
    one, other = encoder.encode_images([drawn, printed])
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_sixteen_bits_are_scaled_not_clipped(encoder):
    ramp = np.arange(1024, dtype=np.uint16).reshape(32, 32) * 64
    deep, plain = encoder.encode_images([Image.fromarray(ramp), Image.fromarray((ramp // 257).astype(np.uint8))])
    assert deep @ plain > 0.999


def test_a_picture_above_the_limit_is_refused(model_folder):
    encoder = OpenClipEncoder(f"local-dir:{model_folder}", device="cpu", max_image_pixels=100)
    assert_unit_rows(encoder.encode_images([Image.new("L", (10, 10))]), 1)
    with pytest.raises(LimitExceeded, match="Image 1 has 11 x 10 pixels"):
        encoder.encode_images([Image.new("L", (10, 10)), Image.new("L", (11, 10))])


def test_the_fingerprint_follows_weights_and_configuration_not_the_place(encoder, model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    assert OpenClipEncoder(str(copy)).fingerprint == encoder.fingerprint
    config = copy / "open_clip_config.json"
    config.write_text(config.read_text().replace("bicubic", "bilinear"))
    changed = OpenClipEncoder(str(copy)).fingerprint
    assert changed != encoder.fingerprint
    with (copy / "open_clip_model.safetensors").open("ab") as file:
        file.write(b"\0")
    assert OpenClipEncoder(str(copy)).fingerprint not in {changed, encoder.fingerprint}


def test_a_pickled_copy_encodes_the_same(encoder):
    copy = pickle.loads(pickle.dumps(encoder))  # noqa: S301 - our own bytes
    assert (copy.name, copy.dimension) == (encoder.name, DIMENSION)
    np.testing.assert_allclose(copy.encode_images(pictures(2)), encoder.encode_images(pictures(2)), atol=1e-6)


def test_damaged_weights_are_detected(model_folder, tmp_path):
    from safetensors.torch import load_file, save_file

    copy = shutil.copytree(model_folder, tmp_path / "copy")
    path = copy / "open_clip_model.safetensors"
    save_file({name: tensor * float("nan") for name, tensor in load_file(path).items()}, path)
    with pytest.raises(ModelUnavailable, match="without a direction"):
        OpenClipEncoder(str(copy), device="cpu").encode_images(pictures(1))


def test_what_does_not_load_is_reported(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    (copy / "open_clip_model.safetensors").write_bytes(b"\0" * 20)
    encoder = OpenClipEncoder(str(copy), device="cpu")
    with pytest.raises(ModelUnavailable, match="does not load"):
        encoder.load()
    (copy / "open_clip_config.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="embed_dim"):
        _ = OpenClipEncoder(str(copy)).dimension


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_gives_nearly_the_same_vectors_under_the_same_fingerprint(encoder, model_folder, precision):
    half = OpenClipEncoder(f"local-dir:{model_folder}", device="cpu", precision=precision)
    for one, other in [
        (half.encode_images(pictures(3)), encoder.encode_images(pictures(3))),
        (half.encode_queries(["revenue", "margin"]), encoder.encode_queries(["revenue", "margin"])),
    ]:
        assert_unit_rows(one, len(other))
        assert (one * other).sum(axis=1).min() > 0.999
        assert np.abs(one - other).max() > 0
    assert half.fingerprint == encoder.fingerprint


def test_questions_that_read_like_pictures_are_only_text(encoder, tmp_path, watched_server):
    address, requests = watched_server
    path = tmp_path / "chart.png"
    questions = [str(path), f"{address}/chart.png"]
    before = encoder.encode_queries(questions)
    Image.new("RGB", (16, 16), "red").save(path)
    np.testing.assert_array_equal(encoder.encode_queries(questions), before)
    assert requests == []


def test_a_device_that_is_not_there_is_reported(model_folder):
    with pytest.raises(ModelUnavailable, match="does not load"):
        OpenClipEncoder(str(model_folder), device="no-such-device").encode_images(pictures(1))


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("ViT-B-16-SigLIP2-384", "timm/ViT-B-16-SigLIP2-384"),
        ("ViT-B-16-SigLIP2-384:webli", "timm/ViT-B-16-SigLIP2-384"),
        ("ViT-B-32:laion2b_s34b_b79k", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"),
    ],
)
def test_names_of_open_clip_lead_to_their_repository(name, repository):
    assert open_clip_repository(name) == repository


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ViT-B-32", "several weights"),
        ("ViT-B-32:nothing", "no weights nothing"),
        ("ViT-of-nobody", "knows no weights"),
    ],
)
def test_names_that_open_clip_cannot_mean_are_refused(name, message):
    with pytest.raises(ModelUnavailable, match=message):
        OpenClipEncoder(name)
