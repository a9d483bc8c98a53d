"""How likely the evidence answers: the signs that speak for it."""

from dataclasses import replace

import pytest

from chartwell.generation.abstention import Answerability
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.retriever import Retrieval


@pytest.fixture
def signs():
    answerability = Answerability(lambda tokens: dict.fromkeys(tokens, 1.0))

    def signs(question, *evidence):
        return answerability.signs(Retrieval(parse_query(question), evidence))

    return signs


def test_the_name_of_the_document_and_its_titles_count(signs, evidence_of):
    found = evidence_of("Revenue was 9 % up.", source="/filings/ADOBE_2022_10K.pdf")
    assert signs("Adobe revenue", found).coverage == 1
    assert signs("Adobe revenue", replace(found, source="/filings/other.pdf")).coverage == 0.5
    assert signs("Adobe revenue", replace(found, source="x", caption="Adobe")).coverage == 1
    assert signs("Adobe revenue", replace(found, source="x", headings=("Adobe",))).coverage == 1


@pytest.mark.parametrize(
    ("question", "text", "coverage"),
    [
        ("revenue FY2023", "Revenue of the fiscal year (FY) 2023", 1),
        ("revenue FY2023", "Revenue of 2023", 2 / 3),
        ("revenue of 2031", "Revenue of 2023", 0.5),
        ("企鹅 2031", "企鹅 2023", 0.5),
        ("企鹅", "海鸥", 0),
    ],
)
def test_years_and_words_that_are_missing_count_against_it(signs, evidence_of, question, text, coverage):
    assert signs(question, evidence_of(text, source="x")).coverage == pytest.approx(coverage)


def test_without_evidence_there_is_no_answer():
    answerability = Answerability(lambda tokens: dict.fromkeys(tokens, 1.0))
    assert answerability.assess(Retrieval(parse_query("What?"), ())) == 0
