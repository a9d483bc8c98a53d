import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.asking import split_asking
from chartwell.retrieval.coarse import QueryVectors
from chartwell.retrieval.query import parse_query


class _Encoder:
    """Texts about sales lie in one direction, all others in the other."""

    def encode_queries(self, texts):
        return np.array([[1.0, 0.0] if "sales" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


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
    assert split_asking(text)[0] == asked


def test_several_sentences_may_ask():
    asked, others = split_asking("I like trains. Who built the northern line? When did the southern line open?")
    assert asked == "Who built the northern line? When did the southern line open?"
    assert others == "I like trains."


def test_a_question_of_few_words_asks_about_what_stands_before_it():
    asked, others = split_asking("Hello there. Sales fell sharply in 2021. Why is that?")
    assert asked == "Sales fell sharply in 2021. Why is that?"
    assert others == "Hello there."


@given(st.text(max_size=200))
def test_no_word_is_lost(text):
    asked, others = split_asking(text)
    assert sorted("".join((asked + others).split())) == sorted("".join(text.split()))


@pytest.mark.parametrize("text", ["a. " * 5_000 + "why?", "? " * 9_000, "! " * 9_000 + "Why?"])
def test_a_page_of_nothing_takes_no_time(text):
    started = time.perf_counter()
    split_asking(text)
    assert time.perf_counter() - started < 5


def test_words_that_ask_count_more():
    query = parse_query("My colleague likes trains. What did the harvest yield in 2021?")
    assert query.asked == "What did the harvest yield in 2021?"
    assert query.tokens.count("harvest") > query.tokens.count("train") == 1


def test_a_question_of_one_sentence_is_taken_as_it_is():
    query = parse_query("What did the harvest yield in 2021?")
    assert query.others == ""
    assert len(set(query.tokens)) == len(query.tokens)


def test_sentences_about_something_else_do_not_turn_the_vector():
    vectors = QueryVectors(_Encoder())
    short = vectors.vector(parse_query("What did sales reach in 2021?"))
    long = vectors.vector(parse_query("The weather was fine. What did sales reach in 2021?"))
    assert np.allclose(short, long)
    assert np.linalg.norm(long) == pytest.approx(1)
