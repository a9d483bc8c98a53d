import pytest

from chartwell.generation.conversation import standalone_question

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


def test_a_question_of_its_own_stays():
    question = "Which countries does the company operate warehouses in today?"
    assert standalone_question(question, HISTORY) == question
