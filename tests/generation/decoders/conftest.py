"""A real vLLM on the CPU with a tiny random model, and a server that misbehaves as told."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
KEY = "sesame-5f2c"
CONTEXT = 2048
# What the tokenizer of Qwen2 takes for a word; transformers makes it anew for models of that type.
QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def pytest_collection_modifyitems(items):
    """What ends the server comes after everything that needs it."""
    items.sort(key=lambda item: item.get_closest_marker("ends_vllm") is not None)


@pytest.fixture(scope="session")
def tiny_qwen(tmp_path_factory):
    """A Qwen2 with random weights, two layers, and a tokenizer of single bytes and a few words."""
    import torch
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("qwen")
    tokenizer = Tokenizer(models.BPE())
    parts = [
        pre_tokenizers.Split(Regex(QWEN_WORDS), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["<|end|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=384, special_tokens=marks, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(["The harbour handled 412 ships in 2021.", "港口扩建工程于2022年三月完工。"] * 9, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|end|>")
    fast.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    fast.save_pretrained(folder)
    torch.manual_seed(3)
    config = Qwen2Config(
        vocab_size=len(fast),
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        eos_token_id=fast.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def vllm_python():
    """The interpreter of the environment that `.ci/vllm-venv` makes."""
    given = os.environ.get("CHARTWELL_TEST_VLLM")
    if given:
        return given
    found = subprocess.run([ROOT / ".ci" / "vllm-venv", "--built"], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    reason = "there is no environment with vLLM: .ci/vllm-venv makes it, as `make test` does"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
    return None


class Vllm:
    """vLLM, started by `chartwell serve-llm`, and stopped by Ctrl-C."""

    def __init__(self, model, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.server = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.server}/v1"
        self.model = str(model)
        self.log = log
        environment = {
            **os.environ,
            "CHARTWELL_DECODER__API_KEY": KEY,
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "HF_HUB_OFFLINE": "1",
        }
        arguments = ["serve-llm", "--model", model, "--python", vllm_python(), "--port", port, "--dtype", "bfloat16"]
        arguments += ["--max-model-len", CONTEXT, "--", "--enforce-eager", "--max-num-seqs", 4]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chartwell.app.cli", *map(str, arguments)],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C on the test run is not meant for it: the fixture stops it
            )

    def wait_until_ready(self, seconds=280):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.server}/health", timeout=1, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.3)
        pytest.fail(f"vLLM did not start:\n{self.log.read_text('utf-8', 'replace')[-3000:]}")

    def family(self):
        """vLLM's first process and all that it has started."""
        import psutil

        [first] = psutil.Process(self.process.pid).children()
        return [first, *first.children(recursive=True)]

    def stop(self):
        """Ctrl-C; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture(scope="session")
def vllm(tiny_qwen, tmp_path_factory):
    server = Vllm(tiny_qwen, tmp_path_factory.mktemp("vllm") / "log")
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


class Stub:
    """A server that answers each request with the next of `answers`; what it was asked stands in `requests`.

    An answer is `(status, headers, blocks)`: the blocks are bytes to send, numbers of seconds to wait, or "cut", which
    breaks the connection off.
    """

    def __init__(self):
        self.requests = []
        self.headers = []
        self.times = []
        self.answers = []
        self.gone = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                outer.requests.append((self.path, json.loads(self.rfile.read(length) or b"null")))
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                outer.times.append(time.monotonic())
                self.answer()

            def do_GET(self):
                self.do_POST()

            def answer(self):
                if not outer.answers:
                    self.send_error(404)
                    return
                status, headers, blocks = outer.answers.pop(0)
                try:
                    self.send_response(status)
                    for name, value in {"Content-Type": "text/event-stream", **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for block in blocks:
                        if block == "cut":
                            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                            self.connection.close()
                            return
                        if isinstance(block, int | float):
                            time.sleep(block)
                        else:
                            self.wfile.write(block)
                except OSError:
                    outer.gone.set()  # the client has hung up

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def stub():
    server = Stub()
    yield server
    server.close()
