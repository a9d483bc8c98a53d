import pytest

from chartwell.generation.conversation import standalone_question
from chartwell.retrieval.asking import split_asking

HISTORY = [
    {"role": "user", "content": "What were net sales of the northern region in 2022?"},
    {"role": "assistant", "content": "They were 412 million dollars [1]."},
]


def test_without_history_the_question_stays():
    assert standalone_question("And in 2023?", []) == "And in 2023?"


@pytest.mark.parametrize(
    "question", ["And in 2023?", "How does it compare with the southern region's?", "那2023年呢？"]
)
def test_a_question_that_refers_back_takes_the_last_one_along(question):
    assert standalone_question(question, HISTORY) == f"{HISTORY[0]['content']} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "and the operating costs in 2020",
        "Operating costs in 2020.",
        "Thanks a lot. Their operating costs",
        "营业成本呢",
    ],
)
@pytest.mark.parametrize("earlier", ["I like shops. What did Best Buy sell in 2021?", "Sales of Best Buy in 2021."])
def test_a_follow_up_is_asked_beside_the_question_before_it(question, earlier):
    asked, _ = split_asking(standalone_question(question, [{"role": "user", "content": earlier}]))
    assert question.rpartition("Thanks a lot. ")[2].rstrip(".") in asked
    assert "Best Buy" in asked
    assert "I like shops." not in asked


def test_a_question_of_its_own_stays():
    question = "Which countries does the company operate warehouses in today?"
    assert standalone_question(question, HISTORY) == question
