"""Texts that read like paths and addresses, given to a model that also reads pictures."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder
from chartwell.indexing.encoders.weights import ResolvedModel
from PIL import Image

DIMENSION = 16


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory, save_word_tokenizer):
    """A tiny CLIP with random weights: a sentence-transformers model that also reads pictures."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("clip")
    size = save_word_tokenizer(folder, eos_token="[SEP]", bos_token="[CLS]", model_max_length=20)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    CLIPProcessor(
        image_processor=CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}),
        tokenizer=tokenizer,
    ).save_pretrained(folder)
    torch.manual_seed(7)
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={**tower, "vocab_size": size, "max_position_embeddings": 20, "eos_token_id": 3, "bos_token_id": 2},
        vision_config={**tower, "image_size": 16, "patch_size": 8},
        projection_dim=DIMENSION,
    )
    CLIPModel(config).save_pretrained(folder)
    return folder


def test_strings_are_never_opened_or_fetched_by_a_model_that_reads_pictures(clip_folder, tmp_path):
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    picture = tmp_path / "chart.png"
    Image.new("RGB", (16, 16), "red").save(picture)
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"no picture")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/chart.png"
        texts = [str(picture), str(damaged), address, "data:image/png;base64,AAAA", "revenue"]
        encoder = SentenceEncoder(ResolvedModel(clip_folder, "path", "clip"), device="cpu")
        vectors = encoder.encode_queries(texts)
        documents = encoder.encode_documents(texts)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert requests == []
    assert vectors.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(documents, vectors, atol=1e-5)
    np.testing.assert_allclose(
        vectors[0], encoder.encode_queries([str(picture).replace("chart", "gone")])[0], atol=1e-5
    )
