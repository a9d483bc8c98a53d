"""What every `ChatModel` must do; each implementation runs it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chartwell.generation.decoders.chat_model import Decoding, Finish, Message, TextPiece
from chartwell.generation.decoders.scripted import Reply, ScriptedChat
from chartwell.generation.decoders.vllm.chat import VllmChat
from chartwell.generation.decoders.vllm.options import VllmOptions

ASKED = [Message("system", "Answer briefly."), Message("user", "How many ships? 多少？")]
LONG = Decoding(max_tokens=1500)


def scripted(request):
    words = [f"word {number} " for number in range(2000)]
    return ScriptedChat(lambda messages, decoding: Reply(words, delay_seconds=0.002), context_tokens=2048)


def served(request):
    server = request.getfixturevalue("vllm")
    chat = VllmChat(VllmOptions(server.base_url, server.model, "sesame-5f2c"))
    request.addfinalizer(chat.close)
    return chat


@pytest.fixture(params=[scripted, served], ids=["scripted", "vllm"])
def chat(request):
    return request.param(request)


def written(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


def test_text_comes_in_pieces_and_ends_with_the_reason_and_what_it_took(chat):
    *pieces, finish = chat.stream(ASKED, Decoding(max_tokens=6))
    assert all(isinstance(piece, TextPiece) for piece in pieces)
    assert len(pieces) > 1
    assert written(pieces)
    assert finish.reason == "length"
    assert finish.usage.completion_tokens == 6
    assert finish.usage.prompt_tokens > 5


def test_greedy_answers_are_the_same_every_time(chat):
    first, second = (written(chat.stream(ASKED, Decoding(max_tokens=8))) for _ in range(2))
    assert first == second != ""


def test_probabilities_come_where_they_are_asked_for(chat):
    *pieces, finish = chat.stream(ASKED, Decoding(max_tokens=5, logprobs=True))
    logprobs = [value for piece in pieces for value in piece.logprobs]
    assert len(logprobs) == finish.usage.completion_tokens == 5
    assert all(-10_000 < value <= 0 for value in logprobs)
    assert not any(piece.logprobs for piece in list(chat.stream(ASKED, Decoding(max_tokens=5)))[:-1])


def test_cancelled_before_it_begins_it_writes_nothing(chat):
    cancel = threading.Event()
    cancel.set()
    assert [piece.reason for piece in chat.stream(ASKED, LONG, cancel=cancel)] == ["cancelled"]


def test_cancelled_while_it_writes_it_stops_at_once(chat):
    cancel = threading.Event()
    pieces = []
    for piece in chat.stream(ASKED, LONG, cancel=cancel):
        pieces.append(piece)
        if len(pieces) == 3:
            cancel.set()
            started = time.monotonic()
    assert time.monotonic() - started < 0.5
    assert pieces[-1].reason == "cancelled"
    assert len(pieces) < 20


def test_whoever_leaves_early_leaves_nothing_behind(chat):
    stream = chat.stream(ASKED, LONG)
    assert next(stream).text
    stream.close()
    assert written(chat.stream(ASKED, Decoding(max_tokens=2)))


def test_several_ask_at_the_same_time(chat):
    def ask(tokens):
        *pieces, finish = chat.stream([Message("user", "ships " * tokens)], Decoding(max_tokens=tokens))
        return finish.usage.completion_tokens, bool(written(pieces))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(2, 10))) == [(tokens, True) for tokens in range(2, 10)]


def test_tokens_are_counted(chat):
    assert chat.count_tokens("") == 0
    short, longer = chat.count_tokens("The harbour"), chat.count_tokens("The harbour handled 412 ships. 港口")
    assert 0 < short < longer
    assert chat.count_tokens("The harbour") == short


def test_it_says_what_it_is(chat):
    assert chat.name
    assert chat.context_tokens == 2048


def test_lone_surrogates_do_not_break_it(chat):
    assert isinstance(list(chat.stream([Message("user", "a\ud800b")], Decoding(max_tokens=2)))[-1], Finish)
    assert chat.count_tokens("a\ud800b") > 0
