import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.asking import asking_part
from chartwell.retrieval.query import parse_query


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What did sales reach in 2021?", "What did sales reach in 2021?"),
        ("Good morning. My boss sent me a report. What did sales reach in 2021?", "What did sales reach in 2021?"),
        (
            "Are gross margins improving at Best Buy? If they are no useful metric, explain why.",
            "Are gross margins improving at Best Buy?",
        ),
        ("I read a lot. Describe the trend in newspaper circulation.", "Describe the trend in newspaper circulation."),
        ("你好，打扰一下。我在准备会议。什么是预训练的数据清理？", "什么是预训练的数据清理？"),
    ],
)
def test_the_sentence_that_asks_is_found(text, asked):
    assert asking_part(text) == asked


def test_several_sentences_may_ask():
    text = "I like trains. Who built the northern line? When did the southern line open?"
    assert asking_part(text) == "Who built the northern line? When did the southern line open?"


def test_a_question_of_few_words_asks_about_what_stands_before_it():
    assert asking_part("Hello there. Sales fell sharply in 2021. Why is that?") == (
        "Sales fell sharply in 2021. Why is that?"
    )


@given(st.text(max_size=200))
def test_the_part_is_made_of_the_text(text):
    part = asking_part(text)
    assert part in (text, *([part] if all(word in text for word in part.split()) else []))


def test_words_that_ask_count_more():
    query = parse_query("My colleague likes trains. What did the harvest yield in 2021?")
    assert query.asked == "What did the harvest yield in 2021?"
    assert query.tokens.count("harvest") > query.tokens.count("train") == 1


def test_a_question_of_one_sentence_is_taken_as_it_is():
    query = parse_query("What did the harvest yield in 2021?")
    assert query.asked == ""
    assert len(set(query.tokens)) == len(query.tokens)
