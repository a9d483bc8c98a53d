import numpy as np
import pytest

from chartwell.retrieval.coarse import QueryVectors
from chartwell.retrieval.derived_figures import lines_behind
from chartwell.retrieval.query import parse_query


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Is the gross margin improving?", "gross profit"),
        ("What was its Quick Ratio?", "total current liabilities"),
        ("How much free cash flow did they make?", "capital expenditures"),
        ("FCF conversion in FY2022", "operating activities"),
        ("公司2023年的毛利率是多少？", "营业成本"),
        ("Return on shareholders’ equity?", "net income"),
        ("What was its acid\u2011test ratio?", "total current liabilities"),
        ("營業利潤率是多少？", "营业收入"),
        ("How high was ROE?", "net income"),
        ("Which DSO and ROA did it reach?", "accounts receivable"),
    ],
)
def test_a_ratio_brings_the_lines_it_is_made_of(question, line):
    assert line in lines_behind(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who likes marginal notes?",
        "Is the engine gearing up?",
        "What did sales reach?",
        "How much herring roe is sold?",
        "Roe deer, the Roa tribe, dio, dso and dpo",
        "",
    ],
)
def test_other_questions_bring_none(question):
    assert lines_behind(question) == ""


def test_the_lines_are_searched_for_beside_the_question():
    query = parse_query("Is the gross margin improving?")
    assert {"gross", "margin", "profit", "cost"} <= set(query.tokens)
    assert "profit" not in parse_query("Is the gross weight improving?").tokens


def test_the_lines_count_as_much_as_the_question_in_its_vector():
    class Encoder:
        def encode_queries(self, texts):
            return np.array([[0.0, 1.0] if "profit" in text else [1.0, 0.0] for text in texts], dtype=np.float32)

    vector = QueryVectors(Encoder()).vector(parse_query("Is the gross margin improving?"))
    assert np.allclose(vector, np.sqrt(0.5))
