"""Answers over a collection by a served model: the real vLLM, and none at all."""

import json
import threading

import pytest
from typer.testing import CliRunner

from chartwell import Chartwell
from chartwell.app.cli import app
from chartwell.errors import DecoderUnreachable
from chartwell.eval import Item, Relevant, RunOptions, evaluate
from chartwell.generation.answer import DoneEvent, TokenEvent
from chartwell.generation.decoders.vllm.chat import VllmChat


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    (folder / "harbour.md").write_text("# Harbour\n\nThe harbour handled 412 ships in 2021.\n", "utf-8")
    with Chartwell.open(folder / "kb") as client:
        client.index([folder / "harbour.md"])
    return folder / "kb"


QUESTION = "How many ships did the harbour handle in 2021?"


def test_the_served_model_writes_the_answer(collection, vllm):
    decoder = {
        "kind": "vllm",
        "base_url": vllm.base_url,
        "model": vllm.model,
        "api_key": "sesame-5f2c",
        "max_tokens": 12,
        "temperature": 1.0,  # the likeliest token of random weights may be one that prints nothing
        "on_decoder_error": "extractive",
    }
    with Chartwell.open(collection, create=False, decoder=decoder) as client:
        events = list(client.stream(QUESTION))
        answer = events[-1].answer
    assert isinstance(events[-1], DoneEvent)
    assert "".join(event.text for event in events if isinstance(event, TokenEvent)).strip()
    assert not answer.abstained
    assert answer.decoder == vllm.model
    assert answer.finish == "length"
    assert answer.usage.completion_tokens == 12
    assert answer.usage.prompt_tokens > 50
    assert answer.evidence[0].source.endswith("harbour.md")


def test_a_run_has_the_perplexity_and_the_self_consistency_of_a_served_model(collection, vllm, tmp_path):
    item = Item("ships", QUESTION, ("The harbour handled 412 ships.",), (Relevant("harbour.md"),))
    decoder = {"kind": "vllm", "base_url": vllm.base_url, "model": vllm.model, "api_key": "sesame-5f2c"}
    sampling = {"max_tokens": 12, "temperature": 1.0, "logprobs": True}
    runs = []
    with Chartwell.open(collection, create=False, decoder={**decoder, **sampling}) as client:
        for folder in ("first", "second"):
            options = RunOptions(ladder=False, samples=2, workers=3)
            runs.append(evaluate(client, [item], tmp_path / folder, options=options))
    scores = runs[0].scores["ships"]
    # Random weights: about as unsure as there are tokens to choose from, and each seed says something else.
    assert 10 < scores["perplexity"] < 100_000
    assert 0 <= scores["self_consistency"] < 1
    assert len(runs[0].answers["ships"]["logprobs"]) == 12
    assert runs[1].scores["ships"]["self_consistency"] == scores["self_consistency"]


NOWHERE = {"kind": "vllm", "base_url": "http://127.0.0.1:9/v1", "model": "qwen", "retries": 0}


def test_without_a_server_the_extractive_decoder_answers_and_says_so(collection):
    with Chartwell.open(collection, create=False, decoder={**NOWHERE, "on_decoder_error": "extractive"}) as client:
        answer = client.ask(QUESTION)
    assert "412 ships" in answer.text
    assert answer.decoder == "extractive"
    [warning] = [warning for warning in answer.warnings if "cannot be reached" in warning]
    assert "The extractive decoder answered instead." in warning


def test_without_a_server_it_fails_where_that_is_asked_for(collection):
    with Chartwell.open(collection, create=False, decoder=NOWHERE) as client, pytest.raises(DecoderUnreachable):
        client.ask(QUESTION)


def test_the_settings_reach_the_server(collection, stub):
    event = (
        b'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, '
    )
    event += b'"delta": {"content": "412 ships [1]."}, "finish_reason": "stop"}]}\n\n'
    stub.always = {"/v1/models": (404, {}, []), "/tokenize": (404, {}, [])}
    stub.answers = [(200, {}, [event])]
    decoder = {
        "kind": "vllm",
        "base_url": stub.base_url,
        "model": "m",
        "api_key": "sesame",
        "max_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 7,
        "seed": 5,
        "thinking": "off",
    }
    with Chartwell.open(collection, create=False, decoder=decoder) as client:
        answer = client.ask(QUESTION)
    assert answer.text == "412 ships [1]."
    assert answer.decoder == "m"
    [body] = [body for path, body in stub.requests if path == "/v1/chat/completions"]
    assert "412 ships" in str(body.pop("messages"))
    assert body == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 7,
        "seed": 5,
        "chat_template_kwargs": {"enable_thinking": False},
    }


