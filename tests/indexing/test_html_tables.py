"""HTML tables as a reader sees them: signs joined, notes apart, units, levels, headers by scope, tables in cells."""

import pytest

from chartwell.indexing.loaders.html import HtmlLoader
from chartwell.indexing.loaders.parsed import Limits, TableBlock


@pytest.fixture
def read(tmp_path):
    """Parses markup and gives its tables."""

    def tables(markup):
        path = tmp_path / "page.html"
        path.write_text(markup, encoding="utf-8")
        return [block.table for block in HtmlLoader().load(path, Limits()).blocks if isinstance(block, TableBlock)]

    return tables


def test_signs_in_cells_of_their_own_are_joined_and_spacers_dropped(read):
    (table,) = read(
        "<table><caption>Income (in millions)</caption>"
        "<tr><th></th><th colspan=3>2023</th><th></th><th colspan=3>2022</th></tr>"
        "<tr><td colspan=8>Income:</td></tr>"
        "<tr><td style='padding-left:12px'>Dues<td>$<td>1,234<td><td><td>$<td>(5<td>)</tr>"
        "<tr><td style='padding-left:12px'>Rent<td colspan=2>77<td>%<td><td colspan=2>88<td></tr>"
        "<tr><td colspan=8>(1) Restated.</td></tr></table>"
    )
    assert table.rows == (
        ("", "2023", "2022"),
        ("Income:", "Income:", "Income:"),
        ("Dues", "$1,234", "$(5)"),
        ("Rent", "77%", "88"),
    )
    assert (table.header_rows, table.units, table.footnotes) == (1, "in millions", ("(1) Restated.",))
    assert table.levels == (0, 0, 1, 1)


def test_columns_that_are_equal_by_chance_stay(read):
    (table,) = read("<table><tr><th>a<th>2023<th>2022<tr><td>x<td>7<td>7<tr><td>y<td>8<td>8<tr><td>z<td>%<td>5</table>")
    assert table.column_names() == ("a", "2023", "2022")


def test_an_empty_column_with_a_name_stays(read):
    (table,) = read("<table><tr><th>a<th>Remark<th>b<tr><td>x<td><td>7<tr><td>y<td><td>8</table>")
    assert table.column_names() == ("a", "Remark", "b")


def test_scopes_tell_headers_of_rows_from_headers_of_columns(read):
    (table,) = read(
        "<table><tr><td></td><th scope=col>2023<th scope=col>2022</tr>"
        "<tr><th scope=row>North<th scope=row>5<td>6</tr><tr><th scope=row>South<td>7<td>8</tr></table>"
    )
    assert table.header_rows == 1
    assert table.body == (("North", "5", "6"), ("South", "7", "8"))


def test_a_table_in_a_cell_follows_as_a_table_of_its_own(read):
    outer, inner = read(
        "<table><tr><th>Port<th>Calls</tr><tr><td>North<td>see <table><tr><th>May<th>June<tr><td>1<td>2</table></tr>"
        "<tr><td>South<td>4</table>"
    )
    assert outer.rows == (("Port", "Calls"), ("North", "see"), ("South", "4"))
    assert inner.rows == (("May", "June"), ("1", "2"))


def test_tables_from_right_to_left_keep_their_order(read):
    (table,) = read("<table dir=rtl><tr><th>שם<th>سعر<tr><td>אחד<td>١٢<tr><td>שתיים<td>13</table>")
    assert table.rows == (("שם", "سعر"), ("אחד", "١٢"), ("שתיים", "13"))


def test_a_very_long_table_is_read_whole(read):
    rows = "".join(f"<tr><td>Row {n}<td>{n}" for n in range(4_000))
    (table,) = read(f"<table><tr><th>Name<th>Count{rows}</table>")
    assert len(table.body) == 4_000
    assert table.body[-1] == ("Row 3999", "3999")
