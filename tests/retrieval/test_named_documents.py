"""Filters from a question's words: drawn where the collection bears them out, and nowhere else."""

from types import SimpleNamespace

import pytest

from chartwell.indexing.collection import DocumentName
from chartwell.retrieval.named_documents import DocumentNaming
from chartwell.retrieval.query import parse_query

NAMES = [
    DocumentName(1, "/kb/acme-annual-report-2021.pdf", "", {}),
    DocumentName(2, "/kb/acme-annual-report-2022.pdf", "", {}),
    DocumentName(3, "/kb/outlook.pdf", "Outlook", {"fiscal_year": 2023}),
    DocumentName(4, "/kb/handbook.md", "The handbook", {}),
    DocumentName(5, "/kb/云泽年报.pdf", "云泽2022年年度报告", {}),
]


def naming(names=NAMES):
    return DocumentNaming(SimpleNamespace(generation=1, document_names=lambda: names))


def left_out(question, where=None):
    named = naming().find(parse_query(question, where))
    return None if named is None else named.where


@pytest.mark.parametrize(
    "question",
    [
        "What were sales in the 2021 report?",
        "According to Acme's 2021 annual report, what were sales?",
        "What does the annual report for 2021 say about staff?",
        "2021年年度报告中的净利润是多少？",
        "自然资源：2021年年報怎麼說？",
        "Compare sales and profit in the 2021 report",
        "What does the FY2021 10-K say?",
    ],
)
def test_a_dated_report_leaves_out_what_is_dated_otherwise_and_keeps_what_is_undated(question):
    others = ["/kb/acme-annual-report-2022.pdf", "/kb/outlook.pdf", "/kb/云泽年报.pdf"]
    assert left_out(question) == {"source": {"!=": others}}


@pytest.mark.parametrize(
    "question",
    [
        "What were sales in 2021?",
        "How did Acme in 2021 report its leases?",
        "What do the 2021 report and the 2022 report say?",
        "What does the 2021 report say about 2019?",
        "What does the 2019 report say?",  # no document is of 2019
        "公司2021年报告了多少利润？",
        "in the report",
        "Excluding the 2021 report, what were sales?",
        "What were sales, but not in the 2021 report?",
        "What has changed since Acme's 2021 annual report?",
        "Are sales higher than in the 2021 report?",
        "What is new, compared to the 2021 report?",
        "除了2021年年报以外，净利润是多少？",
        "与2021年年报相比，净利润有何变化？",
        "自2021年年度報告以來有何變化？",
        "Which fares are told except in handbook.md?",
        "除了handbook.md之外，哪里有票价？",
    ],
)
def test_what_is_not_sure_is_no_filter(question):
    assert left_out(question) is None


def test_a_file_that_is_named_as_the_place_to_look_in():
    assert left_out("What are the fares in handbook.md?") == {"source": ["/kb/handbook.md"]}
    assert left_out("根据云泽年报.pdf，净利润是多少？") == {"source": ["/kb/云泽年报.pdf"]}
    for question in ("handbook.md里的票价是多少？", "在handbook.md里票价是多少", "《Handbook.md》中，票价是多少？"):
        assert left_out(question) == {"source": ["/kb/handbook.md"]}
    assert left_out("云泽年報.pdf中的淨利潤是多少？") == {"source": ["/kb/云泽年报.pdf"]}
    assert left_out("my-handbook.md里的票价是多少？") is None
    assert left_out("Which documents cite handbook.md?") is None
    assert left_out("What stands in missing.md?") is None
    assert left_out("What stands in handbook.mdx?") is None


def test_the_filter_of_the_caller_goes_before():
    question = "What were sales in the 2021 report?"
    assert left_out(question, {"source": "*2022*"}) is None
    assert left_out(question, {"company": "Acme"}) is None
    assert left_out(question, {"kind": "chart"}) is not None


def test_where_all_documents_are_of_that_year_there_is_nothing_to_leave_out():
    assert naming(NAMES[:1]).find(parse_query("the 2021 report")) is None
    assert naming([]).find(parse_query("the 2021 report")) is None