@pytest.mark.parametrize(("opened", "text"), [(True, "412 ships [1]."), (False, "999?</think>412 ships [1].")])
def test_reasoning_that_the_template_opened_is_no_answer_where_that_is_set(collection, stub, opened, text):
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices = [{"index": 0, "delta": {"content": piece}} for piece in ("999?", "</think>", "412 ships [1].")]
    choices[-1]["finish_reason"] = "stop"
    events = [b"data: " + json.dumps({**chunk, "choices": [choice]}).encode() + b"\n\n" for choice in choices]
    stub.always = {"/v1/models": (404, {}, []), "/tokenize": (404, {}, [])}
    stub.answers = [(200, {}, events)]
    decoder = {"kind": "vllm", "base_url": stub.base_url, "model": "m", "thinking": "model"}
    with Chartwell.open(collection, create=False, decoder={**decoder, "reasoning_opened": opened}) as client:
        assert client.ask(QUESTION).text == text


def test_half_an_answer_is_kept_and_marked(collection, stub):
    event = (
        b'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, '
    )
    event += b'"delta": {"content": "The harbour handled 412 ships in 2021 [1]."}, "finish_reason": null}]}\n\n'
    stub.always = {"/v1/models": (404, {}, []), "/tokenize": (404, {}, [])}
    stub.answers = [(200, {}, [event, "cut"])]
    decoder = {"kind": "vllm", "base_url": stub.base_url, "model": "m", "on_decoder_error": "extractive"}
    with Chartwell.open(collection, create=False, decoder=decoder) as client:
        answer = client.ask(QUESTION)
    assert answer.text == "The harbour handled 412 ships in 2021 [1]."
    assert (answer.decoder, answer.finish) == ("m", "interrupted")
    assert any("What it had written until then was kept." in warning for warning in answer.warnings)
    assert answer.to_dict()["finish"] == "interrupted"


def test_half_an_answer_is_half_a_failure(collection, stub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    choice = {"index": 0, "delta": {"content": "The harbour handled 412 ships"}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    stub.always = {"/v1/models": (404, {}, []), "/tokenize": (404, {}, [])}
    stub.answers = [(200, {}, [b"data: " + json.dumps(chunk).encode() + b"\n\n", "cut"])]
    settings = {"KIND": "vllm", "MODEL": "m", "BASE_URL": stub.base_url, "ON_DECODER_ERROR": "extractive"}
    for name, value in settings.items():
        monkeypatch.setenv(f"CHARTWELL_DECODER__{name}", value)
    done = CliRunner().invoke(app, ["ask", QUESTION, "-c", str(collection), "--json"])
    assert json.loads(done.stdout)["finish"] == "interrupted"
    assert done.exit_code == 1


def test_closing_the_client_closes_the_connections(collection, stub):
    before = {thread for thread in threading.enumerate() if thread.name == "chartwell-decoder"}
    stub.always = {"/v1/models": (404, {}, []), "/tokenize": (404, {}, [])}
    stub.answers = [(500, {}, [])]
    decoder = {"kind": "vllm", "base_url": stub.base_url, "model": "m", "retries": 0}
    with Chartwell.open(collection, create=False, decoder=decoder) as client:
        with pytest.raises(DecoderUnreachable):
            client.ask(QUESTION)
        (started,) = {thread for thread in threading.enumerate() if thread.name == "chartwell-decoder"} - before
    started.join(timeout=10)
    assert not started.is_alive()


def test_drafting_questions_leaves_no_connection_open(collection, stub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {thread for thread in threading.enumerate() if thread.name == "chartwell-decoder"}
    kept = []  # what nobody holds any more ends by itself

    class Kept(VllmChat):
        def __init__(self, options):
            super().__init__(options)
            kept.append(self)

    monkeypatch.setattr("chartwell.app.decoding.VllmChat", Kept)
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    draft = json.dumps({"question": "How many ships came?", "answer": "412 ships."})
    said = {"index": 0, "delta": {"content": draft}, "finish_reason": "stop"}
    event = b"data: " + json.dumps({**chunk, "choices": [said]}).encode() + b"\n\n"
    stub.always = {"/v1/models": (404, {}, []), "/v1/chat/completions": (200, {}, [event])}
    for name, value in {"KIND": "vllm", "MODEL": "m", "BASE_URL": stub.base_url}.items():
        monkeypatch.setenv(f"CHARTWELL_DECODER__{name}", value)
    done = CliRunner().invoke(app, ["eval", "make", "-c", str(collection), "-o", str(tmp_path / "draft.jsonl")])
    assert done.exit_code == 0, done.output
    assert any(path == "/v1/chat/completions" for path, _ in stub.requests)
    assert kept
    for thread in {thread for thread in threading.enumerate() if thread.name == "chartwell-decoder"} - before:
        thread.join(timeout=10)
        assert not thread.is_alive()
