import pytest

from chartwell.app.output import parse_where
from chartwell.errors import QueryError


@pytest.mark.parametrize(
    ("conditions", "where"),
    [
        ([], None),
        (["kind=chart"], {"kind": {"=": "chart"}}),
        (["kind=chart", "kind=table"], {"kind": {"=": ["chart", "table"]}}),
        (["year>=2020", "year<2023", "title=A = B"], {"year": {">=": 2020, "<": 2023}, "title": {"=": "A = B"}}),
        (["source!=a.pdf", "source!=b.pdf"], {"source": {"!=": ["a.pdf", "b.pdf"]}}),
    ],
)
def test_conditions_of_one_name_hold_together(conditions, where):
    assert parse_where(conditions) == where


@pytest.mark.parametrize("conditions", [["nonsense"], ["year<2020", "year<2021"]])
def test_what_cannot_be_meant_is_refused(conditions):
    with pytest.raises(QueryError):
        parse_where(conditions)
