"""Pictures travel to a real vLLM, which makes tokens of them for its model."""

import pytest
from PIL import Image

from chartwell.errors import DecoderRefused
from chartwell.generation.decoders.chat_model import Decoding, Finish, Message
from chartwell.generation.decoders.prompted import PromptedDecoder
from chartwell.generation.decoders.vllm.chat import VllmChat
from chartwell.generation.decoders.vllm.options import VllmOptions
from chartwell.generation.prompts import Prompt

KEY = "sesame-5f2c"
TOKENS_A_PICTURE = 7  # four of what it sees and three around them


@pytest.fixture
def chat(vllm_that_sees):
    options = VllmOptions(vllm_that_sees.base_url, vllm_that_sees.model, KEY, max_images=2, max_image_pixels=20_000)
    chat = VllmChat(options)
    yield chat
    chat.close()


@pytest.fixture
def picture(tmp_path):
    def picture(color, size=(300, 200)):
        path = tmp_path / f"{color}.png"
        Image.new("RGB", size, color).save(path)
        return path

    return picture


def asked(chat, *pictures):
    """How the answer ended."""
    return list(chat.stream([Message("user", "What?", pictures)], Decoding(max_tokens=4)))[-1]


def test_a_picture_becomes_tokens_of_the_prompt(chat, picture):
    blind, seen = asked(chat), asked(chat, picture("red"))
    assert seen.usage.prompt_tokens == blind.usage.prompt_tokens + TOKENS_A_PICTURE
    assert seen.warnings == ()


def test_more_pictures_than_the_server_takes_are_refused_and_the_setting_is_named(chat, picture):
    with pytest.raises(DecoderRefused) as raised:
        asked(chat, picture("red"), picture("blue"))
    assert "decoder.images" in raised.value.hint


def test_the_chart_of_the_evidence_is_shown(chat, picture, evidence_of):
    chart = evidence_of("Bicycle: 41 %", kind="chart", image_path=picture("green", (800, 600)))
    prompt = Prompt("How many cycle?", (chart,))
    taken = {}
    for pictures in (0, 1):
        decoder = PromptedDecoder(chat, Decoding(max_tokens=4), pictures=pictures, picture_tokens=TOKENS_A_PICTURE)
        finish = list(decoder.stream(prompt))[-1]
        assert isinstance(finish, Finish)
        assert finish.warnings == ()
        taken[pictures] = finish.usage.prompt_tokens
    named = chat.count_tokens("\nPicture of evidence: [1]")
    assert taken[1] - taken[0] == named + TOKENS_A_PICTURE
