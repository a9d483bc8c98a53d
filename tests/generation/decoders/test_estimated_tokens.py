"""The estimate of tokens lies above what tokenizers make of a text, and not far above."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.generation.decoders.vllm.tokens import estimated_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("net", 1),
        ("net sale", 2),
        ("net sales", 3),
        ("sales", 2),
        ("12.5", 4),
        ("a  b", 3),
        ("港口", 2),
        ("a\n\nb", 4),
        ("😀", 2),
    ],
)
def test_examples(text, tokens):
    assert estimated_tokens(text) == tokens


@given(st.text(), st.text())
def test_it_grows_with_the_text_and_never_exceeds_its_bytes(first, second):
    assert estimated_tokens(first) <= len(first.encode("utf-8", "surrogatepass"))
    assert max(map(estimated_tokens, (first, second))) <= estimated_tokens(first + second)
    assert estimated_tokens(first + second) <= estimated_tokens(first) + estimated_tokens(second)


def test_it_is_above_a_byte_pair_tokenizer_but_less_than_twice():
    import open_clip

    encode = open_clip.get_tokenizer("ViT-B-32").encode
    text = (
        "Net sales rose by 12.5 % to $3.1 billion in 2023, driven by the acquisition of two harbour operators. "
        "| Segment | 2022 | 2023 |\n| Ferries | 1,204 | (87) |\n"
    ) * 5
    assert len(encode(text)) <= estimated_tokens(text) < 2 * len(encode(text))
