"""`VllmChat` and `chartwell serve-llm` with a real vLLM."""

import json
import os
import re
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from chartwell.app.doctor import examine
from chartwell.errors import ContextOverflow, DecoderInterrupted, DecoderRefused, DecoderUnreachable
from chartwell.generation.decoders.chat_model import Decoding, Finish, Message, TextPiece
from chartwell.generation.decoders.vllm.chat import VllmChat
from chartwell.generation.decoders.vllm.options import VllmOptions
from chartwell.generation.serving.reasoning_parsers import FAMILIES

KEY = "sesame-5f2c"
ASKED = [Message("user", "Does the harbour grow?")]
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"enum": ["supported", "contradicted"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}


@pytest.fixture
def connect(vllm):
    made = []

    def connect(**options):
        chat = VllmChat(VllmOptions(**{"base_url": vllm.base_url, "model": vllm.model, "api_key": KEY, **options}))
        made.append(chat)
        return chat

    yield connect
    for chat in made:
        chat.close()


def text_of(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


def test_the_output_follows_a_schema_and_still_streams(connect):
    *pieces, finish = connect().stream(ASKED, Decoding(max_tokens=200, json_schema=SCHEMA, seed=1, temperature=1.0))
    assert len(pieces) > 2
    assert finish.reason == "stop"
    assert json.loads(text_of(pieces))["verdict"] in ("supported", "contradicted")


def test_what_a_schema_cuts_off_is_said_to_be_cut_off(connect):
    assert list(connect().stream(ASKED, Decoding(max_tokens=2, json_schema=SCHEMA)))[-1].reason == "length"


def test_seeds_decide_what_is_sampled(connect):
    chat = connect()

    def sampled(seed):
        return text_of(chat.stream(ASKED, Decoding(max_tokens=12, temperature=1.5, top_p=0.95, top_k=200, seed=seed)))

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in range(4)}) > 1


def test_one_of_the_likeliest_is_greedy(connect):
    chat = connect()
    narrow = text_of(chat.stream(ASKED, Decoding(max_tokens=8, temperature=1.5, top_k=1, seed=5)))
    assert narrow == text_of(chat.stream(ASKED, Decoding(max_tokens=8)))


def test_beams_give_one_answer_as_a_whole(connect):
    *pieces, finish = connect().stream(ASKED, Decoding(max_tokens=6, beams=3))
    assert len(pieces) <= 1
    assert finish.reason in ("stop", "length")


def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(connect):
    with pytest.raises(ContextOverflow, match="2048") as raised:
        list(connect().stream([Message("user", "zq" * 2000)], Decoding(max_tokens=10)))
    assert not raised.value.retryable
    assert "decoder.max_tokens" in raised.value.hint
    with pytest.raises(ContextOverflow, match=r"4000.*2048"):
        list(connect().stream(ASKED, Decoding(max_tokens=4000)))


def test_a_wrong_key_is_named_but_not_shown(connect):
    chat = connect(api_key="wrong-91ab")
    assert chat.context_tokens is None
    with pytest.raises(DecoderRefused, match="does not accept the API key") as raised:
        list(chat.stream(ASKED, Decoding()))
    assert "91ab" not in str(raised.value)


def test_a_wrong_name_is_answered_with_those_that_there_are(connect, vllm):
    with pytest.raises(DecoderRefused, match="has no model 'gpt-9'") as raised:
        list(connect(model="gpt-9").stream(ASKED, Decoding()))
    assert vllm.model in raised.value.message


def test_an_address_without_v1_is_put_right(connect, vllm):
    with pytest.raises(DecoderRefused, match="404") as raised:
        list(connect(base_url=vllm.server).stream(ASKED, Decoding()))
    assert "/v1" in raised.value.hint


def test_pictures_for_a_model_of_text_alone_are_refused_clearly(connect, tmp_path):
    from PIL import Image

    Image.new("RGB", (40, 30), "red").save(tmp_path / "a.png")
    message = Message("user", "What is this?", (tmp_path / "a.png",))
    with pytest.raises(DecoderRefused, match=r"not a multimodal model.*Lower `decoder\.images`"):
        list(connect(max_images=1).stream([message], Decoding(max_tokens=2)))
    assert text_of(connect(max_images=0).stream([message], Decoding(max_tokens=2)))


def test_tokens_are_counted_as_the_model_does(connect, vllm):
    texts = ["The harbour handled 412 ships.", "港口", "", "a" * 100]
    there, here = (
        [chat.count_tokens(text) for text in texts] for chat in (connect(), connect(tokenizer=Path(vllm.model)))
    )
    assert there == here
    assert there[2] == 0
    assert connect().served_models() == {vllm.model: 2048}


