import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.rerank.passages import cut_passages, cut_question, readable_text


def count(texts):
    return [len(text.split()) for text in texts]


def weigh(text):
    return float("zinc" in text)


def test_what_fits_is_left_whole(make_node):
    node = make_node(1, ["Metals", "zinc 4", "lead 5"], headings=("Report", "Prices"), caption="Prices in 2023")
    (passage,) = cut_passages([node], 50, count, weigh)
    assert passage.text == "Report > Prices\nPrices in 2023\nMetals\nzinc 4\nlead 5"
    assert passage.text == readable_text(node)
    assert passage.tokens == 11


def test_a_long_chart_keeps_its_title_and_the_lines_that_tell_whole_and_in_order(make_node):
    lines = ["Prices of metals", *(f"lead {number}" for number in range(100)), "zinc 4", *("tin 3",) * 100, "zinc 9"]
    (passage,) = cut_passages([make_node(1, lines)], 15, count, weigh)
    assert passage.text.splitlines() == ["Prices of metals", "lead 0", "zinc 4", "zinc 9"]
    assert passage.tokens <= 15


def test_a_long_passage_keeps_whole_sentences(make_node):
    sentences = ["Prices fell.", "Lead did not move at all.", "Only zinc rose in May."]
    (passage,) = cut_passages([make_node(1, sentences, kind="text")], 9, count, weigh)
    assert passage.text == "Prices fell. Only zinc rose in May."


def test_a_caption_is_not_read_twice(make_node):
    node = make_node(1, ["Prices in 2023", "zinc 4"], caption="Prices in 2023")
    assert readable_text(node) == "Prices in 2023\nzinc 4"


def test_of_a_long_question_the_end_is_read():
    question = "Some background. " * 50 + "What was the price of zinc?"
    cut = cut_question(question, 6, count)
    assert cut.text.strip() == "What was the price of zinc?"
    assert cut.tokens == 6


@given(
    texts=st.lists(st.text(max_size=60), max_size=8),
    headings=st.lists(st.text(max_size=20), max_size=2),
    room=st.integers(1, 30),
)
def test_no_passage_is_longer_than_its_room(make_node, texts, headings, room):
    node = make_node(1, texts or [""], headings=tuple(headings))
    (passage,) = cut_passages([node], room, count, lambda text: float(len(text)))
    assert passage.tokens == count([passage.text])[0] <= room
    question = cut_question(" ".join(texts), room, count)
    assert question.tokens == count([question.text])[0] <= room
    assert " ".join(texts).endswith(question.text)


@pytest.mark.parametrize("room", [1, 3])
def test_a_first_line_that_is_too_long_is_cut(make_node, room):
    node = make_node(1, ["one two three four five", "zinc of one line that is long"])
    (passage,) = cut_passages([node], room, count, weigh)
    assert passage.text.split() == ["one", "two", "three"][:room]
