"""Sentence boundaries and language detection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.sentences import split_clauses, split_lines, split_sentences, split_words

ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from(list("ab A1.!?。！？…“”\"'()[];: \n\r\t\u3000\u2028\U0001f600")))
)


def sentences(text, language=""):
    return [text[start:end].strip() for start, end in split_sentences(text, language)]


@given(ANY_TEXT, st.sampled_from(["", "en", "zh", "ja", "ko", "xx"]))
def test_slices_joined_give_the_text_back(text, language):
    assert "".join(text[start:end] for start, end in split_sentences(text, language)) == text


@given(ANY_TEXT)
@pytest.mark.parametrize("split", [split_clauses, split_words, split_lines])
def test_finer_splits_leave_no_gaps(split, text):
    assert "".join(text[start:end] for start, end in split(text)) == text


def test_english_with_abbreviations_numbers_and_quotes():
    text = (
        "Revenue rose 12% to $3.1bn. The U.S. market (e.g. Dr. Smith's) fell 3.5%. “Is it?” he asked. "
        "We met Ms. Jones and approx. 5 others."
    )
    assert sentences(text, "en") == [
        "Revenue rose 12% to $3.1bn.",
        "The U.S. market (e.g. Dr. Smith's) fell 3.5%.",
        "“Is it?” he asked.",
        "We met Ms. Jones and approx. 5 others.",
    ]


def test_chinese_japanese_and_mixed_text():
    assert sentences("今天天气很好。你好吗？我很好！", "zh") == ["今天天气很好。", "你好吗？", "我很好！"]
    assert sentences("これは本です。次の文です。", "ja") == ["これは本です。", "次の文です。"]
    assert sentences("We use GPT-4. 效果很好。It works.", "zh") == ["We use GPT-4.", "效果很好。", "It works."]


def test_enumerators_stay_with_what_they_number():
    assert sentences("1. Business. We sell. (a) Risk factors.") == ["1. Business.", "We sell.", "(a) Risk factors."]


def test_wrapped_lines_read_on_and_lines_ended_on_purpose_do_not():
    wrapped = "The quick brown fox jumps over the lazy dog and then\nruns on to the next line of it. It rests\nhere."
    assert sentences(wrapped) == [
        "The quick brown fox jumps over the lazy dog and then\nruns on to the next line of it.",
        "It rests\nhere.",
    ]
    assert sentences("Revenue by segment\nAmericas\nEurope") == ["Revenue by segment", "Americas", "Europe"]
    listed = "What the company sells in its shops all over the country:\n- cups\n- plates"
    assert sentences(listed)[1:] == ["- cups", "- plates"]


def test_a_quotation_over_half_a_page_is_still_cut_into_sentences():
    text = 'She said "we will ' + "grow and grow " * 30 + 'in time. And then we rest." Nobody came.'
    found = sentences(text)
    assert len(found) == 3
    assert found[1] == 'And then we rest."'


def test_an_opening_quote_behind_a_long_sentence_goes_with_what_it_opens():
    text = "(It grew " + "and grew " * 40 + 'for years. "So be it," he said, and left.)'
    assert sentences(text)[1].startswith('"So be it')
