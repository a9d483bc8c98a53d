import pytest

from chartwell.generation.citations import quoted, statements


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
