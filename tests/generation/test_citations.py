import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.generation.citations import CitationParser, marks, quoted, recited, statements, without_citations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose [1]. Costs fell [2].", [("Sales rose.", (1,)), ("Costs fell.", (2,))]),
        ("Sales rose. [1] Costs fell. [2]", [("Sales rose.", (1,)), ("Costs fell.", (2,))]),
        ("Both grew [1, 3][2].", [("Both grew.", (1, 3, 2))]),
        ("收入增长了12%[1]。成本下降【2】。", [("收入增长了12%。", (1,)), ("成本下降。", (2,))]),
        ("Cohabiting: 7% [4]\nMarried: 53% [4]", [("Cohabiting: 7%", (4,)), ("Married: 53%", (4,))]),
        ("No citation here.", [("No citation here.", ())]),
        ("", []),
    ],
)
def test_statements(text, expected):
    assert [(statement.text, statement.citations) for statement in statements(text)] == expected


def test_reference_marks_of_a_document_are_no_citations_of_the_answer():
    (statement,) = statements(quoted("The bridge opened in 1932 [3], the tunnel later [12, 13].") + " [1]")
    assert statement.text == "The bridge opened in 1932 (3), the tunnel later (12, 13)."
    assert statement.citations == (1,)
    assert quoted("a[0] of [2024] and [x]") == "a(0) of [2024] and [x]"


def test_ranges_and_other_brackets():
    text = "A [1-3]. B [2; 5] C ［１］ D 【4、6】 E [evidence 7] F [^8] G [2024] H [3-1]"
    (first, second) = statements(text)[0], statements(text)[1:]
    assert first.citations == (1, 2, 3)
    assert [number for statement in second for number in statement.citations] == [2, 5, 1, 4, 6, 7, 8, 3]
    assert CitationParser().feed(text) == [1, 2, 3, 2, 5, 1, 4, 6, 7, 8, 3, 1]


@given(st.text(alphabet="[]【】［1 2,-;x。.", max_size=60), st.lists(st.integers(1, 6), max_size=20))
def test_citations_are_the_same_however_the_text_is_cut(text, cuts):
    parser, found, place = CitationParser(), [], 0
    for cut in cuts:
        found += parser.feed(text[place : place + cut])
        place += cut
    found += parser.feed(text[place:])
    assert found == CitationParser().feed(text)


@given(st.text(alphabet="[]【1 2,x。.\nA", max_size=60))
def test_statements_have_their_place_in_the_text(text):
    end = 0
    for statement in statements(text):
        assert end <= statement.start < statement.end <= len(text)
        said, _, behind = without_citations(text[statement.start : statement.end]).partition(statement.text)
        assert not said.strip()
        assert not re.search(r"\w", behind)
        end = statement.end


@pytest.mark.parametrize(
    ("text", "keep", "add", "expected"),
    [
        ("Sales rose [1, 9]. ", [1], [2], "Sales rose [1]. [2] "),
        ("Sales rose [9].\n", [], [2], "Sales rose. [2]\n"),
        ("Sales rose [1-3].[7]", [1, 2, 3], [], "Sales rose [1-3]."),
    ],
)
def test_recited(text, keep, add, expected):
    assert recited(text, keep=keep, add=add) == expected


@given(
    st.lists(st.tuples(st.text(alphabet="ab 。.[]", max_size=8), st.sampled_from([" [1]", "[2-4, 9]", "【3】", ""])))
)
def test_what_stands_between_the_marks_is_the_text_without_them(parts):
    text = "".join(words + mark for words, mark in parts)
    ends = [0, *(mark.end for mark in marks(text))]
    starts = [*(mark.start for mark in marks(text)), len(text)]
    assert "".join(text[end:start] for end, start in zip(ends, starts, strict=True)) == without_citations(text)


def test_a_mark_knows_its_place_and_numbers():
    assert [(mark.start, mark.end, mark.numbers) for mark in marks("Up [1]. Down[2-4, 9].")] == [
        (2, 6, (1,)),
        (12, 20, (2, 3, 4, 9)),
    ]
