"""Tables with rules: cells that span, close entries, boxes, joined pages, notes; and rules that make no table."""

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TableBlock, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

XS = (60, 160, 230, 300)
ROWS = (("Quay", "2023", "2022"), ("North", "1,204", "1,100"), ("South", "(56)", "78"), ("Old", "9", "8"))


def load(tmp_path, *pages, size=A4):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    for page in pages:
        canvas.setFont("Helvetica", 9)
        canvas.setLineWidth(0.5)
        page(canvas)
        canvas.showPage()
    canvas.save()
    path = tmp_path / "ruled.pdf"
    path.write_bytes(buffer.getvalue())
    return PdfLoader().load(path, Limits())


def tables(document):
    return [block for block in document.blocks if isinstance(block, TableBlock)]


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def grid(canvas, rows, top=700, step=18, xs=XS):
    """Rows of text with all rules."""
    for number, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            canvas.drawString(x + 3, top - step * number - 12, cell)
    bottom = top - step * len(rows)
    for number in range(len(rows) + 1):
        canvas.line(xs[0], top - step * number, xs[-1], top - step * number)
    for x in xs:
        canvas.line(x, top, x, bottom)


def test_a_ruled_table_is_read_by_its_cells(tmp_path):
    (block,) = tables(load(tmp_path, lambda canvas: grid(canvas, ROWS)))
    assert block.table.rows == ROWS
    assert block.table.header_rows == 1


def test_spanning_and_empty_cells(tmp_path):
    def page(canvas):
        canvas.drawString(190, 708, "Calls in")
        canvas.line(60, 722, 300, 722)
        canvas.line(160, 704, 300, 704)
        for x in (60, 160, 300):
            canvas.line(x, 722, x, 704)
        canvas.drawString(63, 700, "Quay")  # in a cell over both header rows
        for x, year in ((163, "2023"), (233, "2022")):
            canvas.drawString(x, 692, year)
        canvas.line(60, 686, 300, 686)
        for x in XS:
            canvas.line(x, 704, x, 686)
        grid(canvas, (("North", "1", ""), ("South", "", "4")), top=686)

    (block,) = tables(load(tmp_path, page))
    assert block.table.rows == (
        ("Quay", "Calls in", "Calls in"),
        ("Quay", "2023", "2022"),
        ("North", "1", ""),
        ("South", "", "4"),
    )
    assert block.table.header_rows == 2
    assert block.table.column_names() == ("Quay", "Calls in 2023", "Calls in 2022")
    assert block.table.boxes[0][1] == block.table.boxes[0][2]


def test_wrapped_cells_are_one_row_and_words_do_not_run_over_a_rule(tmp_path):
    def page(canvas):
        for number in range(4):
            canvas.line(60, 700 - 40 * number, 300, 700 - 40 * number)
        for x in (60, 158, 300):
            canvas.line(x, 700, x, 580)
        for number, name in enumerate(("Ann", "Bo", "Cy")):
            top = 688 - 40 * number
            canvas.drawString(63, top, f"{name} keeps the lights")  # ends two points before the rule
            canvas.drawString(160, top, "of the northern basin")
            canvas.drawString(160, top - 11, "and of the outer mole")

    (block,) = tables(load(tmp_path, page))
    assert block.table.rows == tuple(
        (f"{name} keeps the lights", "of the northern basin and of the outer mole") for name in ("Ann", "Bo", "Cy")
    )


def test_cells_boxed_in_by_rectangles(tmp_path):
    def page(canvas):
        for number, row in enumerate(ROWS):
            for left, right, cell in zip(XS, XS[1:], row, strict=False):
                canvas.rect(left, 682 - 18 * number, right - left, 18)
                canvas.drawString(left + 3, 688 - 18 * number, cell)

    (block,) = tables(load(tmp_path, page))
    assert block.table.rows == ROWS


def test_rules_between_columns_only_leave_the_rows_apart(tmp_path):
    def page(canvas):
        for number, row in enumerate(ROWS):
            for x, cell in zip(XS, row, strict=False):
                canvas.drawString(x + 3, 688 - 14 * number, cell)
        for y in (700, 684, 636):
            canvas.line(60, y, 300, y)
        for x in XS:
            canvas.line(x, 700, x, 636)

    (block,) = tables(load(tmp_path, page))
    assert block.table.rows == ROWS


def test_a_frame_around_text_and_a_ruled_form_line_are_no_tables(tmp_path):
    def page(canvas):
        canvas.rect(55, 600, 400, 60)
        canvas.line(255, 600, 255, 660)
        for number in range(4):
            canvas.drawString(
                60, 645 - 13 * number, "The authority kept the outer channel open for the larger ships all year"
            )

    document = load(tmp_path, page)
    assert tables(document) == []
    assert len(texts(document)) == 1


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_over_three_pages_is_one_table(tmp_path, repeated):
    header = ("Name", "Count", "Share")

    def page(number):
        def draw(canvas):
            rows = [(f"Item {34 * number + i}", f"{i + 10}", f"{i}.5%") for i in range(34)]
            canvas.drawString(60, 800, "Report of the authority")
            grid(canvas, [header, *rows] if repeated or number == 0 else rows, top=760)

        return draw

    document = load(tmp_path, *(page(number) for number in range(3)))
    (block,) = tables(document)
    assert block.table.header == (header,)
    assert [row[0] for row in block.table.body] == [f"Item {number}" for number in range(102)]
    assert [region.page for region in block.regions] == [1, 2, 3]
    assert [row[0].page for row in block.table.boxes[1:]] == [1] * 34 + [2] * 34 + [3] * 34


