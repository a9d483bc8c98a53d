import threading
import time
from dataclasses import replace

import pytest

from chartwell.errors import ContextOverflow, DecoderError, DecoderInterrupted, DecoderRefused, DecoderUnreachable
from chartwell.generation.decoders.chat_model import Decoding, Message, TextPiece
from chartwell.generation.decoders.fallback import FallbackDecoder
from chartwell.generation.decoders.scripted import Reply, ScriptedChat
from chartwell.generation.prompts.prompt import Prompt

PROMPT = Prompt("How much?", ())


class Direct:
    """A decoder that hands the question to a chat model as it is."""

    def __init__(self, *script, name):
        self.chat = ScriptedChat(*script, name=name)
        self.name = name

    def stream(self, prompt, *, cancel=None):
        return self.chat.stream([Message("user", prompt.question)], Decoding(), cancel=cancel)


def told(decoder, cancel=None):
    *pieces, finish = decoder.stream(PROMPT, cancel=cancel)
    return "".join(piece.text for piece in pieces), finish


def test_while_the_first_one_works_the_second_is_not_asked():
    second = Direct("no", name="extractive")
    text, finish = told(FallbackDecoder(Direct("Twelve [1].", name="qwen"), second))
    assert text == "Twelve [1]."
    assert (finish.warnings, finish.decoder) == ((), None)
    assert second.chat.asked == []


@pytest.mark.parametrize(
    "kind", [DecoderError, DecoderUnreachable, DecoderRefused, ContextOverflow, DecoderInterrupted]
)
def test_the_second_one_writes_where_the_first_fails_and_it_is_said(kind):
    first = Direct(Reply("", error=kind("The server is down.", hint="Start it.")), name="qwen")
    decoder = FallbackDecoder(first, Direct("Quoted [1].", name="extractive"))
    text, finish = told(decoder)
    assert text == "Quoted [1]."
    assert finish.reason == "stop"
    assert finish.decoder == "extractive"
    assert finish.warnings == ("The server is down. The extractive decoder answered instead.",)
    assert decoder.name == "qwen"


@pytest.mark.parametrize(("likely", "text"), [(0.2, ""), (0.4, "Quoted [1]."), (None, "Quoted [1].")])
def test_the_second_one_needs_evidence_likelier_to_answer_than_the_first(likely, text):
    first = Direct(Reply("", error=DecoderUnreachable("The server is down.")), name="qwen")
    decoder = FallbackDecoder(first, Direct("Quoted [1].", name="extractive"), min_answerability=0.3, pause_seconds=9)
    for _ in range(2):
        *pieces, finish = decoder.stream(replace(PROMPT, answerability=likely))
        assert "".join(piece.text for piece in pieces) == text
        assert finish.decoder == "extractive"
        assert finish.warnings[0].startswith("The server is down.")


def test_blanks_are_no_words():
    first = Direct(Reply(["\n", "\n"], error=DecoderInterrupted("The server died.")), name="qwen")
    text, finish = told(FallbackDecoder(first, Direct("Quoted [1].", name="extractive")))
    assert text.strip() == "Quoted [1]."
    assert (finish.reason, finish.decoder) == ("stop", "extractive")


def test_half_an_answer_is_kept_and_marked():
    first = Direct(Reply("It rose by", error=DecoderInterrupted("The server died.")), name="qwen")
    second = Direct("Quoted [1].", name="extractive")
    text, finish = told(FallbackDecoder(first, second))
    assert text == "It rose by"
    assert finish.reason == "interrupted"
    assert finish.decoder == "qwen"
    assert finish.warnings == ("The server died. What it had written until then was kept.",)
    assert second.chat.asked == []


def test_a_server_that_cannot_be_reached_is_left_alone_for_a_while():
    first = Direct(Reply("", error=DecoderUnreachable("It is down.")), "Twelve.", name="qwen")
    decoder = FallbackDecoder(first, Direct("Quoted.", name="extractive"), pause_seconds=0.3)
    assert told(decoder)[0] == "Quoted."
    text, finish = told(decoder)
    assert text == "Quoted."
    assert "It was not asked again." in finish.warnings[0]
    assert len(first.chat.asked) == 1
    time.sleep(0.35)
    assert told(decoder)[0] == "Twelve."


def test_one_that_refuses_is_asked_each_time():
    first = Direct(Reply("", error=ContextOverflow("Too long.")), "Twelve.", name="qwen")
    decoder = FallbackDecoder(first, Direct("Quoted.", name="extractive"))
    assert [told(decoder)[0] for _ in range(2)] == ["Quoted.", "Twelve."]


def test_the_error_of_the_second_is_raised():
    failing = [Direct(Reply("", error=DecoderError(name)), name=name) for name in ("first", "second")]
    with pytest.raises(DecoderError, match="second"):
        told(FallbackDecoder(*failing))


def test_cancelling_is_no_failure():
    cancel = threading.Event()
    cancel.set()
    decoder = FallbackDecoder(Direct("Twelve.", name="qwen"), Direct("Quoted.", name="extractive"))
    assert [piece.reason for piece in decoder.stream(PROMPT, cancel=cancel)] == ["cancelled"]


def test_closing_it_closes_the_first():
    closed = threading.Event()

    class Endless:
        name = "endless"

        def stream(self, prompt, *, cancel=None):
            try:
                while True:
                    yield TextPiece("a ")
            finally:
                closed.set()

    stream = FallbackDecoder(Endless(), Endless()).stream(PROMPT)
    assert next(stream) == TextPiece("a ")
    stream.close()
    assert closed.is_set()
