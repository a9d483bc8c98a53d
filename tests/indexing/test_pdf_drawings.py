"""Which drawings of a PDF are charts: embedded as forms, drawn on the page, clipped, turned, or mere decoration."""

import io
import random

import matplotlib as mpl
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

mpl.use("Agg")
from matplotlib.figure import Figure

from chartwell.indexing.loaders.parsed import FigureBlock, Limits, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader

PROSE = "The harbour authority reported steady traffic while dredging went on in the northern basin all summer."


def load(tmp_path, data):
    path = tmp_path / "drawings.pdf"
    path.write_bytes(data)
    return PdfLoader().load(path, Limits())


def figures(document):
    return [block for block in document.blocks if isinstance(block, FigureBlock)]


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def reasons(document):
    return [skipped.reason for skipped in document.skipped_figures]


def draw(*pages, size=A4):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def paragraph(canvas, y=780, rows=8, x=60):
    for row in range(rows):
        canvas.drawString(x, y - 12 * row, PROSE[:90])


def chart(plot, size=(4.0, 2.5)):
    figure = Figure(figsize=size, layout="constrained")
    plot(figure.add_subplot())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="pdf")
    return buffer.getvalue()


def with_forms(page_pdf, placed):
    """Place one-page PDFs, each as a form, with their lower left corners at the given points."""
    target = pypdfium2.PdfDocument(page_pdf)
    page = target[0]
    for data, x, y in placed:
        source = pypdfium2.PdfDocument(data)
        xobject = pypdfium2.raw.FPDF_NewXObjectFromPage(target.raw, source.raw, 0)
        shape = pypdfium2.PdfObject(pypdfium2.raw.FPDF_NewFormObjectFromXObject(xobject), pdf=target)
        shape.set_matrix(pypdfium2.PdfMatrix().translate(x, y))
        page.insert_obj(shape)
    page.gen_content()
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()


def in_points(figure, size=A4):
    box = figure.region.box
    return box.x0 * size[0], box.y0 * size[1], box.x1 * size[0], box.y1 * size[1]


def scatter(axes):
    source = random.Random(5)
    axes.scatter([source.random() for _ in range(40)], [source.random() for _ in range(40)], s=9)
    axes.set_xlabel("Draught in metres")


def two_stacks(axes):
    axes.bar(["Spring", "Autumn"], [30, 42])
    axes.bar(["Spring", "Autumn"], [12, 8], bottom=[30, 42])


def test_forms_side_by_side_are_a_figure_each_and_keep_their_own_labels(tmp_path):
    data = with_forms(draw(paragraph), [(chart(scatter, (3, 2.2)), 60, 400), (chart(two_stacks, (3, 2.2)), 280, 400)])
    left, right = figures(load(tmp_path, data))
    assert "Draught in metres" in {label.text for label in left.labels}
    assert {"Spring", "Autumn"} <= {label.text for label in right.labels}
    assert in_points(left)[2] < in_points(right)[0]


def test_a_chart_of_few_bars_needs_no_third_one(tmp_path):
    (figure,) = figures(load(tmp_path, with_forms(draw(paragraph), [(chart(two_stacks), 120, 380)])))
    x0, _, x1, y1 = in_points(figure)
    assert x0 == pytest.approx(120, abs=12)
    assert x1 == pytest.approx(120 + 288, abs=12)
    assert A4[1] - y1 == pytest.approx(380, abs=12)


def test_lines_below_an_embedded_chart_are_text_even_where_they_are_short(tmp_path):
    def page(canvas):
        paragraph(canvas)
        canvas.drawString(124, 366, "Berths")

    document = load(tmp_path, with_forms(draw(page), [(chart(two_stacks), 120, 380)]))
    assert "Berths" in texts(document)[-1]


def polyline(canvas):
    path = canvas.beginPath()
    path.moveTo(100, 420)
    for x, y in ((180, 520), (260, 450), (340, 500)):
        path.lineTo(x, y)
    canvas.drawPath(path)
    canvas.line(100, 400, 340, 400)
    canvas.line(100, 400, 100, 530)
    for x, name in ((100, "2021"), (180, "2022"), (260, "2023"), (340, "2024")):
        canvas.drawCentredString(x, 388, name)


