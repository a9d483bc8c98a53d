"""`VllmChat` with servers that fail, lie, or never end."""

import base64
import gc
import inspect
import io
import json
import logging
import socket
import threading
import time
from contextlib import suppress

import openai
import pytest
from PIL import Image

from chartwell.errors import (
    ContextOverflow,
    DecoderError,
    DecoderInterrupted,
    DecoderRefused,
    DecoderUnreachable,
    ModelUnavailable,
)
from chartwell.generation.decoders.chat_model import Decoding, Finish, Message, TextPiece, Usage
from chartwell.generation.decoders.vllm.chat import VllmChat
from chartwell.generation.decoders.vllm.connection import is_loopback
from chartwell.generation.decoders.vllm.options import VllmOptions
from chartwell.generation.decoders.vllm.tokens import estimated_tokens

KEY = "sk-hidden-77"
ASKED = [Message("system", "Be brief."), Message("user", "Hello")]


def chunk(text="", *, finish=None, logprobs=None, **more):
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": text, "logprob": value} for value in logprobs]}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def event(data):
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


USAGE = {**chunk(), "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}
DONE = event(b"[DONE]")
ENOUGH = [event(chunk("Hel")), event(chunk("lo", finish="stop")), event(USAGE), DONE]


def good(blocks=ENOUGH, **headers):
    return 200, headers, blocks


def refusal(status, message="no", **headers):
    body = json.dumps({"error": {"message": message, "type": "x", "code": status}}).encode()
    return status, {"Content-Type": "application/json", **headers}, [body]


@pytest.fixture
def ask(stub):
    made = []

    def ask(decoding=None, messages=ASKED, cancel=None, **options):
        chat = VllmChat(VllmOptions(stub.base_url, "m", KEY, **options))
        made.append(chat)
        return list(chat.stream(messages, decoding or Decoding(max_tokens=20), cancel=cancel))

    yield ask
    for chat in made:
        chat.close()


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (["<think>Let me see.</think>\n\nSales rose."], ["Sales rose."]),
        (["", " <th", "ink>", "Is 3 < 4? </th", "ink>", "\n", "Sales", " rose."], ["Sales", " rose."]),
        (["<thinking>Hm.", "</thinking>", "Sales rose."], ["Sales rose."]),
        (["<thi", "s> is no tag.", " <think>Nor is this."], ["<this> is no tag.", " <think>Nor is this."]),
        (["<th"], ["<th"]),
        (["<think>It never ends"], []),
    ],
)
def test_reasoning_in_front_of_an_answer_is_no_part_of_it(ask, stub, pieces, said):
    stub.answers = [good([*(event(chunk(piece)) for piece in pieces), event(chunk(finish="stop")), event(USAGE), DONE])]
    *told, finish = ask()
    assert [piece.text for piece in told if piece.text] == said
    assert finish == Finish("stop", Usage(7, 2))


@pytest.mark.parametrize(
    ("options", "thinking", "said"),
    [
        ({"thinking": None}, True, "Sales rose."),
        ({"thinking": None}, False, "Sales rose."),
        ({"thinking": True}, True, "Sales rose."),
        ({"thinking": True}, False, "Let me <see>.</think>\n\nSales rose."),
        ({"thinking": False}, True, "Let me <see>.</think>\n\nSales rose."),
    ],
)
def test_reasoning_may_have_been_opened_in_the_prompt(ask, stub, options, thinking, said):
    pieces = ["Let me <see", ">.</th", "ink>", "\n\n", "Sales", " rose."]
    stub.answers = [good([*(event(chunk(piece)) for piece in pieces), event(chunk(finish="stop")), DONE])]
    *told, _ = ask(Decoding(max_tokens=20, thinking=thinking), reasoning_opened=True, **options)
    assert "".join(piece.text for piece in told) == said


def test_reasoning_that_was_opened_in_the_prompt_and_never_ends_is_no_answer(ask, stub):
    stub.answers = [good([event(chunk("Let me see")), event(chunk(finish="length")), DONE])]
    assert ask(reasoning_opened=True) == [Finish("length")]


