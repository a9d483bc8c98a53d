"""Fixtures that several folders of tests share."""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tests share two cores with whatever else runs: slow is no failure.
settings.register_profile("chartwell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chartwell")

os.environ["HF_HUB_OFFLINE"] = "1"

# Models of a few kilobytes take longer on several threads, which wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"

# The processes that tests start find Chartwell compiled: each of them would compile it anew otherwise.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


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


@pytest.fixture(scope="session")
def text_cross_encoder(tmp_path_factory, save_word_tokenizer):
    """A tiny BERT with one output, as transformers saves it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    size = save_word_tokenizer(folder, model_max_length=64)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=size,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=1,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


class RerankServer:
    """Answers `POST /v1/rerank` as vLLM does; the relevance of a document is the share of the query's words in it.

    `answers` are used up first, one a request: a status with a body, or a function of the request's JSON that gives
    the answer's JSON.
    """

    def __init__(self):
        self.requests = []
        self.headers = []
        self.answers = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.path, body))
                outer.headers.append(dict(self.headers))
                answer = outer.answers.pop(0) if outer.answers else outer.rank
                status, content = answer if isinstance(answer, tuple) else (200, answer(body))
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the client has given up waiting

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @staticmethod
    def rank(body):
        words = set(body["query"].lower().split())
        results = []
        for index, document in enumerate(body["documents"]):
            texts = [part.get("text", "") for part in document["content"]] if isinstance(document, dict) else [document]
            share = len(words & set(" ".join(texts).lower().split())) / len(words)
            results.append({"index": index, "document": {"text": texts}, "relevance_score": 0.01 + 0.98 * share})
        results.sort(key=lambda result: -result["relevance_score"])
        return {"id": "rerank-1", "model": body["model"], "usage": {"total_tokens": 1}, "results": results}


@pytest.fixture
def rerank_server():
    server = RerankServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def evidence_of():
    """Text evidence with a region for each sentence, on page 3 of a file."""
    from chartwell.indexing.documents import WHOLE, Part, Region
    from chartwell.retrieval.evidence import Evidence

    def make(*sentences, source="notes.pdf", **fields):
        parts = tuple(Part(text, (Region(3, WHOLE),)) for text in sentences)
        values = {"kind": "text", "page": 3, "score": 1.0, "scores": {}, "regions": (), **fields}
        return Evidence(source=source, text=" ".join(sentences), bounds=(Region(3, WHOLE),), parts=parts, **values)

    return make
