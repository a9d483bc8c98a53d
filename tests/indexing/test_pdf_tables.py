"""Tables of the text layer: cells, headers, titles, and what is no table."""

import io
import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from chartwell.indexing.loaders.parsed import Limits, TableBlock, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

PROSE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer"


def load(tmp_path, page):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 10)
    page(canvas)
    canvas.save()
    path = tmp_path / "tables.pdf"
    path.write_bytes(buffer.getvalue())
    return PdfLoader().load(path, Limits())


def tables(document):
    return [block for block in document.blocks if isinstance(block, TableBlock)]


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def statement(canvas):
    canvas.drawCentredString(420, 742, "Years ended June 30,")
    canvas.drawString(60, 728, "(in millions)")
    canvas.drawRightString(400, 728, "2023")
    canvas.drawRightString(500, 728, "2022")
    rows = [
        ("Net sales", "14,694", "14,544", True),
        ("Cost of sales", "(11,969", "(11,724", False),
        ("Other items:", None, None, False),
        ("Equity in income of the affiliated companies, before", None, None, False),
        ("tax and after costs", "—", "19", False),
        ("Margin", "18.5", "19.4", False),
    ]
    for row, (label, now, before, dollars) in enumerate(rows):
        y = 712 - 13 * row
        canvas.drawString(60, y, label)
        for x, value in ((400, now), (500, before)):
            if value:
                canvas.drawRightString(x, y, value)
            if dollars:
                canvas.drawString(x - 70, y, "$")
            if value and value.startswith("("):
                canvas.drawString(x + 1, y, ")")
            if label == "Margin":
                canvas.drawString(x + 6, y, "%")


def test_a_financial_statement_keeps_its_cells_signs_and_headers(tmp_path):
    (block,) = tables(load(tmp_path, statement))
    table = block.table
    assert table.header_rows == 2
    assert table.column_names() == ("(in millions)", "Years ended June 30, 2023", "Years ended June 30, 2022")
    assert table.body == (
        ("Net sales", "$14,694", "$14,544"),
        ("Cost of sales", "(11,969)", "(11,724)"),
        ("Other items:", "", ""),
        ("Equity in income of the affiliated companies, before tax and after costs", "—", "19"),
        ("Margin", "18.5%", "19.4%"),
    )


def test_cells_stand_in_their_boxes_and_the_table_holds_them_all(tmp_path):
    (block,) = tables(load(tmp_path, statement))
    outer = block.regions[0].box
    for row, places in zip(block.table.rows, block.table.boxes, strict=True):
        for text, region in zip(row, places, strict=True):
            assert bool(text) == (region is not None)
            if region:
                assert region.page == 1
                assert outer.x0 <= region.box.x0 <= region.box.x1 <= outer.x1
                assert outer.y0 <= region.box.y0 <= region.box.y1 <= outer.y1
    heights = [[region.box.y0 for region in places if region] for places in block.table.boxes]
    assert all(max(above) < max(below) for above, below in itertools.pairwise(heights))


def test_a_caption_right_above_becomes_the_title(tmp_path):
    def page(canvas):
        canvas.drawString(60, 772, "Table 3: Income of the group in two years,")
        canvas.drawString(60, 760, "with the margin")
        statement(canvas)
        canvas.drawString(60, 600, PROSE[:80])

    document = load(tmp_path, page)
    (block,) = tables(document)
    assert block.table.title == "Table 3: Income of the group in two years, with the margin"
    assert texts(document) == [PROSE[:80]]


def test_text_around_a_table_stays_text(tmp_path):
    def page(canvas):
        canvas.drawString(60, 790, PROSE + ".")
        statement(canvas)
        canvas.drawString(60, 620, PROSE + ",")
        canvas.drawString(60, 608, "and so did the other authority.")

    document = load(tmp_path, page)
    assert texts(document) == [PROSE + ".", PROSE + ", and so did the other authority."]
    assert len(tables(document)) == 1


def test_a_table_of_words_is_read_by_its_columns(tmp_path):
    rows = [
        ("Name", "Office", "Since"),
        ("Ann Lee", "Chair", "spring"),
        ("Bo Chen", "Pilot", "autumn"),
        ("Cy", "Clerk", "May"),
    ]

    def page(canvas):
        for row, cells in enumerate(rows):
            canvas.setFont("Helvetica-Bold" if row == 0 else "Helvetica", 10)
            for x, cell in zip((60, 220, 380), cells, strict=True):
                canvas.drawString(x, 700 - 14 * row, cell)

    (block,) = tables(load(tmp_path, page))
    assert block.table.rows == tuple(rows)
    assert block.table.header_rows == 1


@pytest.mark.parametrize("gap", [30, 120])
def test_one_row_with_a_gap_is_no_table(tmp_path, gap):
    def page(canvas):
        canvas.drawString(60, 700, "Total")
        canvas.drawString(100 + gap, 700, "1,204")
        canvas.drawString(60, 640, PROSE)

    document = load(tmp_path, page)
    assert tables(document) == []
    assert texts(document)[0] == "Total 1,204"


def test_rows_of_prose_with_wide_word_gaps_are_no_table(tmp_path):
    def page(canvas):
        for row in range(5):
            text = canvas.beginText(60, 700 - 12 * row)
            text.setWordSpace(5 + row / 5)
            text.textLine("justified lines of a narrow column may stretch")
            canvas.drawText(text)

    document = load(tmp_path, page)
    assert tables(document) == []
    assert len(document.blocks) == 1


AMOUNTS = st.integers(-99_999, 99_999)
LABELS = st.text("abcdefgh", min_size=2, max_size=14).map(str.capitalize)


def printed(value):
    return f"({-value:,})" if value < 0 else f"{value:,}"


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(2, 12), st.integers(1, 5), st.sampled_from([8, 10, 12]), st.booleans())
def test_any_grid_of_figures_is_found_cell_by_cell(tmp_path_factory, data, height, width, size, dollars):
    labels = data.draw(st.lists(LABELS, min_size=height, max_size=height))
    values = data.draw(st.lists(st.lists(AMOUNTS, min_size=width, max_size=width), min_size=height, max_size=height))
    # Figures like 1999 may be years, which head a column.
    assume(all(not 1900 <= value < 2100 for row in values for value in row))

    def page(canvas):
        canvas.setFont("Helvetica", size)
        for row, (label, figures) in enumerate(zip(labels, values, strict=True)):
            y = 760 - 1.5 * size * row
            canvas.drawString(50, y, label)
            for column, value in enumerate(figures):
                canvas.drawRightString(240 + 70 * column, y, printed(value))
                if dollars and row == 0:
                    canvas.drawString(185 + 70 * column, y, "$")

    (block,) = tables(load(tmp_path_factory.mktemp("grid"), page))
    expected = [(label, *map(printed, figures)) for label, figures in zip(labels, values, strict=True)]
    if dollars:
        expected[0] = (expected[0][0], *(f"${cell}" for cell in expected[0][1:]))
    assert block.table.rows == tuple(expected)
