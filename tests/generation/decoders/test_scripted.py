import pytest

from chartwell.errors import DecoderInterrupted
from chartwell.generation.decoders.chat_model import Decoding, Finish, Message, TextPiece, Usage
from chartwell.generation.decoders.scripted import Reply, ScriptedChat

ASKED = [Message("user", "How much?")]


def text_of(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


@pytest.mark.parametrize("text", ["Net sales rose by 12.5 % [1].", "港口 grew\n\n- a\n", " x ", ""])
def test_it_says_its_text_word_by_word(text):
    pieces = list(ScriptedChat(text).stream(ASKED, Decoding()))
    assert text_of(pieces) == text
    assert pieces[-1].reason == "stop"
    assert pieces[-1].usage.completion_tokens == len(pieces) - 1


def test_replies_come_in_turn_and_the_last_one_ever_after():
    chat = ScriptedChat("one", "two")
    assert [text_of(chat.stream(ASKED, Decoding())) for _ in range(3)] == ["one", "two", "two"]


def test_it_remembers_what_it_was_asked():
    chat = ScriptedChat(lambda messages, decoding: "{}" if decoding.json_schema else messages[-1].text)
    assert text_of(chat.stream(ASKED, Decoding())) == "How much?"
    assert text_of(chat.stream(ASKED, Decoding(json_schema={"type": "object"}))) == "{}"
    assert [asked.messages for asked in chat.asked] == [tuple(ASKED)] * 2
    assert chat.asked[1].decoding.json_schema == {"type": "object"}


def test_pieces_reasons_and_probabilities_are_as_given():
    chat = ScriptedChat(Reply(["a", "b"], finish="length", logprobs=[-0.5]))
    assert list(chat.stream(ASKED, Decoding(logprobs=True))) == [
        TextPiece("a", (-0.5,)),
        TextPiece("b", (0.0,)),
        Finish("length", Usage(3, 2)),
    ]


def test_errors_come_after_the_pieces():
    stream = ScriptedChat(Reply("It rose", error=DecoderInterrupted("broke off"))).stream(ASKED, Decoding())
    assert [next(stream).text, next(stream).text] == ["It", " rose"]
    with pytest.raises(DecoderInterrupted):
        next(stream)


def test_a_script_must_say_something():
    with pytest.raises(ValueError, match="one reply"):
        ScriptedChat()