@pytest.mark.parametrize(
    ("pieces", "logprobs"),
    [
        (["<th", "ink>", "Hm.", "</th", "ink>", "\n", "Sales", "", " rose."], (-7.0, -8.0, -9.0)),
        (["<th", "e> tag"], (-1.0, -2.0)),
        (["<th"], (-1.0,)),
        (["", "", "港"], (-1.0, -2.0, -3.0)),
        (["Sales.", "", ""], (-1.0, -2.0, -3.0)),
    ],
    ids=["reasoning", "no tag", "nothing more", "a character of three tokens", "nothing behind it"],
)
def test_tokens_of_reasoning_have_no_part_in_the_probabilities(ask, stub, pieces, logprobs):
    chunks = [chunk(piece, logprobs=[-float(number)]) for number, piece in enumerate(pieces, start=1)]
    stub.answers = [good([*map(event, chunks), event(chunk(finish="stop")), DONE])]
    *told, _ = ask(Decoding(max_tokens=20, logprobs=True))
    assert tuple(value for piece in told for value in piece.logprobs) == logprobs


@pytest.mark.parametrize("delta", [{"reasoning": "Hm."}, {"reasoning": ""}, {"reasoning_content": "Hm."}])
def test_nor_have_those_of_reasoning_that_comes_apart(ask, stub, delta):
    thought = chunk(logprobs=[-5.0])
    thought["choices"][0]["delta"] = delta
    stub.answers = [good([event(thought), event(chunk("Sales.", finish="stop", logprobs=[-1.0])), DONE])]
    assert ask(Decoding(max_tokens=20, logprobs=True)) == [TextPiece("Sales.", (-1.0,)), Finish("stop")]


def test_what_is_sent(ask, stub):
    stub.answers = [good()]
    decoding = Decoding(50, 0.7, 0.9, 40, seed=3, logprobs=True, json_schema={"type": "object"})
    assert ask(decoding, thinking=False) == [TextPiece("Hel"), TextPiece("lo"), Finish("stop", Usage(7, 2))]
    path, body = stub.requests[0]
    assert path == "/v1/chat/completions"
    assert stub.headers[0]["authorization"] == f"Bearer {KEY}"
    schema = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}}}
    assert body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 50,
        "temperature": 0.7,
        "top_p": 0.9,
        "top_k": 40,
        "seed": 3,
        "logprobs": True,
        "response_format": schema,
        "chat_template_kwargs": {"enable_thinking": False},
    }


def test_short_tasks_are_done_without_reasoning(ask, stub):
    stub.answers = [good(), good(), good()]
    ask(thinking=True)
    ask(Decoding(thinking=False), thinking=True)
    ask(Decoding(thinking=False))
    sent = [body.get("chat_template_kwargs") for _, body in stub.requests]
    assert sent == [{"enable_thinking": True}, {"enable_thinking": False}, None]


def test_what_is_not_set_is_not_sent(ask, stub):
    stub.answers = [good()]
    ask()
    sent = {"model", "messages", "stream", "stream_options", "max_completion_tokens", "temperature"}
    assert set(stub.requests[0][1]) == sent


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(ask, stub, status):
    stub.answers = [refusal(status), good()]
    assert ask()[-1].reason == "stop"
    assert len(stub.requests) == 2


def test_a_server_that_names_a_time_is_left_alone_for_it(ask, stub):
    stub.answers = [refusal(429, **{"Retry-After": "1"}), good()]
    assert ask()[-1].reason == "stop"
    assert 0.95 < stub.times[1] - stub.times[0] < 2.5