def test_a_line_of_four_points_is_no_rectangle(tmp_path):
    def page(canvas):
        paragraph(canvas)
        polyline(canvas)

    (figure,) = figures(load(tmp_path, draw(page)))
    assert {label.text for label in figure.labels} == {"2021", "2022", "2023", "2024"}


def test_the_page_turned_or_cropped_shows_the_figure_at_its_place(tmp_path):
    def page(canvas):
        paragraph(canvas)
        polyline(canvas)

    document = pypdfium2.PdfDocument(draw(page))
    document[0].set_cropbox(50, 100, 450, 800)
    document[0].set_rotation(90)
    out = io.BytesIO()
    document.save(out)
    (figure,) = figures(load(tmp_path, out.getvalue()))
    box = figure.region.box
    # Turned clockwise, what was at the left of the crop box stands at its top.
    assert box.y0 == pytest.approx((88 - 50) / 400, abs=0.03)
    assert box.y1 == pytest.approx((352 - 50) / 400, abs=0.03)
    assert box.x0 == pytest.approx((386 - 100) / 700, abs=0.03)
    assert {label.text for label in figure.labels} == {"2021", "2022", "2023", "2024"}


def clipped(canvas, clip):
    paragraph(canvas)
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(*clip)
    canvas.clipPath(path, stroke=0)
    path = canvas.beginPath()
    path.moveTo(100, 300)
    for step in range(1, 30):
        path.lineTo(100 + 12 * step, 300 + (step * 53) % 200)
    canvas.drawPath(path)
    canvas.restoreState()


def test_a_figure_ends_where_it_is_clipped(tmp_path):
    (figure,) = figures(load(tmp_path, draw(lambda canvas: clipped(canvas, (150, 320, 200, 150)))))
    x0, y0, x1, y1 = in_points(figure)
    assert (x0, A4[1] - y1, x1, A4[1] - y0) == pytest.approx((147, 317, 353, 473), abs=2)


def test_what_is_clipped_away_is_no_figure(tmp_path):
    assert figures(load(tmp_path, draw(lambda canvas: clipped(canvas, (600, 900, 50, 50))))) == []


def test_marks_scattered_over_the_page_are_a_chart_and_dots_in_a_grid_are_none(tmp_path):
    def spread(canvas):
        source = random.Random(3)
        paragraph(canvas)
        for _ in range(30):
            canvas.circle(source.uniform(120, 380), source.uniform(320, 480), 2.5, fill=1, stroke=0)
        canvas.line(110, 310, 390, 310)
        canvas.line(110, 310, 110, 490)

    def grid(canvas):
        paragraph(canvas)
        for row in range(6):
            canvas.drawString(60, 497 - 18 * row, f"Berth {'ABCDEF'[row]}")
            for column in range(6):
                canvas.circle(200 + 50 * column, 500 - 18 * row, 3, fill=1, stroke=0)

    found = figures(load(tmp_path, draw(spread, grid)))
    assert [figure.region.page for figure in found] == [1]


def test_two_dots_in_each_of_some_rows_are_a_chart_though_numbers_stand_between_them(tmp_path):
    pairs = [(140, 200), (150, 330), (175, 310), (220, 390)]

    def page(canvas):
        paragraph(canvas)
        for row, (low, high) in enumerate(pairs):
            y = 500 - 45 * row
            canvas.drawString(60, y - 3, f"Berth {'ABCD'[row]}")
            canvas.line(low, y, high, y)
            canvas.drawRightString(low - 8, y - 3, str(low))
            canvas.drawString(high + 8, y - 3, str(high))
            for x in (low, high):
                canvas.circle(x, y, 4, fill=1, stroke=0)

    (figure,) = figures(load(tmp_path, draw(page)))
    told = {label.text for label in figure.labels}
    assert {str(number) for pair in pairs for number in pair} <= told


