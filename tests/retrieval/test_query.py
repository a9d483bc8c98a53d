import pytest

from chartwell.errors import QueryError
from chartwell.retrieval.query import MAX_CHARACTERS, parse_query


def test_control_characters_and_line_breaks_become_spaces():
    assert parse_query("net\x00 sales\n\tin 2021\x1b[31m").text == "net sales in 2021 [31m"


@pytest.mark.parametrize("text", ["", "   ", "\n\x00\t"])
def test_an_empty_question_is_refused(text):
    with pytest.raises(QueryError, match="empty"):
        parse_query(text)


def test_a_book_is_no_question():
    with pytest.raises(QueryError, match="characters"):
        parse_query("x" * (MAX_CHARACTERS + 1))


def test_chinese_questions_have_tokens():
    assert parse_query("二零二三年的净利润是多少？").tokens