def test_waits_grow(ask, stub):
    stub.answers = [refusal(503)] * 3
    with pytest.raises(DecoderUnreachable, match="status 503: no"):
        ask()
    first, second = stub.times[1] - stub.times[0], stub.times[2] - stub.times[1]
    assert 0.3 < first < second
    assert len(stub.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
def test_what_will_not_pass_is_not_tried_again(ask, stub, status):
    stub.answers = [refusal(status)]
    with pytest.raises(DecoderRefused) as raised:
        ask()
    assert not raised.value.retryable
    assert sum(path == "/v1/chat/completions" for path, _ in stub.requests) == 1


def test_redirects_are_told_and_not_followed(ask, stub):
    stub.answers = [(307, {"Location": "http://elsewhere.invalid/v1"}, [])]
    with pytest.raises(DecoderRefused, match=r"sends us on to http://elsewhere\.invalid"):
        ask()
    assert len(stub.requests) == 1


def test_an_overflow_is_told_as_such(ask, stub):
    stub.answers = [refusal(400, "This model's maximum context length is 100 tokens, you asked for 120.")]
    with pytest.raises(ContextOverflow, match=r"100 tokens.*120"):
        ask()


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ([], "empty stream"),
        ([DONE], "empty stream"),
        ([b"\xff\xfe\x00garbage"], "no answer"),
        ([b"what is this?\n\n"], "empty stream"),
        ([b"data: {not json}\n\n"], "no answer"),
        ([b"data: \xff\xfe\n\n"], "no answer"),
        ([event([1, 2])], "no answer"),
        ([event({"choices": 5})], "no answer"),
        ([event({"choices": [{"delta": 7, "finish_reason": None}]})], "no answer"),
        ([event({"error": {"message": "engine died", "code": 500}})], "it reported: engine died"),
        ([event(chunk("Hel"))], "without a reason"),
        ([event(chunk("Hel")), DONE], "without a reason"),
        ([event(chunk("Hel", finish="abort")), DONE], "stopped for 'abort'"),
        ([event(chunk("Hel")), "cut"], "connection broke"),
        ([event(chunk("Hel")), event({"error": {"message": "engine died"}})], "it reported: engine died"),
        ([event(chunk("a")) * 200], "without an end"),
        ([event(chunk("")) * 200], "without an end"),
        ([b"data: " + b"x" * (5 * 2**20)], "more than 4 MiB"),
        ([b"data: x\n" * (3 * 2**20)], "more than 4 MiB"),
        ([event(chunk("a", logprobs=[float("nan")]))], "NaN"),
        ([event(chunk("Hel")), event(chunk("lo", finish="stop", logprobs=["x"])), DONE], "no answer"),
        ([event(chunk("Hel", finish=["stop"])), DONE], "stopped for"),
    ],
)
def test_what_is_no_answer_is_told(ask, stub, blocks, told):
    stub.answers = [good(blocks)]
    with pytest.raises(DecoderInterrupted, match=told) as raised:
        ask(Decoding(max_tokens=20, logprobs=True))
    assert raised.value.retryable
    assert raised.value.message.startswith(f"The model m at {stub.base_url} broke off its answer: ")
    assert len(stub.requests) == 1


def test_a_page_instead_of_an_answer_is_told(ask, stub):
    stub.answers = [good([b"<html>Welcome to nginx</html>"], **{"Content-Type": "text/html"})]
    with pytest.raises(DecoderInterrupted, match="answers with text/html: <html>Welcome to nginx"):
        ask()


def test_what_came_before_the_failure_was_given(stub):
    stub.answers = [good([event(chunk("Hel")), "cut"])]
    stream = VllmChat(VllmOptions(stub.base_url, "m")).stream(ASKED, Decoding())
    assert next(stream) == TextPiece("Hel")
    with pytest.raises(DecoderInterrupted):
        next(stream)


def test_a_server_that_breaks_after_the_last_word_has_done_its_work(ask, stub):
    stub.answers = [good([event(chunk("Hello", finish="stop")), "cut"])]
    assert ask() == [TextPiece("Hello"), Finish("stop")]


def test_impossible_tokens_have_a_finite_logarithm(ask, stub):
    stub.answers = [good([event(chunk("a", logprobs=[float("-inf"), 0.001], finish="stop")), DONE])]
    assert ask(Decoding(logprobs=True))[0].logprobs == (-9999.0, 0.0)


def test_a_server_that_does_not_begin_is_not_waited_for_longer_than_set(ask, stub):
    stub.answers = [good([3, *ENOUGH])]
    started = time.monotonic()
    with pytest.raises(DecoderUnreachable, match=r"did not begin to answer within 0\.4 s"):
        ask(first_token_seconds=0.4)
    assert time.monotonic() - started < 1.5


def test_nor_one_that_says_who_it_is_and_no_word_more(ask, stub):
    stub.answers = [good([event(chunk("")), 3, *ENOUGH])]
    with pytest.raises(DecoderUnreachable, match=r"did not begin to answer within 0\.4 s"):
        ask(first_token_seconds=0.4, next_token_seconds=9)