def test_one_dot_in_each_of_four_rows_is_a_chart_and_bullets_are_none(tmp_path):
    def page(canvas):
        paragraph(canvas)
        for row, x in enumerate((330, 150, 210, 120)):
            y = 500 - 45 * row
            canvas.drawString(60, y - 3, f"Berth {'ABCD'[row]}")
            canvas.drawString(x + 8, y - 3, str(x))
            canvas.circle(x, y, 4, fill=1, stroke=0)

    def bullets(canvas):
        paragraph(canvas)
        for row in range(4):
            canvas.circle(70 + 12 * (row % 2), 500 - 45 * row, 4, fill=1, stroke=0)
            canvas.drawString(95, 497 - 45 * row, "Traffic rose in the northern basin")

    (figure,) = figures(load(tmp_path, draw(page, bullets)))
    assert figure.region.page == 1
    assert {"330", "150", "210", "120"} <= {label.text for label in figure.labels}


def test_a_line_far_from_the_lines_of_its_grid_takes_the_whole_grid_along(tmp_path):
    def page(canvas):
        paragraph(canvas)
        for y, name in ((300, "100"), (420, "1,000"), (540, "10,000")):
            canvas.line(100, y, 400, y)
            canvas.drawRightString(95, y - 3, name)
        canvas.line(99.8, 300.1, 400.2, 300.1)  # the axis, over a line of the grid
        path = canvas.beginPath()
        path.moveTo(110, 350)
        for x, y in ((180, 360), (250, 365), (320, 372), (390, 380)):
            path.lineTo(x, y)
        canvas.drawPath(path)

    (figure,) = figures(load(tmp_path, draw(page)))
    assert {"100", "1,000", "10,000"} <= {label.text for label in figure.labels}


def test_stacks_whose_parts_the_numbers_fill_are_a_chart_and_the_shaded_cells_of_a_table_are_none(tmp_path):
    stacks = [(22, 34, 18), (15, 20, 29), (31, 16, 19), (17, 24, 14)]

    def part(canvas, x, y, height, text):
        canvas.setFillGray(0.8)
        canvas.rect(x, y, 44, height, fill=1, stroke=0)
        canvas.setFillGray(0)
        canvas.drawCentredString(x + 22, y + height / 2 - 4, text)

    def bars(canvas):
        paragraph(canvas)
        for column, heights in enumerate(stacks):
            y = 300
            for height in heights:
                part(canvas, 120 + 60 * column, y, height, f"{height}.25")
                y += height
            canvas.drawCentredString(142 + 60 * column, 285, "ABCD"[column])
        canvas.line(110, 300, 360, 300)

    def cells(canvas):
        paragraph(canvas)
        for column in range(4):
            for row in range(3):
                part(canvas, 120 + 60 * column, 300 + 22 * row, 22, f"{row + column}.25")

    found = figures(load(tmp_path, draw(bars, cells)))
    assert [figure.region.page for figure in found] == [1]


def test_bars_of_like_length_on_the_line_of_an_axis_are_a_chart(tmp_path):
    def page(canvas):
        paragraph(canvas)
        for column, height in enumerate((195.0, 195.3, 191.0)):
            canvas.rect(120 + 110 * column, 300, 90, height, fill=1, stroke=0)
        canvas.setLineWidth(1)
        canvas.line(110, 299.9, 450, 299.9)

    assert len(figures(load(tmp_path, draw(page)))) == 1


@pytest.mark.parametrize("angle", [45, -35, 60])
def test_the_words_of_a_slanted_label_are_one_label(tmp_path, angle):
    names = ("Ivory Mobile", "A to Z Foods", "Delmont Air")

    def page(canvas):
        paragraph(canvas)
        for column, height in enumerate((120, 60, 90)):
            canvas.rect(200 + 60 * column, 300, 40, height, fill=1, stroke=0)
        canvas.line(190, 300, 390, 300)
        for column, name in enumerate(names):
            canvas.saveState()
            canvas.translate(220 + 60 * column, 290)
            canvas.rotate(angle)
            (canvas.drawRightString if angle > 0 else canvas.drawString)(0, 0, name)
            canvas.restoreState()

    document = load(tmp_path, draw(page))
    (figure,) = figures(document)
    assert set(names) <= {label.text for label in figure.labels}
    assert not any(name in text for text in texts(document) for name in names)