def test_another_table_on_the_next_page_stays_apart(tmp_path):
    rows = [(f"Item {i}", f"{i + 10}", f"{i}.5%") for i in range(30)]

    def first(canvas):
        grid(canvas, [("Name", "Count", "Share"), *rows], top=660)

    def second(canvas):
        grid(canvas, [("Port", "Calls", "Crew"), *rows], top=760)

    def titled(canvas):
        canvas.drawString(60, 790, "Table 9: Something else altogether")
        grid(canvas, [("Port", "Calls", "Crew"), *rows], top=760)

    assert len(tables(load(tmp_path, first, second, titled))) == 3


def test_notes_and_units_are_kept_with_the_table(tmp_path):
    def page(canvas):
        canvas.drawString(60, 722, "Table 4: Calls")
        canvas.drawString(60, 708, "(in thousands)")
        grid(canvas, (*ROWS, ("Total(1)", "1,157", "1,186")))
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60, 600, "(1) Restated, since the ferries were")
        canvas.drawString(60, 592, "counted twice.")
        canvas.drawString(60, 584, "Source: harbour office")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 560, "The authority kept the outer channel open for the larger ships.")

    document = load(tmp_path, page)
    (block,) = tables(document)
    assert block.table.title == "Table 4: Calls (in thousands)"
    assert block.table.units == "in thousands"
    assert block.table.footnotes == ("(1) Restated, since the ferries were counted twice.", "Source: harbour office")
    assert len(block.note_regions) == 2
    assert texts(document) == ["The authority kept the outer channel open for the larger ships."]


def test_rows_below_a_subheading_and_indented_rows_have_levels(tmp_path):
    rows = (("Income:", "", 0), ("Dues", "5", 12), ("Rent", "7", 12), ("Total income", "12", 0), ("Margin", "3", 0))

    def page(canvas):
        for number, (label, value, indent) in enumerate(rows):
            canvas.drawString(60 + indent, 700 - 14 * number, label)
            canvas.drawRightString(300, 700 - 14 * number, value)
            canvas.drawRightString(400, 700 - 14 * number, value)

    (block,) = tables(load(tmp_path, page))
    assert block.table.levels == (0, 1, 1, 0, 0)


@pytest.mark.parametrize("direction", ["both", "level", "dotted"])
def test_thousands_of_hairlines_neither_make_tables_nor_take_long(tmp_path, direction):
    def page(canvas):
        canvas.setLineWidth(0.1)
        for number in range(6_000):
            canvas.line(50, 20 + number / 8, 500, 20 + number / 8)
            if direction == "both":
                canvas.line(50 + number / 14, 20, 50 + number / 14, 780)
            elif direction == "dotted":
                canvas.line(50 + number / 14, 300, 51 + number / 14, 300)
        canvas.drawString(60, 500, "Text over a hatching that a drawing program made")

    document = load(tmp_path, page)
    assert tables(document) == []
    assert "Text over a hatching" in " ".join(texts(document))


def test_a_ruled_table_in_hebrew_keeps_its_cells(tmp_path):
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    face = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    try:
        pdfmetrics.registerFont(TTFont("DejaVu", face))
    except OSError:
        pytest.skip("no font with Hebrew letters")

    def page(canvas):
        canvas.setFont("DejaVu", 9)
        # Letters are drawn in the order in which they stand, as PDF does.
        grid(canvas, tuple((row[2], row[1], "הנש"[::-1] if n == 0 else "למנ") for n, row in enumerate(ROWS)))

    (block,) = tables(load(tmp_path, page))
    assert [row[:2] for row in block.table.rows] == [(row[2], row[1]) for row in ROWS]
    assert all(any("\u0590" <= letter < "\u0600" for letter in row[2]) for row in block.table.rows)


def test_long_tables_take_time_in_proportion_to_their_rows(tmp_path):
    import time

    def seconds(count):
        per_page = 500

        def page(start):
            def draw(canvas):
                rows = [(f"Item {start + i}", f"{i + 10}", f"{i + 11}") for i in range(per_page)]
                grid(canvas, [("Name", "A", "B"), *rows], top=per_page * 12 + 40, step=12)

            return draw

        pages = [page(start) for start in range(0, count, per_page)]
        started = time.process_time()
        (block,) = tables(load(tmp_path, *pages, size=(400, per_page * 12 + 60)))
        assert len(block.table.body) == count
        return time.process_time() - started

    seconds(500)
    small, large = seconds(1_000), seconds(6_000)
    assert large < 12 * small


def sparkline(canvas, x, y, size):
    path = canvas.beginPath()
    path.moveTo(x, y)
    for step in range(1, 8):
        path.lineTo(x + size * step / 4, y + (size * step * 5 % (7 * size)) / 7)
    canvas.drawPath(path)


def disc(canvas, x, y, size):
    canvas.circle(x + size, y + size / 2, size / 2, fill=1, stroke=0)


@pytest.mark.parametrize("draw", [sparkline, disc])
def test_small_drawings_in_the_cells_of_a_table_leave_it_a_table(tmp_path, draw):
    def page(canvas):
        grid(canvas, [(*row, "") for row in ROWS], step=26, xs=(*XS, 380))
        for row in range(1, len(ROWS)):
            draw(canvas, 320, 700 - 26 * row - 22, 18)

    document = load(tmp_path, page)
    (block,) = tables(document)
    assert [row[:3] for row in block.table.rows] == list(ROWS)
    assert not [block for block in document.blocks if isinstance(block, FigureBlock)]
    assert "cell of a table" in str(document.skipped_figures)


def test_a_chart_in_the_cell_of_a_table_stays_a_chart(tmp_path):
    def page(canvas):
        grid(canvas, [(*row, "") for row in ROWS], step=80, xs=(*XS, 460))
        sparkline(canvas, 310, 700 - 150, 60)

    assert [block for block in load(tmp_path, page).blocks if isinstance(block, FigureBlock)]