def test_nor_one_that_takes_the_call_and_says_nothing_at_all():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        chat = VllmChat(VllmOptions(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", "m", first_token_seconds=0.4))
        with pytest.raises(DecoderUnreachable, match=r"did not begin to answer within 0\.4 s"):
            list(chat.stream(ASKED, Decoding()))


def test_nor_one_that_falls_silent_though_it_sends_comments(ask, stub):
    stub.answers = [good([event(chunk("Hel")), *[b": ping\n\n", 0.1] * 30])]
    started = time.monotonic()
    with pytest.raises(DecoderInterrupted, match=r"nothing came for 0\.4 s in the middle"):
        ask(next_token_seconds=0.4)
    assert time.monotonic() - started < 2


def test_a_server_that_is_not_there(stub):
    chat = VllmChat(VllmOptions("http://127.0.0.1:9/v1", "m", KEY, retries=1))
    started = time.monotonic()
    assert chat.context_tokens is None
    assert chat.count_tokens("four words of text") >= 4
    with pytest.raises(DecoderUnreachable, match=r"cannot be reached: .*Connect") as raised:
        list(chat.stream(ASKED, Decoding()))
    assert raised.value.retryable
    assert "serve-llm" in raised.value.hint
    assert time.monotonic() - started < 4
    with pytest.raises(DecoderUnreachable):
        chat.served_models()


@pytest.mark.parametrize("answer", [good([5, *ENOUGH]), (200, {}, []), refusal(503, **{"Retry-After": "9"})])
def test_cancelled_while_nothing_comes_it_stops_at_once(ask, stub, answer):
    stub.answers = [answer if answer[2] else good([5])]
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    started = time.monotonic()
    assert ask(cancel=cancel) == [Finish("cancelled")]
    assert time.monotonic() - started < 1.0


def test_the_connection_is_closed_when_it_is_cancelled(ask, stub):
    stub.answers = [good([*[event(chunk("a")), 0.05] * 15])]
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    ask(cancel=cancel)
    assert stub.gone.wait(3)


def test_a_model_that_is_closed_while_it_writes_says_so(stub):
    stub.answers = [good([event(chunk("a")), 2])]
    chat = VllmChat(VllmOptions(stub.base_url, "m"))
    stream = chat.stream(ASKED, Decoding())
    next(stream)
    chat.close()
    with pytest.raises(DecoderError, match="was closed"):
        next(stream)
    stub.answers = [good()]
    assert list(chat.stream(ASKED, Decoding()))[-1].reason == "stop"


def test_nor_does_one_that_is_closed_while_it_tells_about_itself(stub):
    stub.always = {path: (200, {"Content-Type": "application/json"}, [2]) for path in ("/v1/models", "/tokenize")}
    chat = VllmChat(VllmOptions(stub.base_url, "m"))
    for tell in (chat.served_models, lambda: chat.count_tokens("text")):
        closing = threading.Timer(0.4, chat.close)
        closing.start()
        with suppress(DecoderError):  # of the tokens it makes an estimate
            assert tell() == estimated_tokens("text")
        closing.join()


def test_a_model_that_nobody_holds_ends_its_thread(stub):
    stub.answers = [good()]
    before = threading.active_count()
    list(VllmChat(VllmOptions(stub.base_url, "m")).stream(ASKED, Decoding()))
    gc.collect()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() <= before


@pytest.mark.parametrize("status", [400, 401, 429])
def test_the_key_is_blotted_out_where_the_server_repeats_it(ask, stub, status, caplog):
    caplog.set_level(logging.DEBUG)
    stub.answers = [refusal(status, f"bad key {KEY}")]
    with pytest.raises(DecoderError) as raised:
        ask(retries=0)
    assert KEY not in str(raised.value)
    assert KEY not in caplog.text
    assert KEY not in repr(VllmOptions(stub.base_url, "m", KEY))


@pytest.mark.parametrize("answer", [good(), refusal(401, "ann:s3cret="), refusal(400), refusal(404), (200, {}, [])])
def test_a_login_in_the_address_is_used_and_never_shown(ask, stub, answer, caplog):
    caplog.set_level(logging.DEBUG)
    stub.always["/v1/chat/completions"] = answer
    address = stub.base_url.replace("http://", "http://ann:s3cret%3D@")
    chat = VllmChat(VllmOptions(address, "m", KEY, retries=0))
    told = ""
    try:
        list(chat.stream(ASKED, Decoding(max_tokens=20)))
    except DecoderError as error:
        told = f"{error} {error.message} {error.hint}"
    finally:
        chat.close()
    basic = base64.b64encode(b"ann:s3cret=").decode()
    assert stub.headers[0]["authorization"] == f"Basic {basic}"
    assert ("***@127.0.0.1" in told) is (answer[0] != 200 or not answer[2])
    for secret in ("s3cret", basic):
        assert secret not in told
        assert secret not in caplog.text
    assert "s3cret" not in repr(VllmOptions(address, "m", KEY))


def test_proxies_of_the_environment_are_not_used_for_this_machine(ask, stub, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    stub.answers = [good()]
    assert ask()[-1].reason == "stop"


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://127.1.2.3", True),
        ("http://10.0.0.1/v1", False),
        ("http://localhost.example.org/v1", False),
        ("http://[broken/v1", False),
    ],
)
def test_own_addresses(url, own):
    assert is_loopback(url) is own


def picture_sizes(body):
    parts = body["messages"][0]["content"]
    texts = [part["text"] for part in parts if part["type"] == "text"]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    images = []
    for url in urls:
        head, _, data = url.partition(";base64,")
        images.append((head, Image.open(io.BytesIO(base64.b64decode(data))).size))
    return texts, images


def test_pictures_travel_as_data_urls_and_are_scaled_down(ask, stub, tmp_path):
    Image.new("RGB", (60, 40), "red").save(tmp_path / "small.jpg")
    Image.new("RGBA", (400, 200), "blue").save(tmp_path / "large.png")
    stub.answers = [good()]
    message = Message("user", "Look", (tmp_path / "small.jpg", tmp_path / "large.png"))
    assert ask(messages=[message], max_images=2, max_image_pixels=20_000)[-1].warnings == ()
    texts, images = picture_sizes(stub.requests[0][1])
    assert texts == ["Look"]
    assert images == [("data:image/jpeg", (60, 40)), ("data:image/png", (200, 100))]


def test_pictures_that_cannot_be_shown_are_told(ask, stub, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    stub.answers = [good()]
    paths = tmp_path / "broken.png", tmp_path / "gone.png", tmp_path / "a.png", tmp_path / "a.png"
    finish = ask(messages=[Message("user", "Look", paths)], max_images=1)[-1]
    content = stub.requests[0][1]["messages"][0]["content"]
    assert [part["type"] for part in content] == ["text", "text", "text", "image_url"]
    assert [part["text"] for part in content[1:3]] == ["(This picture cannot be shown.)"] * 2
    broken, gone, many = finish.warnings
    assert "broken.png" in broken
    assert "gone.png" in gone
    assert many == "Of 2 pictures, m was shown the first 1."


def test_models_and_tokens_of_a_server_that_is_no_vllm(stub):
    chat = VllmChat(VllmOptions(stub.base_url, "m"))
    stub.answers = [(200, {"Content-Type": "application/json"}, [b'{"object": "list", "data": [{"id": "m"}]}'])]
    assert chat.context_tokens is None
    assert chat.count_tokens("net sales of 12 %") == estimated_tokens("net sales of 12 %")
    asked = len(stub.requests)
    chat.count_tokens("it is not asked again at once")
    assert len(stub.requests) == asked == 2


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"data": 5}', b"nonsense", b'{"data": [{"id": "m", "max_model_len": "x"}]}']
)
def test_nonsense_about_models_is_no_context(stub, body):
    stub.answers = [(200, {"Content-Type": "application/json"}, [body])]
    assert VllmChat(VllmOptions(stub.base_url, "m")).context_tokens is None


def test_a_folder_without_a_tokenizer_is_told(tmp_path):
    with pytest.raises(ModelUnavailable):
        VllmChat(VllmOptions("http://127.0.0.1:9/v1", "m", tokenizer=tmp_path)).count_tokens("text")


def test_every_error_of_the_client_is_translated():
    from chartwell.generation.decoders.vllm.failures import FAILURES

    kinds = [kind for _, kind in inspect.getmembers(openai, inspect.isclass) if issubclass(kind, Exception)]
    assert len(kinds) > 10
    assert [kind for kind in kinds if not issubclass(kind, (*FAILURES, Warning))] == []