def test_a_watermark_across_the_page_stays_out_of_the_paragraphs(tmp_path):
    def page(canvas):
        paragraph(canvas)
        canvas.saveState()
        canvas.translate(150, 640)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 40)
        canvas.drawString(0, 0, "Draft of 7 May")
        canvas.restoreState()

    told = texts(load(tmp_path, draw(page)))
    assert "Draft of 7 May" in told
    assert sum(PROSE[:90] in text for text in told) == 1


@pytest.mark.parametrize(
    ("font", "gap", "told"),
    [
        ("Courier", 0.6, {"Fairway Labs"}),  # a blank is as wide as a letter
        ("Courier", 1.2, {"Fairway", "Labs"}),
        ("Helvetica", 0.6, {"Fairway", "Labs"}),
    ],
)
def test_words_that_a_file_has_apart_are_one_label_where_only_a_blank_is_between(tmp_path, font, gap, told):
    def page(canvas):
        for index, height in enumerate((120, 60, 90, 150)):
            canvas.rect(200 + 60 * index, 300, 40, height, fill=1, stroke=0)
        canvas.line(190, 300, 440, 300)
        canvas.setFont(font, 10)
        canvas.drawString(205, 470, "Fairway")
        canvas.drawString(205 + canvas.stringWidth("Fairway", font, 10) + 10 * gap, 470, "Labs")

    (figure,) = figures(load(tmp_path, draw(page)))
    assert told <= {label.text for label in figure.labels}


def test_bands_tabs_callouts_and_page_borders_are_decoration_with_a_reason(tmp_path):
    def page(canvas):
        canvas.rect(0, 815, A4[0], 27, fill=1, stroke=0)
        for index in range(3):
            canvas.roundRect(4, 600 - 90 * index, 22, 50, 6, fill=1, stroke=0)
        wave = canvas.beginPath()
        wave.moveTo(0, 0)
        wave.lineTo(0, 30)
        wave.curveTo(200, 60, 400, 5, A4[0], 34)
        wave.lineTo(A4[0], 0)
        canvas.drawPath(wave, fill=1, stroke=0)
        canvas.roundRect(40, 70, 515, 730, 10)
        paragraph(canvas)
        canvas.roundRect(54, 500, 470, 60, 6)
        paragraph(canvas, 546, 4)

    document = load(tmp_path, draw(page))
    assert figures(document) == []
    told = reasons(document)
    assert all(reason.startswith("decoration: ") for reason in told)
    assert sum("margin of the page" in reason for reason in told) == 4
    assert sum("frame around text" in reason for reason in told) >= 1


def test_a_drawing_repeated_on_pages_is_decoration_and_charts_on_one_frame_are_not(tmp_path):
    def page(canvas, number):
        canvas.drawString(60, 640 - 20 * number, f"Chapter {number} tells of {PROSE[4 * number : 60]}")
        for index in range(3):
            canvas.circle(420 + 40 * index, 760, 28, fill=1, stroke=0)
        canvas.line(100, 300, 340, 300)
        for index in range(4):
            canvas.rect(110 + 55 * index, 300, 40, 20 + (37 * (index + 1) * (number + 1)) % 90, fill=1, stroke=0)

    document = load(tmp_path, draw(*(lambda c, n=n: page(c, n) for n in range(4))))
    assert [figure.region.page for figure in figures(document)] == [1, 2, 3, 4]
    assert sum("4 pages" in reason for reason in reasons(document)) == 4


def test_a_white_ground_does_not_widen_a_chart(tmp_path):
    def page(canvas):
        paragraph(canvas)
        canvas.setFillGray(1)
        canvas.rect(60, 280, 460, 300, fill=1, stroke=0)
        canvas.setFillGray(0)
        polyline(canvas)

    (figure,) = figures(load(tmp_path, draw(page)))
    assert in_points(figure)[2] < 360
