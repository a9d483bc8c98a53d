"""Fixtures that several folders of tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tests share two cores with whatever else runs: slow is no failure.
settings.register_profile("chartwell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chartwell")

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the development data is not beside this checkout")
    return folder.resolve()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch, tmp_path_factory):
    """Tests see neither the user's environment variables nor a chartwell.toml of the folder they run in."""
    for name in list(os.environ):
        if name.startswith("CHARTWELL_"):
            monkeypatch.delenv(name)


WORDS = ["the", "revenue", "of", "rose", "fell", "to", "in", "margin", "operating", "percent", "billion", ".", "2023"]


@pytest.fixture(scope="session")
def save_word_tokenizer():
    """Saves a tokenizer of whole words into a folder and returns the size of its vocabulary."""

    def save(folder, **options):
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
        from transformers import PreTrainedTokenizerFast

        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        vocabulary = {word: number for number, word in enumerate([*special.values(), *WORDS, "http", "png", "/", ":"])}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        marks = [(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")]
        tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", marks)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special, **options).save_pretrained(folder)
        return len(vocabulary)

    return save


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory, save_word_tokenizer):
    """A tiny CLIP with random weights: a sentence-transformers model that also reads pictures."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("clip")
    size = save_word_tokenizer(folder, eos_token="[SEP]", bos_token="[CLS]", model_max_length=64)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    CLIPProcessor(
        image_processor=CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}),
        tokenizer=tokenizer,
    ).save_pretrained(folder)
    torch.manual_seed(7)
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={**tower, "vocab_size": size, "max_position_embeddings": 64, "eos_token_id": 3, "bos_token_id": 2},
        vision_config={**tower, "image_size": 16, "patch_size": 8},
        projection_dim=16,
    )
    CLIPModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def watched_server():
    """The address of an HTTP server on this machine, and the list of the paths that were asked of it."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()
