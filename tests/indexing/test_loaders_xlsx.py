"""Workbooks: where the tables of a sheet are, and their cells as displayed."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table as DeclaredTable
from PIL import Image

from chartwell.errors import DamagedFile, LimitExceeded
from chartwell.indexing.documents import Box, Region
from chartwell.indexing.loaders.office.sheet_blocks import SheetRow, find_blocks
from chartwell.indexing.loaders.office.sheet_references import CellRange, parse_range, parse_reference
from chartwell.indexing.loaders.office.xlsx import XlsxLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock


@pytest.fixture
def book():
    return openpyxl.Workbook()


@pytest.fixture
def parse(tmp_path):
    def parse(book, limits=None):
        book.save(tmp_path / "a.xlsx")
        return XlsxLoader().load(tmp_path / "a.xlsx", limits or Limits())

    return parse


def tables(parsed):
    return [block.table for block in parsed.blocks if isinstance(block, TableBlock)]


def texts(parsed):
    return [(block.kind, block.text) for block in parsed.blocks if isinstance(block, TextBlock)]


def fill(sheet, *rows):
    for row in rows:
        sheet.append(row)


def test_sheets_are_pages_with_their_names_as_headings(book, parse):
    book.active.title = "销售 2024"
    fill(book.active, ["地区", "Value"], ["North", 1], ["South", 2])
    book.create_sheet("Empty")
    fill(book.create_sheet("Notes"), ["Only one remark."])
    book["Notes"].sheet_state = "hidden"
    parsed = parse(book)
    assert [(page.number, page.label) for page in parsed.pages] == [(1, "销售 2024"), (2, "Empty"), (3, "Notes")]
    assert texts(parsed) == [
        ("heading", "销售 2024"),
        ("heading", "Notes"),
        ("paragraph", "Only one remark."),
    ]
    assert parsed.warnings == ("The sheet 'Notes' is hidden; it was read all the same.",)
    (table,) = tables(parsed)
    assert table.rows == (("地区", "Value"), ("North", "1"), ("South", "2"))
    assert table.header_rows == 1
    assert table.boxes[1][1] == Region(1, Box(0.5, 1 / 3, 1, 2 / 3))


def test_cells_are_shown_as_displayed(book, parse):
    sheet = book.active
    fill(sheet, ["Kind", "Value"])
    shown = [
        ("money", 1234.5, '"$"#,##0.00', "$1,234.50"),
        ("negative", -1234.5, "#,##0_);(#,##0)", "(1,235)"),
        ("share", 0.4137, "0.0%", "41.4%"),
        ("date", dt.date(2024, 3, 1), 'yyyy"年"m"月"d"日"', "2024年3月1日"),
        ("built-in date", dt.date(2024, 3, 1), "mm-dd-yy", "2024-03-01"),
        ("time", dt.time(13, 5), "h:mm", "13:05"),
        ("length", dt.timedelta(hours=30), "[h]:mm", "30:00"),
        ("truth", True, "General", "TRUE"),
        ("error", "#DIV/0!", "General", "#DIV/0!"),
        ("text", "  two\nlines ", "General", "two lines"),
        ("general", 0.1 + 0.2, "General", "0.3"),
        ("zero", 0, "General", "0"),
    ]
    for row, (kind, value, code, _) in enumerate(shown, start=2):
        sheet.cell(row, 1, kind)
        sheet.cell(row, 2, value).number_format = code
    (table,) = tables(parse(book))
    assert table.body == tuple((kind, text) for kind, _, _, text in shown)


def test_formulas_count_by_their_stored_results(tmp_path, book, parse):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as computed:
        sheet = computed.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write_formula(2, 0, "=SUM(A2:B2)", None, 3)
        sheet.write(2, 1, 4)
    parsed = XlsxLoader().load(path, Limits())
    assert tables(parsed)[0].rows[-1] == ("3", "4")
    assert parsed.warnings == ()
    fill(book.active, ["a", "b"], [1, 2], ["=SUM(A2:B2)", "=A2"])
    assert "2 formulas of the sheet 'Sheet' have no stored result" in parse(book).warnings[0]


def test_titles_notes_and_tables_side_by_side(book, parse):
    sheet = book.active
    fill(
        sheet,
        ["Sales by region"],
        ["in million dollars"],
        ["Region", "Revenue", None, None, "Key", "Meaning"],
        ["North", 10, None, None, "a", "x"],
        ["South", 20, None, None, "b", "y"],
        [],
        ["Total", 30],
        ["Source: Ledger"],
    )
    parsed = parse(book)
    first, second = tables(parsed)
    assert first.title == "Sales by region in million dollars"
    assert first.rows == (("Region", "Revenue"), ("North", "10"), ("South", "20"), ("Total", "30"))
    assert (second.title, second.rows) == ("", (("Key", "Meaning"), ("a", "x"), ("b", "y")))
    assert texts(parsed)[1:] == [("paragraph", "Source: Ledger")]


def test_tables_below_each_other_are_two_and_a_line_above_is_a_title(book, parse):
    fill(
        book.active,
        ["Revenue by year"],
        [],
        ["Year", "Revenue"],
        [2022, 5],
        [2023, 6],
        [],
        ["Region", "People"],
        ["North", 50],
        [],
        [],
        [],
        ["A long closing remark."],
    )
    parsed = parse(book)
    assert [(table.title, table.rows[0], table.header_rows) for table in tables(parsed)] == [
        ("Revenue by year", ("Year", "Revenue"), 1),
        ("", ("Region", "People"), 1),
    ]
    assert [text for _, text in texts(parsed)] == ["Sheet", "Revenue by year", "A long closing remark."]


def test_sections_and_spacer_columns_do_not_cut_a_table(book, parse):
    fill(
        book.active,
        ["Balance", None, 2023, None, 2022],
        ["Assets"],
        ["Cash", None, 1, None, 2],
        [],
        ["Liabilities"],
        ["Loans", None, 3, None, 4],
        ["Bonds", None, 5, None, 6],
    )
    (table,) = tables(parse(book))
    assert [row[0] for row in table.rows] == ["Balance", "Assets", "Cash", "Liabilities", "Loans", "Bonds"]
    assert table.rows[-1] == ("Bonds", "5", "6")


def test_merged_cells_stand_in_each_place_they_cover(book, parse):
    sheet = book.active
    fill(sheet, ["Region", "Half", None], [None, "H1", "H2"], ["华北", 1, 2], [None, 3, 4], ["S", 5, 6])
    for cells in ("B1:C1", "A1:A2", "A3:A4"):
        sheet.merge_cells(cells)
    (table,) = tables(parse(book))
    assert table.header_rows == 2
    assert table.rows == (
        ("Region", "Half", "Half"),
        ("Region", "H1", "H2"),
        ("华北", "1", "2"),
        ("华北", "3", "4"),
        ("S", "5", "6"),
    )
    assert table.boxes[2][0] == table.boxes[3][0] == Region(1, Box(0, 0.4, 1 / 3, 0.8))
    assert table.column_names() == ("Region", "Half H1", "Half H2")


def test_headers_of_several_rows(book, parse):
    sheet = book.active
    fill(
        sheet,
        [None, "2023", None, "2024", None],
        ["Region", "H1", "H2", "H1", "H2"],
        ["N", 1, 2, 3, 4],
        ["S", 5, 6, 7, 8],
    )
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    (table,) = tables(parse(book))
    assert table.header_rows == 2
    assert table.column_names() == ("Region", "2023 H1", "2023 H2", "2024 H1", "2024 H2")


def test_a_merged_title_over_the_table(book, parse):
    fill(book.active, ["Title of all", None, None], ["a", "b", "c"], [1, 2, 3], [4, 5, 6])
    book.active.merge_cells("A1:C1")
    (table,) = tables(parse(book))
    assert (table.title, table.header_rows, table.rows[0]) == ("Title of all", 1, ("a", "b", "c"))


def test_declared_header_rows_count(book, parse):
    fill(book.active, ["x", "x2"], ["y", "z"], ["y", "w"])
    book.active.append(["x", "x2"])
    book.active.add_table(DeclaredTable(displayName="T", ref="A1:B4"))
    assert tables(parse(book))[0].header_rows == 1


def test_charts_and_pictures_stand_where_they_are_anchored(book, parse):
    sheet = book.active
    fill(sheet, ["Year", "Value"], [2022, 5], [2023, 6])
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart, "A6")
    buffer = io.BytesIO()
    Image.new("RGB", (100, 80), "teal").save(buffer, "PNG")
    sheet.add_image(SheetImage(buffer), "D1")
    parsed = parse(book)
    kinds = [type(block) for block in parsed.blocks]
    assert kinds == [TextBlock, TableBlock, FigureBlock, FigureBlock]
    picture, chart = parsed.blocks[2:]
    assert (picture.image.width, picture.reading) == (100, None)
    assert chart.image is None
    assert [(value.category, value.number) for value in chart.reading.values] == [("2022", 5.0), ("2023", 6.0)]
    assert chart.region.page == 1
    assert chart.region.box.y0 == pytest.approx(5 / parsed.pages[0].height)


def test_what_is_there_for_old_programs_is_not_read(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 2])
    chart = LineChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2))
    book.active.add_chart(chart, "A6")
    book.save(tmp_path / "a.xlsx")
    old = (
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice/><mc:Fallback>'
        b'<xdr:txBody xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
        b'<a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:r><a:t>Not available</a:t></a:r></a:p>'  # noqa: E501 - markup as the file has it
        b"</xdr:txBody></mc:Fallback></mc:AlternateContent></"
    )

    def change(xml):
        head, _, tail = xml.rpartition(b"</")
        inside, _, end = head.rpartition(b"</")
        return inside + old + end + b"</" + tail

    rewritten(tmp_path / "a.xlsx", tmp_path / "b.xlsx", change, "xl/drawings/drawing1.xml")
    assert texts(XlsxLoader().load(tmp_path / "b.xlsx", Limits())) == [("heading", "Sheet")]


def test_a_sheet_that_is_nothing_but_a_chart(book, parse):
    fill(book.active, ["Year", "Value"], [2022, 5])
    chart = LineChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.create_chartsheet("图").add_chart(chart)
    parsed = parse(book)
    assert [page.label for page in parsed.pages] == ["Sheet", "图"]
    assert [block.region for block in parsed.blocks if isinstance(block, FigureBlock)] == [Region(2, Box(0, 0, 1, 1))]


def test_limits(book, parse):
    for number in range(20):
        book.active.append(["word " * 5, number])
    with pytest.raises(LimitExceeded, match=r"a\.xlsx.*'Sheet' has more than 10 rows"):
        parse(book, Limits(max_table_rows=10))
    with pytest.raises(LimitExceeded, match="characters"):
        parse(book, Limits(max_characters=100))
    book.create_sheet("Other")
    with pytest.raises(LimitExceeded, match="2 sheets"):
        parse(book, Limits(max_pages=1))


def rewritten(source, target, change, part="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)


def test_damaged_styles_cost_only_the_formats(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 0.5])
    book.active["B2"].number_format = "0%"
    book.active["B2"].font = Font(color="00FF00FF")
    book.save(tmp_path / "a.xlsx")
    rewritten(tmp_path / "a.xlsx", tmp_path / "b.xlsx", lambda xml: xml.replace(b"00FF00FF", b"pink"), "xl/styles.xml")
    parsed = XlsxLoader().load(tmp_path / "b.xlsx", Limits())
    assert tables(parsed)[0].rows[1] == ("1", "0.5")
    assert "styles are damaged" in parsed.warnings[0]


def test_damaged_properties_cost_nothing(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 0.5])
    book.active["B2"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    rewritten(
        tmp_path / "a.xlsx",
        tmp_path / "b.xlsx",
        lambda xml: re.sub(rb"(<dcterms:created[^>]*>)[^<]*", rb"\1no date", xml),
        "docProps/core.xml",
    )
    parsed = XlsxLoader().load(tmp_path / "b.xlsx", Limits())
    assert tables(parsed)[0].rows[1] == ("1", "50%")
    assert parsed.warnings == ()


def test_comments_on_cells_are_left_out_with_a_warning(book, parse):
    fill(book.active, ["a", "b"], [1, 2])
    book.active["A1"].comment = Comment("Really?", "a")
    assert parse(book).warnings == ("Left out: comments on cells of the sheet 'Sheet'.",)


def test_false_extents_and_merges_of_the_whole_sheet_cost_nothing(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 2])
    book.active["B2"].number_format = "0.0"
    book.active.merge_cells("D1:E2")
    book.save(tmp_path / "a.xlsx")
    rewritten(
        tmp_path / "a.xlsx",
        tmp_path / "b.xlsx",
        lambda xml: xml.replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"').replace(b'ref="D1:E2"', b'ref="A1:XFD1048576"'),
    )
    (table,) = tables(XlsxLoader().load(tmp_path / "b.xlsx", Limits()))
    assert table.rows == (("a", "b"), ("1", "2.0"))


def test_merged_cells_that_lie_over_each_other_are_damage(tmp_path, book):
    fill(book.active, *[[f"{row}", "b", "c"] for row in range(20)])
    for row in range(1, 20, 2):
        book.active.merge_cells(start_row=row, start_column=2, end_row=row + 1, end_column=3)
    book.save(tmp_path / "a.xlsx")
    rewritten(
        tmp_path / "a.xlsx",
        tmp_path / "b.xlsx",
        lambda xml: re.sub(rb'mergeCell ref="B(\d+):C\d+"', rb'mergeCell ref="B\1:C1048576"', xml),
    )
    with pytest.raises(DamagedFile, match="over each other"):
        XlsxLoader().load(tmp_path / "b.xlsx", Limits())


def test_rows_far_apart_do_not_cost_what_lies_between(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 2])
    book.active.cell(1_048_576, 16_384, "end")
    book.save(tmp_path / "a.xlsx")
    parsed = XlsxLoader().load(tmp_path / "a.xlsx", Limits())
    assert texts(parsed)[-1] == ("paragraph", "end")
    assert tables(parsed)[0].rows == (("a", "b"), ("1", "2"))


def test_rows_that_no_sheet_has_are_damage(tmp_path, book):
    fill(book.active, ["a", "b"], [1, 2])
    book.save(tmp_path / "a.xlsx")
    rewritten(tmp_path / "a.xlsx", tmp_path / "b.xlsx", lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"'))
    with pytest.raises(DamagedFile, match="names rows that no sheet has"):
        XlsxLoader().load(tmp_path / "b.xlsx", Limits())


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read(tmp_path):
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Number", "名称"])
        for row in range(1, 100_000):
            sheet.write_row(row, 0, [row, "北京"])
    pieces = tables(XlsxLoader().load(path, Limits()))
    assert sum(len(piece.body) for piece in pieces) == 99_999
    assert pieces[-1].rows[-1] == ("99999", "北京")
    assert {piece.header for piece in pieces} == {(("Number", "名称"),)}
    with pytest.raises(LimitExceeded, match="1,000 rows"):
        XlsxLoader().load(path, Limits(max_table_rows=1_000))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sheet1!$B$2:$B$9", ("Sheet1", CellRange(2, 2, 9, 2))),
        ("'It''s 数据'!A1", ("It's 数据", CellRange(1, 1, 1, 1))),
        ("(Sheet1!$AA$3)", ("Sheet1", CellRange(3, 27, 3, 27))),
        ("Sheet1!A1:XFD1048576", None),
        ("Name", None),
        ("Sheet1!A1,Sheet1!A3", None),
        ("#REF!", None),
    ],
)
def test_references(text, found):
    assert parse_reference(text) == found


@given(st.integers(1, 10**6), st.integers(1, 16_384), st.integers(0, 99), st.integers(0, 99))
def test_ranges_are_written_and_read(row, column, rows, columns):
    first = f"{openpyxl.utils.get_column_letter(column)}{row}"
    last = f"{openpyxl.utils.get_column_letter(min(column + columns, 16_384))}{row + rows}"
    cells = CellRange(row, column, row + rows, min(column + columns, 16_384))
    assert parse_range(f"{first}:{last}") == parse_range(f"{last}:{first}") == cells


CELLS = st.sampled_from(["", "", "", "word", "1", "2,000", "名称", "50%", "Total", "Source: x"])


@settings(max_examples=200)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=14))
def test_no_cell_is_lost_or_told_twice(rows):
    """Whatever is scattered over a sheet, each cell comes out once."""
    found = []
    for block in find_blocks(SheetRow(number, list(cells)) for number, cells in enumerate(rows, start=1)):
        found += [cell for cells in block.cells for cell in cells if cell] + block.title + block.notes
        assert {len(cells) for cells in block.cells} == {len(block.columns)}
        assert len(block.row_numbers) == len(block.cells)
        assert block.row_numbers == sorted(set(block.row_numbers))
    assert sorted(found) == sorted(cell for cells in rows for cell in cells if cell)
