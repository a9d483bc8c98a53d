import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.asking import as_question, split_asking
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
        (
            "I need to prepare a meeting. And I like trains. Who built the northern line?",
            "Who built the northern line?",
        ),
        ("When I came home, it rained. Show me the net sales of 2021. Thanks!", "Show me the net sales of 2021."),
        ("My colleagues and I admire lighthouses. Who paid for the crane?", "Who paid for the crane?"),
    ],
)
def test_the_sentence_that_asks_is_found(text, asked):
    assert split_asking(text)[0] == asked


@pytest.mark.parametrize(
    ("courtesy", "asked"),
    [
        ("Can you help me with the annual report?", "Tell me the gross margin of Best Buy in 2021."),
        ("Could you please help me out?", "I need the gross margin of Best Buy in 2021."),
        ("Would you help me understand the annual report?", "And now list the costs of Best Buy by year."),
        ("Do you have a minute?", "But which costs rose at Best Buy in 2021?"),
        ("Hello, how are you?", "Please find the operating costs of 2020."),
        ("你好,能帮我看看这份年报吗?", "请告诉我百思买2021年的毛利率。"),
        ("能帮我一个忙吗？", "那2021年百思买的营业成本"),
    ],
)
def test_a_courtesy_does_not_ask_where_another_sentence_does(courtesy, asked):
    assert split_asking(f"{courtesy} {asked}") == (asked, courtesy)


@pytest.mark.parametrize(
    "text",
    [
        "Can you help me with the Contoso annual report? What was its total operating revenue growth in 2022?",
        "Could you help me understand the Contoso filing? How did their operating margin change in 2020 and 2021?",
        "能帮我看看康托索的年报吗？它的营业收入和净利润是多少？",
    ],
)
def test_a_courtesy_with_what_a_pronoun_stands_for_is_part_of_the_question(text):
    assert split_asking(text) == (text, "")


@pytest.mark.parametrize(
    ("courtesy", "asked"),
    [
        ("Can you help me?", "What was its operating margin between 2020 and 2021?"),
        ("Can you help me with the annual report?", "What was the operating margin between 2020 and 2021?"),
        ("能帮我一个忙吗？", "它的营业收入和净利润是多少？"),
    ],
)
def test_a_courtesy_without_a_referent_or_a_pronoun_behind_it_stays_one(courtesy, asked):
    assert split_asking(f"{courtesy} {asked}") == (asked, courtesy)


@pytest.mark.parametrize(
    ("asked", "manner"),
    [
        ("Can you help me find the gross margin of Best Buy in 2021?", "Please be brief."),
        ("Can you help me with the gross margin of Best Buy?", "Give a response to the question in percent."),
        ("能帮我查一下百思买2021年的毛利率吗？", "请用一句话回答。"),
    ],
)
def test_how_to_answer_is_not_what_is_asked(asked, manner):
    assert split_asking(f"{asked} {manner}") == (asked, manner)


def test_a_courtesy_alone_leaves_nothing_out():
    assert split_asking("Can you help me? Net sales of Best Buy in 2021.")[1] == ""


def test_a_request_beside_a_question_asks_as_much():
    text = "What did Best Buy sell in 2021? and the operating costs in 2020"
    assert split_asking(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("operating costs in 2020.", "operating costs in 2020?"),
        ("Thanks. Operating costs in 2020. Please be brief.", "Thanks. Operating costs in 2020? Please be brief."),
        ("and the operating costs in 2020", "and the operating costs in 2020"),
        ("Who paid? It is late.", "Who paid? It is late."),
        ("", ""),
    ],
)
def test_what_asks_by_its_position_gets_a_question_mark(text, question):
    assert as_question(text) == question


@given(st.text(max_size=200))
def test_any_text_can_be_made_a_question(text):
    assert [c for c in as_question(text) if c.isalnum()] == [c for c in text if c.isalnum()]


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


def test_sentences_of_stop_words_are_not_searched_for():
    assert set(parse_query("So there we are. What did the harvest yield in 2021?").tokens) == {
        "harvest",
        "yield",
        "2021",
    }


def test_a_phrase_is_required_where_it_is_asked_for():
    query = parse_query('My boss said "well done" in 2019. What is the "net yield" of the harvest?')
    assert query.phrases == ("net yield",)
    assert [signal.text for signal in query.signals if signal.kind == "year"] == ["2019"]


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