def keep_engine_to(vllm, cores):
    """The engine's processes, from now on on these cores only: on all of them it leaves nobody else any time."""
    _, *engine = vllm.family()
    for thread in [thread for process in engine for thread in process.threads()]:
        os.sched_setaffinity(thread.id, cores)
    return engine


@pytest.fixture
def engine_on_one_core(vllm):
    cores = os.sched_getaffinity(0)
    keep_engine_to(vllm, {min(cores)})
    yield
    keep_engine_to(vllm, cores)


@contextmanager
def all_turns_taken(chat):
    """The server writes as many answers as it takes at a time."""
    others = [chat.stream(ASKED, Decoding(max_tokens=1900)) for _ in range(4)]
    try:
        for other in others:
            next(other)
        yield
    finally:
        for other in others:
            other.close()


@pytest.mark.usefixtures("engine_on_one_core")
def test_cancelled_while_it_waits_for_the_first_token_it_does_not_wait_for_it(connect):
    chat, cancel, times = connect(), threading.Event(), []
    waiting = [Message("user", "wait")], Decoding(max_tokens=1500)
    with all_turns_taken(chat):
        asked = time.monotonic()
        stream = chat.stream(*waiting)
        next(stream)
        turn = time.monotonic() - asked
        stream.close()

    def leave():
        times.append(time.monotonic())
        cancel.set()

    with all_turns_taken(chat):
        threading.Timer(0.1, leave).start()
        assert list(chat.stream(*waiting, cancel=cancel)) == [Finish("cancelled")]
        took = time.monotonic() - times[0]
    assert took < turn / 2


def running(vllm):
    """How many answers the server is writing."""
    metrics = httpx.get(f"{vllm.server}/metrics", trust_env=False).text
    [line] = [line for line in metrics.splitlines() if line.startswith("vllm:num_requests_running{")]
    return float(line.rsplit(" ", 1)[1])


def half_an_answer(connect, vllm):
    """A stream that the server has begun and not ended, its engine halted.

    A tiny engine on all cores leaves the server no time to pass on what it writes before it is done.
    """
    engine = keep_engine_to(vllm, {min(os.sched_getaffinity(0))})
    # Sampled: the likeliest tokens of random weights may be some that have no text, for hundreds of tokens.
    decoding = Decoding(max_tokens=1900, temperature=1.0, top_k=50, seed=1)
    stream = connect(retries=0).stream(ASKED, decoding)
    assert next(stream).text
    for process in engine:
        process.suspend()
    return stream


def test_the_server_stops_writing_for_whoever_has_left(connect, vllm):
    stream = connect().stream(ASKED, Decoding(max_tokens=1900))
    next(stream)
    stream.close()
    deadline = time.monotonic() + 5
    while running(vllm) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(vllm) == 0


def test_vllm_knows_every_parser_of_reasoning(vllm_packages):
    listed = (vllm_packages / "vllm" / "reasoning" / "__init__.py").read_text("utf-8")
    known = set(re.findall(r'^    "(\w+)": \(', listed, re.MULTILINE))
    assert len(known) > 20
    assert {parser for _, parser in FAMILIES} <= known


def test_the_key_is_in_no_argument_of_any_process(vllm):
    assert vllm.family()
    for process in [psutil.Process(vllm.process.pid), *vllm.family()]:
        assert KEY not in " ".join(process.cmdline())


def test_it_told_what_memory_it_takes_and_where_it_is_served(vllm):
    said = vllm.log.read_text("utf-8", "replace")
    assert "GiB for its weights" in said
    assert f"is served at {vllm.base_url}" in said
    assert KEY not in said


def test_doctor_says_what_the_server_has(vllm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, value in {"KIND": "vllm", "BASE_URL": vllm.base_url, "MODEL": vllm.model, "API_KEY": KEY}.items():
        monkeypatch.setenv(f"CHARTWELL_DECODER__{name}", value)
    findings = examine(tmp_path / "none")
    [finding] = [one for one in findings if one.name == "decoder"]
    assert finding.state == "ok"
    assert "2048 tokens of context" in finding.detail
    assert finding.figures == {"models": {vllm.model: 2048}}
    assert KEY not in str(findings)


@pytest.mark.ends_vllm
def test_a_server_killed_in_the_middle_of_an_answer_is_told(connect, vllm):
    stream = half_an_answer(connect, vllm)
    for process in vllm.family():
        process.send_signal(signal.SIGKILL)
    with pytest.raises(DecoderInterrupted, match="broke") as raised:
        list(stream)
    assert raised.value.retryable
    with pytest.raises(DecoderUnreachable, match="cannot be reached"):
        list(connect(retries=0).stream(ASKED, Decoding()))
    assert vllm.process.wait(20) == 1
    assert "vLLM ended by itself, by signal 9" in vllm.log.read_text("utf-8", "replace")
