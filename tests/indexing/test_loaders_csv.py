"""CSV and TSV: delimiters, headers, ragged rows, and never a lost column or swallowed row."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import DamagedFile, LimitExceeded
from chartwell.indexing.loaders.csv import CsvLoader
from chartwell.indexing.loaders.parsed import Limits

LIMITS = Limits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("csv")


def parse(folder, text, limits=LIMITS):
    path = folder / "sales 2023.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvLoader().load(path, limits)


def table(folder, text):
    (block,) = parse(folder, text).blocks
    return block.table


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_delimiters_are_recognised(folder, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in [("Region", "Sales"), ("North", "3.5"), ("South", "4")])
    found = table(folder, text)
    assert found.rows == (("Region", "Sales"), ("North", "3.5"), ("South", "4"))
    assert found.header_rows == 1
    assert found.title == "sales 2023"


def test_the_media_type_follows_the_delimiter(folder):
    assert parse(folder, "a\tb\n1\t2").media_type == "text/tab-separated-values"
    assert parse(folder, "a,b\n1,2").media_type == "text/csv"


def test_decimal_commas_do_not_split_cells(folder):
    assert table(folder, "1,5;2,5\n3,5;4,5\n").rows == (("1,5", "2,5"), ("3,5", "4,5"))


def test_excel_may_state_the_delimiter(folder):
    assert table(folder, "sep=;\na;b,c\n").rows == (("a", "b,c"),)


def test_ragged_rows_are_filled_up_and_blank_lines_left_out(folder):
    found = table(folder, "a,b\n\n1,2,3,\n,\n4\n")
    assert found.rows == (("a", "b", "", ""), ("1", "2", "3", ""), ("4", "", "", ""))


def test_quoted_cells_keep_delimiters_quotes_and_lines(folder):
    found = table(folder, 'name,note\n"Smith, J.","said ""no""\nand left"\n')
    assert found.rows[1] == ("Smith, J.", 'said "no"\nand left')


def test_an_unclosed_quote_swallows_no_rows_and_is_reported(folder):
    document = parse(folder, 'size,price\n"5 inch,3\n6,4\n7,5\n')
    assert document.blocks[0].table.rows == (("size", "price"), ('"5 inch', "3"), ("6", "4"), ("7", "5"))
    assert "quotes" in document.warnings[0]


@pytest.mark.parametrize(
    ("text", "header_rows"),
    [
        ("Region,2021,2022,2023\nAsia,1,2,3\n", 1),
        (",Q1,Q2\nAsia,1,2\n", 1),
        ("name,city\nAnna,Berlin\nBert,Rome\n", 1),
        ("1,2\n3,4\n", 0),
        ("Asia,5,6\nEurope,7,8\n", 0),
        ("2023-01-01,x\n2023-01-02,y\n", 0),
        ("a,b\n", 0),
        ("Anna,Berlin\nAnna,Rome\n", 0),
        ("x\ny\n", 1),
    ],
)
def test_headers_are_recognised(folder, text, header_rows):
    assert table(folder, text).header_rows == header_rows


def test_chinese_sheets_saved_by_excel_are_read(folder):
    document = parse(folder, "地区,销售额\n华东,120\n华南,95\n".encode("gbk"))
    assert document.blocks[0].table.rows[0] == ("地区", "销售额")
    assert "gb18030" in document.warnings[0]


def test_too_many_rows_or_cells_exceed_a_limit(folder):
    with pytest.raises(LimitExceeded, match="more than 100 rows"):
        parse(folder, "a,b\n" * 101, Limits(max_table_rows=100))
    with pytest.raises(LimitExceeded, match="too large"):
        parse(folder, "," * 200_000 + "x\n" + "y\n" * 100)


def test_a_cell_without_end_is_damage(folder):
    with pytest.raises(DamagedFile, match="field larger"):
        parse(folder, "a,b\n" + "x" * 200_000)


def test_only_blank_lines_give_no_table(folder):
    assert parse(folder, "\n , \n\n").blocks == ()


CELL = st.text(st.sampled_from('abc 1.-%中"\n;,|é'), max_size=8).map(str.strip)


@settings(deadline=None)
@given(st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1)))
def test_written_tables_come_back_cell_by_cell(folder, rows):
    rows = [["id", *row] for row in rows]
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [list(row) for row in table(folder, buffer.getvalue()).rows] == rows
